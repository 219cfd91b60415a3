"""The clinic of second thoughts, where openings are filled."""

from tests.clinic.second_thoughts.conftest import house, office

__all__ = ["house", "office"]
