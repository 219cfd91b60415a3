"""Which columns each kind of file has: the one table behind reading, checking and the error texts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from clinic.imports import cells
from clinic.imports.cells import Reader
from rules.states import AppointmentState, ConfirmMode, EntryPriority, PaymentStatus, Referral


class Kind(StrEnum):
    """What a file holds, in the order in which files are imported: later ones name ids of earlier ones."""

    PROVIDERS = "providers"
    TYPES = "types"
    AVAILABILITY = "availability"
    PATIENTS = "patients"
    VISITS = "visits"
    WAITLIST = "waitlist"
    PLANS = "plans"


@dataclass(frozen=True, slots=True)
class Column:
    """`empty` is what an empty cell of an optional column means."""

    name: str
    read: Reader
    required: bool = False
    empty: Any = None


def need(name: str, read: Reader) -> Column:
    return Column(name, read, required=True)


def may(name: str, read: Reader, empty: Any = None) -> Column:
    return Column(name, read, empty=empty)


COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.PROVIDERS: (
        need("external_id", cells.text),
        need("name", cells.text),
        may("specialty", cells.text),
        may("locations", cells.names, []),
        may("room", cells.text),
        may("insurance_accepted", cells.names, []),
    ),
    Kind.TYPES: (
        need("external_id", cells.text),
        need("name", cells.text),
        need("minutes", cells.whole(1, 1440)),
        may("specialty", cells.text),
        may("price_cents", cells.whole()),
        may("lead_time_hours", cells.whole(0, 8760), 0),
        may("buffer_minutes", cells.whole(0, 1440), 0),
        may("new_patients_only", cells.yes_no, False),
        may("providers", cells.ids, []),
        may("rooms", cells.names, []),
        may("late_fee_cents", cells.whole(), 0),
        may("no_show_fee_cents", cells.whole(), 0),
        may("late_hours", cells.whole(0, 8760)),
        may("give_up_minutes", cells.whole(0, 10_080)),
        may("confirm_mode", cells.one_of(ConfirmMode), ConfirmMode.AUTO),
        may("enrols", cells.yes_no, False),
    ),
    Kind.AVAILABILITY: (
        need("provider", cells.text),
        may("weekday", cells.weekday),
        may("date", cells.day),
        need("start", cells.clock),
        need("end", cells.clock),
    ),
    Kind.PATIENTS: (
        need("external_id", cells.text),
        need("first_name", cells.text),
        need("last_name", cells.text),
        need("phone", cells.phone),
        may("email", cells.pattern(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an email address, such as a@example.com")),
        may("birth_date", cells.birth_date),
        may("language", cells.pattern(r"[a-z]{2}", "the language's two letters, such as en or es"), "en"),
        need("sms_consent", cells.yes_no),
        may("marketing_consent", cells.yes_no),
        may("voice_consent", cells.yes_no),
        may("email_consent", cells.yes_no),
        may("zone", cells.zone),
        may("state", cells.us_state),
        may("sex", cells.text),
        may("stage", cells.text),
        may("tags", cells.names, []),
        may("payment_status", cells.one_of(PaymentStatus)),
        may("insurance", cells.text),
        may("travel_minutes", cells.whole(0, 1440)),
        may("street", cells.text),
        may("city", cells.text),
        may("postcode", cells.text),
        may("no_text", cells.yes_no, False),
    ),
    Kind.VISITS: (
        need("external_id", cells.text),
        need("patient", cells.text),
        need("provider", cells.text),
        need("type", cells.text),
        need("start", cells.start),
        may("minutes", cells.whole(1, 1440)),
        need("status", cells.one_of(AppointmentState, but=(AppointmentState.REQUESTED,))),
        may("booked_at", cells.past),
        may("reason", cells.text),
    ),
    Kind.WAITLIST: (
        need("patient", cells.text),
        need("type", cells.text),
        may("priority", cells.one_of(EntryPriority), EntryPriority.STANDARD),
        may("provider", cells.text),
        may("earliest", cells.day),
        may("latest", cells.day),
        may("days", cells.weekdays, []),
        may("times", cells.times, []),
        may("excluded_days", cells.weekdays, []),
        may("referral", cells.one_of(Referral)),
        may("alternates", cells.ids, []),
        may("notice_hours", cells.whole(0, 8760), 0),
        may("max_wait_days", cells.whole(1, 3650)),
        may("added_at", cells.past),
        may("notes", cells.text, ""),
    ),
    Kind.PLANS: (
        need("external_id", cells.text),
        need("patient", cells.text),
        need("type", cells.text),
        need("stage", cells.text),
        need("visits_planned", cells.whole(1, 1000)),
        need("interval_days", cells.whole(1, 3650)),
        need("started_on", cells.day),
        may("milestones", cells.names, []),
    ),
}
