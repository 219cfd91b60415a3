"""The table of permissions, against the one that was agreed."""

import pytest

from rules.permissions import PERMISSIONS, Permission, Role, allows

# fmt: off
AGREED = {
    "booking:view_calendar":      "front_desk clinical_staff doctor treatment_coordinator billing supervisor",
    "booking:view_waitlist":      "front_desk clinical_staff doctor treatment_coordinator supervisor",
    "booking:manage_waitlist":    "front_desk supervisor",
    "booking:modify_appointment": "front_desk clinical_staff doctor treatment_coordinator supervisor",
    "booking:cancel_appointment": "front_desk doctor treatment_coordinator supervisor",
    "booking:run_matching":       "supervisor",
    "jobs:trigger":               "",
    "booking:view_analytics":     "doctor supervisor",
    "risk:view":                  "doctor treatment_coordinator supervisor",
    "risk:work":                  "doctor treatment_coordinator supervisor",
    "fees:view":                  "billing supervisor",
    "fees:waive":                 "",
    "booking:manage_reminders":   "marketing",
    "campaigns:manage":           "marketing",
    "conversations:reply":        "front_desk clinical_staff doctor treatment_coordinator supervisor",
    "tasks:work":                 "front_desk clinical_staff doctor treatment_coordinator supervisor",
    "queue:work":                 "front_desk clinical_staff doctor supervisor",
    "calendar:edit":              "supervisor",
    "policy:edit":                "",
    "staff:manage":               "",
    "audit:view":                 "",
}
"""Who besides the clinic's administrator, who may do everything."""
# fmt: on


@pytest.mark.parametrize("permission", Permission)
def test_a_permission_belongs_to_the_roles_agreed(permission: Permission) -> None:
    assert PERMISSIONS[permission] == {*AGREED[permission].split(), "clinic_admin"}


def test_every_permission_agreed_exists() -> None:
    assert {str(permission) for permission in PERMISSIONS} == set(AGREED)


def test_a_role_without_the_permission_is_refused() -> None:
    assert allows(Role.CLINIC_ADMIN, Permission.VIEW_AUDIT)
    assert not allows(Role.FRONT_DESK, Permission.VIEW_AUDIT)
