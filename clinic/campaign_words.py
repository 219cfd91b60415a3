"""What a campaign's texts say, filled in for whoever reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from clinic import phrases
from rules.campaigns import in_language, merged, named_in
from rules.trials import REST
from storage.queries import campaigns as queries
from storage.tables import Campaign
from storage.transaction import Tx


class Reader(Protocol):
    """Whoever is written to: a patient, or what is known of one."""

    @property
    def first_name(self) -> str: ...

    @property
    def language(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Script:
    """A campaign's texts, by step and variant; and what its fields become of themselves."""

    steps: Sequence[Mapping[str, Mapping[str, str]]]
    clinic: Mapping[str, str]
    defaults: Mapping[str, Mapping[str, str]]
    usual_language: str
    rest_reads: str | None = None  # the variant that has won

    def text(self, step: int, variant: str | None, reader: Reader, provider: str) -> str:
        wordings = self.steps[step]
        variant = self.rest_reads if variant == REST else variant
        texts = wordings.get(variant or "") or next(iter(wordings.values()))
        body = in_language(texts, reader.language, self.usual_language)
        values = {**self.clinic, "first_name": reader.first_name, "provider": provider}
        language = reader.language if reader.language in self.defaults else self.usual_language
        return merged(body, values, self.defaults.get(language, self.defaults["en"]))

    @property
    def names_provider(self) -> bool:
        return any(
            "provider" in named_in(body)
            for wordings in self.steps
            for texts in wordings.values()
            for body in texts.values()
        )


def script_of(tx: Tx, campaign: Campaign) -> Script:
    """The texts of a campaign, ready to be filled in."""
    steps = queries.steps(tx.session, campaign.id)
    found: dict[UUID, dict[str, Mapping[str, str]]] = {each.id: {} for each in steps}
    for variant in queries.variants(tx.session, found):
        found[variant.step_id][variant.label] = variant.texts
    written = script(tx, [found[each.id] for each in steps], campaign.link)
    return replace(written, rest_reads=campaign.winner)


def script(tx: Tx, steps: Sequence[Mapping[str, Mapping[str, str]]], link: str) -> Script:
    clinic = tx.clinic()
    defaults = {
        language: {
            "first_name": phrases.render("campaign_first_name", language),
            "provider": phrases.render("campaign_provider", language),
        }
        for language in phrases.LANGUAGES
    }
    said = {"clinic": clinic.short_name, "phone": phrases.phone(clinic.phone), "link": link}
    return Script(steps, said, defaults, clinic.language)
