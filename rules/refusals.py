"""Why an entry is not offered an opening: named, with the sentence staff read."""

from enum import StrEnum


class Refusal(StrEnum):
    NOT_FREE = "not_free"
    STARTED = "started"
    CANNOT_TEXT = "cannot_text"
    AUTO_MATCH_OFF = "auto_match_off"
    PAUSED = "paused"
    ALREADY_ASKED = "already_asked"
    TYPE_WITHDRAWN = "type_withdrawn"
    SPECIALTY = "specialty"
    TOO_LONG = "too_long"
    PROVIDER_NOT_FOR_TYPE = "provider_not_for_type"
    NEW_PATIENTS_ONLY = "new_patients_only"
    KEPT_FOR_NEW = "kept_for_new"
    OTHER_PROVIDER = "other_provider"
    EXCLUDED_PROVIDER = "excluded_provider"
    INSURANCE = "insurance"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    NOT_SOONER = "not_sooner"
    EXCLUDED_DAY = "excluded_day"
    EXCLUDED_DATE = "excluded_date"
    EXCLUDED_TIME = "excluded_time"
    NAMED_PROVIDER = "named_provider"
    NAMED_DAY = "named_day"
    NAMED_TIME = "named_time"
    NEEDS_SPECIALTY = "needs_specialty"
    NAMED_LOCATION = "named_location"
    NOTICE = "notice"
    LEAD_TIME = "lead_time"
    CLASH = "clash"
    HOLDS_ANOTHER = "holds_another"
    ENTRY_CAP = "entry_cap"
    WEEK_CAP = "week_cap"
    GAP = "gap"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES: dict[Refusal, str] = {
    Refusal.NOT_FREE: "The slot is no longer free.",
    Refusal.STARTED: "The slot has already started.",
    Refusal.CANNOT_TEXT: "We may not or cannot text this patient at the moment.",
    Refusal.AUTO_MATCH_OFF: "Automatic offers are switched off for this entry.",
    Refusal.PAUSED: "The patient asked not to hear from us yet.",
    Refusal.ALREADY_ASKED: "The patient was already asked about this slot.",
    Refusal.TYPE_WITHDRAWN: "This type of visit is no longer offered.",
    Refusal.SPECIALTY: "The slot is for another specialty.",
    Refusal.TOO_LONG: "The visit is longer than the slot.",
    Refusal.PROVIDER_NOT_FOR_TYPE: "This provider does not do this type of visit.",
    Refusal.NEW_PATIENTS_ONLY: "This type of visit is for new patients only.",
    Refusal.KEPT_FOR_NEW: "The slot is kept for new patients, and the patient has been here before.",
    Refusal.OTHER_PROVIDER: "The patient wants one provider only, and it is another one.",
    Refusal.EXCLUDED_PROVIDER: "The patient does not want to see this provider.",
    Refusal.INSURANCE: "This provider does not take the patient's insurance.",
    Refusal.TOO_EARLY: "The slot is before the first date that suits the patient.",
    Refusal.TOO_LATE: "The slot is after the last date that suits the patient.",
    Refusal.NOT_SOONER: "The slot is no earlier than the visit the patient already has.",
    Refusal.EXCLUDED_DAY: "The patient cannot come on this weekday.",
    Refusal.EXCLUDED_DATE: "The patient cannot come on this date.",
    Refusal.EXCLUDED_TIME: "The patient cannot come at this time of day.",
    Refusal.NAMED_PROVIDER: "The patient named other providers, and this clinic's matching keeps to that.",
    Refusal.NAMED_DAY: "The patient named other weekdays, and this clinic's matching keeps to that.",
    Refusal.NAMED_TIME: "The patient named other times of day, and this clinic's matching keeps to that.",
    Refusal.NEEDS_SPECIALTY: "The visit is not of the slot's specialty, and this clinic's matching asks for that.",
    Refusal.NAMED_LOCATION: "The patient named another place, and this clinic's matching keeps to that.",
    Refusal.NOTICE: "The patient needs more notice.",
    Refusal.LEAD_TIME: "This type of visit needs more time to prepare.",
    Refusal.CLASH: "The patient has another visit at this time.",
    Refusal.HOLDS_ANOTHER: "The patient is being offered another slot at this time.",
    Refusal.ENTRY_CAP: "The entry has had as many offers as allowed without an answer.",
    Refusal.WEEK_CAP: "The patient has had as many offers this week as allowed.",
    Refusal.GAP: "The last offer to the patient was too short a time ago.",
}
