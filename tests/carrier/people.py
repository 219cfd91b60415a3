"""Numbers that the tests share; 555-01xx is nobody's."""

CLINIC = "+15555550100"
OTHER_CLINIC = "+15555550101"
MARIA = "+15555550110"
JOSE = "+15555550111"
