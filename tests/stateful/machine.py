"""Everything that can happen to a clinic, in any order.

After each step every promise is looked for (invariants.py); when the run is over the clock goes on until nothing
is due, and nothing may be left hanging.
"""

from tests.stateful.desk import Desk
from tests.stateful.outreach import Outreach
from tests.stateful.patients import Patients
from tests.stateful.steering import Steering
from tests.stateful.weather import Weather
from tests.stateful.winning_back import WinningBack


class Clinic(Patients, Desk, Steering, WinningBack, Outreach, Weather):
    """`engine`, `eyes` and `count` are set by whoever runs it (test_stress.py)."""
