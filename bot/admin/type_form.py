"""A type of visit as a form. It knows no rules of its own: `rules.visit_types.TypeTerms` checks what is sent."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from bot.admin.policy_form import refusals
from rules.states import ConfirmMode
from rules.visit_types import TypeTerms

Form = MultiDict[str, str]
Fields = Mapping[str, Any]

MONEY = ("price_cents", "late_fee_cents", "no_show_fee_cents")
NUMBERS = ("minutes", "buffer_minutes", "lead_time_hours", "give_up_minutes", "late_hours")
SEVERAL = ("provider_ids", "room_ids")
FLAGS = ("new_patients_only", "enrols")
MAY_BE_EMPTY = ("price_cents", "give_up_minutes", "late_hours", "specialty")
"""Empty means none; any other number left empty is 0."""
CONFIRMED = {ConfirmMode.AUTO: "at once", ConfirmMode.STAFF: "once approved"}


def blank() -> Fields:
    """Of a type that is new."""
    return fields(TypeTerms(name="?", minutes=30)) | {"name": ""}


def fields(terms: TypeTerms) -> dict[str, Any]:
    """A type as the form has it: money in dollars."""
    said = {name: "" if value is None else value for name, value in terms.model_dump().items()}
    money = {name: _dollars(getattr(terms, name)) for name in MONEY}
    ids = {name: {str(each) for each in getattr(terms, name)} for name in SEVERAL}
    return said | money | ids


def written(form: Form) -> Fields:
    """What the form says, as it was written: to be shown again."""
    found: dict[str, Any] = {name: form.get(name, "") for name in ("name", "specialty", *NUMBERS, *MONEY)}
    found |= {name: form.get(name) == "yes" for name in FLAGS}
    found |= {name: set(form.getlist(name)) for name in SEVERAL}
    return found | {"confirm_mode": form.get("confirm_mode", ConfirmMode.AUTO)}


def terms(form: Form) -> tuple[TypeTerms | None, dict[str, str]]:
    """What the form decides; or None, with a sentence for each field that cannot be."""
    said = dict(written(form))
    for name in ("specialty", *NUMBERS, *MONEY):
        if not said[name].strip():
            said[name] = None if name in MAY_BE_EMPTY else 0
        elif name in MONEY:
            said[name] = _cents(said[name])
    try:
        return TypeTerms.model_validate(said), {}
    except ValidationError as error:
        return None, {name: MONEY_WANTED if name in MONEY else why for name, why in refusals(error)}


def differing(kept: TypeTerms, wanted: TypeTerms, names: Mapping[str, str]) -> dict[str, str]:
    """What is kept, as people read it, of what somebody wants otherwise; `names` of providers and rooms, by id."""
    ours = fields(kept)
    return {
        name: _read(name, ours[name], names)
        for name in TypeTerms.model_fields
        if getattr(kept, name) != getattr(wanted, name)
    }


def _read(name: str, value: Any, names: Mapping[str, str]) -> str:
    if name in SEVERAL:
        return ", ".join(sorted(names[each] for each in value)) or "none ticked"
    if name in FLAGS:
        return "yes" if value else "no"
    if name == "confirm_mode":
        return CONFIRMED[value]
    return str(value) or "empty"


MONEY_WANTED = "Write an amount such as 120 or 120.50."


def _dollars(cents: int | None) -> str:
    if cents is None:
        return ""
    return f"{cents // 100}" if cents % 100 == 0 else f"{cents / 100:.2f}"


def _cents(amount: str) -> Any:
    """In cents, exactly; what is no amount is left for the rules to refuse."""
    try:
        cents = Decimal(amount.strip().lstrip("$")) * 100
        return int(cents) if cents == int(cents) else amount
    except (InvalidOperation, ValueError, OverflowError):
        return amount
