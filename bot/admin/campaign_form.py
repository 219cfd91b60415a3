"""The form a campaign is written in: what it says, as a plan, and a plan as it stands in the form.

Its rows are fields of the form themselves: `step` names each step shown, `0_wording` each wording of the first.
So a button that adds a row only sends the form, and gets it back with one more; what stays empty is left out.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from clinic import phrases
from clinic.campaign_plans import LABELS, Plan, Refused, StepPlan
from rules.campaigns import MOST_STEPS, MOST_VARIANTS, Audience, Trial, Window
from rules.states import ON_PAPER, RiskLevel, StepChannel

Form = MultiDict[str, str]
Texts = dict[str, str]

STEP = "step"
WORDING = "_wording"
USUAL_DAYS = 4
"""Between a text and the one behind it, where nothing else is written."""


def plan_in(form: Form, zone: str) -> Plan:
    """What the form says; times of day are of the clinic's zone. Raises `Refused` with a sentence for whoever
    filled it in."""
    try:
        return Plan(
            name=form.get("name", ""),
            steps=_steps(form),
            audience=_audience(form),
            window=Window(
                weekdays=tuple(int(each) for each in form.getlist("weekdays")),
                from_time=time.fromisoformat(form.get("from_time", "")),
                until_time=time.fromisoformat(form.get("until_time", "")),
            ),
            starts_at=_moment(form, "starts_at", zone),
            ends_at=_moment(form, "ends_at", zone),
            type_id=UUID(form["type"]) if form.get("type") else None,
            link=form.get("link", ""),
            incentive=_texts(form, "incentive"),
            hold_out_percent=float(form.get("hold_out") or 0),
            trial=_trial(form),
        )
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise Refused(f"{said[:1].upper()}{said[1:]}.") from None
    except ValueError as error:
        if isinstance(error, Refused):
            raise
        raise Refused("A number, a time or a choice in the form cannot be read.") from None


def _audience(form: Form) -> Audience:
    return Audience(
        not_seen_days=_number(form, "not_seen_days"),
        stages=_words(form, "stages"),
        least_no_shows=_number(form, "least_no_shows"),
        provider_ids=_ids(form, "providers"),
        type_ids=_ids(form, "types"),
        age_from=_number(form, "age_from"),
        age_until=_number(form, "age_until"),
        languages=tuple(form.getlist("languages")),
        tags=_words(form, "tags"),
        risk_levels=tuple(RiskLevel(each) for each in form.getlist("risk")),
        dropped_out="dropped_out" in form,
    )


def _trial(form: Form) -> Trial | None:
    percent = form.get("try_percent")
    return Trial(percent=float(percent), days=int(form.get("decide_days") or 7)) if percent else None


# Steps and their wordings


def steps_in(form: Form) -> list[str]:
    """The steps that are shown, each by the name its fields begin with."""
    return (form.getlist(STEP) or ["0"])[:MOST_STEPS]


def wordings_in(form: Form, step: str) -> list[str]:
    """The wordings of a step that are shown, by the letters their fields begin with."""
    return (form.getlist(f"{step}{WORDING}") or ["a"])[:MOST_VARIANTS]


def with_row(form: Form, of: str) -> Form:
    """The form with a wording more in a step, or with a step more."""
    grown: Form = MultiDict(form)
    shown = steps_in(form)
    if of in shown:
        wordings = wordings_in(form, of)
        more = LABELS.lower()[len(wordings) : len(wordings) + 1]
        grown.setlist(f"{of}{WORDING}", [*wordings, *more])
    elif len(shown) < MOST_STEPS:
        grown.setlist(STEP, [*shown, str(len(shown))])
        grown.setdefault(f"{len(shown)}_days", str(USUAL_DAYS))
    return grown


def _steps(form: Form) -> list[StepPlan]:
    found = (_step(form, each, is_first=place == 0) for place, each in enumerate(steps_in(form)))
    return [each for each in found if each is not None] or [StepPlan([{}])]


def _step(form: Form, name: str, *, is_first: bool) -> StepPlan | None:
    """A step; None where nothing is written in it."""
    channel = StepChannel(form.get(f"{name}_channel") or StepChannel.SMS)
    rows = [f"{name}_{letter}" for letter in wordings_in(form, name)]
    written = {row: texts for row in rows if (texts := _texts(form, row, channel))}
    if not written:
        return None
    days = 0 if is_first else _number(form, f"{name}_days") or 0
    subject = _texts(form, f"{name}_subject") if channel in ON_PAPER else {}
    on_whatsapp = channel is StepChannel.WHATSAPP
    templates = [_texts(form, f"{row}_template") for row in written] if on_whatsapp else ()
    return StepPlan(list(written.values()), days, channel, subject, templates)


def _texts(form: Form, name: str, channel: StepChannel = StepChannel.SMS) -> Texts:
    """What is written under a name, by language. A page keeps its paragraphs."""
    typed = {language: form.get(f"{name}_{language}", "") for language in phrases.LANGUAGES}
    if channel in ON_PAPER:
        tidy = {language: text.replace("\r\n", "\n").strip() for language, text in typed.items()}
    else:
        tidy = {language: " ".join(text.split()) for language, text in typed.items()}
    return {language: text for language, text in tidy.items() if text}


# Fields


def _number(form: Form, name: str) -> int | None:
    return int(form[name]) if form.get(name) else None


def _words(form: Form, name: str) -> tuple[str, ...]:
    return tuple(word for each in form.get(name, "").split(",") if (word := each.strip()))


def _ids(form: Form, name: str) -> tuple[UUID, ...]:
    return tuple(UUID(each) for each in form.getlist(name))


def _moment(form: Form, name: str, zone: str) -> datetime | None:
    typed = form.get(name)
    return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(zone)) if typed else None


# A plan as it stands in the form


def filled(plan: Plan, zone: str) -> Form:
    """The form with a plan in it."""
    audience, window, trial = plan.audience, plan.window, plan.trial
    numbers = {
        "not_seen_days": audience.not_seen_days,
        "least_no_shows": audience.least_no_shows,
        "age_from": audience.age_from,
        "age_until": audience.age_until,
        "hold_out": f"{plan.hold_out_percent:g}",
        "try_percent": f"{trial.percent:g}" if trial else None,
        "decide_days": trial.days if trial else None,
        "type": plan.type_id,
        "dropped_out": audience.dropped_out or None,
    }
    form: Form = MultiDict({name: str(value) for name, value in numbers.items() if value is not None})
    form.update(
        {
            "name": plan.name,
            "link": plan.link,
            "stages": ", ".join(audience.stages),
            "tags": ", ".join(audience.tags),
            "from_time": f"{window.from_time:%H:%M}",
            "until_time": f"{window.until_time:%H:%M}",
            **{f"incentive_{language}": text for language, text in plan.incentive.items()},
            **dict(_typed("starts_at", plan.starts_at, zone)),
            **dict(_typed("ends_at", plan.ends_at, zone)),
        }
    )
    form.setlist("weekdays", [str(each) for each in window.weekdays])
    form.setlist("languages", list(audience.languages))
    form.setlist("providers", [str(each) for each in audience.provider_ids])
    form.setlist("types", [str(each) for each in audience.type_ids])
    form.setlist("risk", list(audience.risk_levels))
    _fill_steps(form, plan.steps)
    return form


def _typed(name: str, moment: datetime | None, zone: str) -> Iterable[tuple[str, str]]:
    if moment is not None:
        yield name, f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def _fill_steps(form: Form, steps: Sequence[StepPlan]) -> None:
    form.setlist(STEP, [str(place) for place in range(len(steps))])
    for place, step in enumerate(steps):
        letters = LABELS.lower()[: len(step.wordings)]
        form.setlist(f"{place}{WORDING}", list(letters))
        form[f"{place}_channel"], form[f"{place}_days"] = step.channel, str(step.after_days)
        _fill(form, f"{place}_subject", step.subject.items())
        for letter, texts in zip(letters, step.wordings, strict=True):
            _fill(form, f"{place}_{letter}", texts.items())
        for letter, templates in zip(letters, step.templates, strict=False):
            _fill(form, f"{place}_{letter}_template", templates.items())


def _fill(form: Form, name: str, texts: Iterable[tuple[str, str]]) -> None:
    for language, text in texts:
        form[f"{name}_{language}"] = text
