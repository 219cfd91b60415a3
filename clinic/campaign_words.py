"""What a campaign says, filled in for whoever reads or hears it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from clinic import phrases
from clinic.campaign_plans import LABELS, Plan, StepPlan, plan_of
from rules.campaigns import fields_of, language_in, merged
from rules.states import ON_PAPER, StepChannel
from rules.trials import REST
from storage.tables import Campaign
from storage.transaction import Tx


class Reader(Protocol):
    """Whoever is written to: a patient, or what is known of one."""

    @property
    def first_name(self) -> str: ...

    @property
    def language(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Reads:
    """What one reader gets. `template` is WhatsApp's own for these words, `values` what fills its places."""

    body: str
    subject: str
    language: str
    template: str | None
    values: list[str]


@dataclass(frozen=True, slots=True)
class Script:
    """A campaign's words, and what its fields become of themselves."""

    plan: Plan
    clinic: Mapping[str, str]
    defaults: Mapping[str, Mapping[str, str]]
    usual_language: str
    rest_reads: str | None = None  # the variant that has won

    def reads(self, position: int, variant: str | None, reader: Reader, provider: str) -> Reads:
        step = self.plan.steps[position]
        place = self._wording(step, variant)
        texts = step.wordings[place]
        language = language_in(texts, reader.language, self.usual_language)
        values = {**self.clinic, "first_name": reader.first_name, "provider": provider}
        known = self.defaults[language]
        template = step.templates[place].get(language) if step.templates else None
        subject = step.subject.get(language) or step.subject.get(self.usual_language, "")
        return Reads(
            body=merged(texts[language], values, known) + self._incentive(step.channel, language),
            subject=merged(subject, values, known),
            language=language,
            template=template,
            values=[values.get(name) or known[name] for name in fields_of(texts[language])]
            if template
            else [],
        )

    def _wording(self, step: StepPlan, variant: str | None) -> int:
        """The place of a variant's wording; a step that lacks it says its first."""
        place = LABELS.find((self.rest_reads if variant == REST else variant) or LABELS[0])
        return place if place < len(step.wordings) else 0

    def _incentive(self, channel: StepChannel, language: str) -> str:
        said = self.plan.incentive
        text = said[language_in(said, language, self.usual_language)] if said else ""
        between = "\n\n" if channel in ON_PAPER else " "
        return f"{between}{text}" if text else ""

    @property
    def names_provider(self) -> bool:
        return any(
            "provider" in fields_of(text)
            for step in self.plan.steps
            for texts in (*step.wordings, step.subject)
            for text in texts.values()
        )


def script_of(tx: Tx, campaign: Campaign) -> Script:
    """The words of a campaign, ready to be filled in."""
    return replace(script(tx, plan_of(tx, campaign)), rest_reads=campaign.winner)


def script(tx: Tx, plan: Plan) -> Script:
    clinic = tx.clinic()
    defaults = {
        language: {
            "first_name": phrases.render("campaign_first_name", language),
            "provider": phrases.render("campaign_provider", language),
        }
        for language in phrases.LANGUAGES
    }
    said = {"clinic": clinic.short_name, "phone": phrases.phone(clinic.phone), "link": plan.link.strip()}
    return Script(plan, said, defaults, clinic.language)
