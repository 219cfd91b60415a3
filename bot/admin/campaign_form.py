"""The form a campaign is written in: what it says, as a plan, and a plan as it stands in the form."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from uuid import UUID

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from clinic import phrases
from clinic.campaign_plans import Plan, Refused, StepPlan
from rules.campaigns import Audience, Trial, Window

Form = MultiDict[str, str]

WORDINGS = ("a", "b")
"""How many wordings of the first text the form has; programs may give more (`/api/v1/campaigns`)."""

LATER = "later"


def plan_in(form: Form) -> Plan:
    """What the form says. Raises `Refused` with a sentence for whoever filled it in."""
    try:
        return Plan(
            name=form.get("name", ""),
            steps=_steps(form),
            audience=Audience(
                not_seen_days=_number(form, "not_seen_days"),
                stages=_words(form, "stages"),
                least_no_shows=_number(form, "least_no_shows"),
                provider_ids=_ids(form, "providers"),
                type_ids=_ids(form, "types"),
                age_from=_number(form, "age_from"),
                age_until=_number(form, "age_until"),
                languages=tuple(form.getlist("languages")),
                tags=_words(form, "tags"),
            ),
            window=Window(
                weekdays=tuple(int(each) for each in form.getlist("weekdays")),
                from_time=time.fromisoformat(form.get("from_time", "")),
                until_time=time.fromisoformat(form.get("until_time", "")),
            ),
            type_id=UUID(form["type"]) if form.get("type") else None,
            link=form.get("link", ""),
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


def _trial(form: Form) -> Trial | None:
    percent = form.get("try_percent")
    return Trial(percent=float(percent), days=int(form.get("decide_days") or 7)) if percent else None


def _steps(form: Form) -> list[StepPlan]:
    first = [texts for each in WORDINGS if (texts := _texts(form, each))]
    steps = [StepPlan(first or [{}])]
    later = _texts(form, LATER)
    if later:
        steps.append(StepPlan([later], _number(form, "later_days") or 0))
    return steps


def _texts(form: Form, name: str) -> dict[str, str]:
    found = {language: " ".join(form.get(f"{name}_{language}", "").split()) for language in phrases.LANGUAGES}
    return {language: text for language, text in found.items() if text}


def _number(form: Form, name: str) -> int | None:
    return int(form[name]) if form.get(name) else None


def _words(form: Form, name: str) -> tuple[str, ...]:
    return tuple(word for each in form.get(name, "").split(",") if (word := each.strip()))


def _ids(form: Form, name: str) -> tuple[UUID, ...]:
    return tuple(UUID(each) for each in form.getlist(name))


def fits(plan: Plan) -> bool:
    """Whether the form can show all of a plan; one written by a program may say more."""
    steps = plan.steps
    simple = len(steps) <= 2 and len(steps[0].wordings) <= len(WORDINGS) and plan.starts_at is None
    return simple and plan.ends_at is None and all(len(each.wordings) == 1 for each in steps[1:])


def filled(plan: Plan) -> Form:
    """The form with a plan in it."""
    audience, window = plan.audience, plan.window
    numbers = {
        "not_seen_days": audience.not_seen_days,
        "least_no_shows": audience.least_no_shows,
        "age_from": audience.age_from,
        "age_until": audience.age_until,
        "hold_out": f"{plan.hold_out_percent:g}",
        "try_percent": f"{plan.trial.percent:g}" if plan.trial else None,
        "decide_days": plan.trial.days if plan.trial else None,
        "type": plan.type_id,
        "later_days": plan.steps[1].after_days if len(plan.steps) > 1 else 4,
    }
    written: dict[str, str] = {name: "" if value is None else str(value) for name, value in numbers.items()}
    written |= {
        "name": plan.name,
        "link": plan.link,
        "stages": ", ".join(audience.stages),
        "tags": ", ".join(audience.tags),
        "from_time": f"{window.from_time:%H:%M}",
        "until_time": f"{window.until_time:%H:%M}",
    }
    for name, texts in _named(plan.steps):
        written |= {f"{name}_{language}": text for language, text in texts.items()}
    form: Form = MultiDict(written)
    form.setlist("weekdays", [str(each) for each in window.weekdays])
    form.setlist("languages", list(audience.languages))
    form.setlist("providers", [str(each) for each in audience.provider_ids])
    form.setlist("types", [str(each) for each in audience.type_ids])
    return form


def _named(steps: Sequence[StepPlan]) -> Iterable[tuple[str, Mapping[str, str]]]:
    yield from zip(WORDINGS, steps[0].wordings, strict=False)
    yield from ((LATER, each.wordings[0]) for each in steps[1:])
