"""How simulated years are shown: a table, a picture, a page."""

import math
from pathlib import Path

from rules.response import MEAN_CHANCE
from rules.simulation.measures import (
    ENOUGH_NOTICE,
    FIT_WITHIN,
    NOTICE_ENDS,
    PUBLISHED_FILLED,
    PUBLISHED_OFFERS,
    Estimate,
    most_fillable,
)
from rules.simulation.scenario import ENTRIES, FREED_SHARE, VISITS_A_DAY

Results = dict[str, dict[str, Estimate]]

PERCENT = "percent"
ROWS = (
    ("fill_rate", "filled", PERCENT),
    ("offers_per_fill", "offers a fill", ".1f"),
    ("yes_too_late_share", "yeses too late", PERCENT),
    ("median_minutes_to_fill", "minutes to fill, median", ".0f"),
    ("fill_rate_of_all", "filled, of all", PERCENT),
    ("acceptance", "offers accepted, of all", PERCENT),
    ("wait_days_urgent", "days waited, urgent", ".1f"),
    ("wait_days_high", "days waited, high", ".1f"),
    ("wait_days_standard", "days waited, standard", ".1f"),
    ("wait_days_flexible", "days waited, flexible", ".1f"),
    ("texts_per_patient", "texts a patient", ".2f"),
    ("most_offers_in_a_week", "offers in a week, most", ".0f"),
    ("joined_a_week", "patients joining a week", ".0f"),
)


def summary(results: Results) -> str:
    """Whether the simulation fits the published study, and what is the most that could be filled."""
    fit = results["fit"]
    filled, offers = fit["fill_rate_of_offered"], fit["offers_per_opening"]
    bound = most_fillable(fit["openings_a_week"].mean)
    return (
        f"Fit: at {offers.mean:.2f} offers an opening (published {PUBLISHED_OFFERS}) "
        f"{_percent(filled)} are filled (published {PUBLISHED_FILLED:.0%}): {verdict(filled)}.\n"
        f"At most {bound:.0%} of the openings could be filled: everybody on the list asked as often as the caps "
        f"allow, and {MEAN_CHANCE:.1%} saying yes."
    )


def verdict(filled: Estimate) -> str:
    """Whether what is filled in the fit agrees with the published share."""
    if abs(filled.mean - PUBLISHED_FILLED) <= FIT_WITHIN:
        return "it fits"
    alone = filled.low == filled.high
    if alone or filled.low - FIT_WITHIN <= PUBLISHED_FILLED <= filled.high + FIT_WITHIN:
        return "too little was played to tell whether it fits"
    return "NO FIT"


def table(results: Results) -> str:
    """In Markdown, which reads well in a terminal too. Means over the seeds, with 95% intervals."""
    names = [name for name in results if name != "fit"]
    lines = [f"| | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for what, title, form in ROWS:
        cells = (_cell(results[name].get(what), form) for name in names)
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(value: Estimate | None, form: str) -> str:
    if value is None:
        return "–"
    if form == PERCENT:
        return _percent(value)
    return f"{value.mean:{form}} ({max(value.low, 0):{form}}–{value.high:{form}})"


def _percent(value: Estimate) -> str:
    return f"{value.mean:.1%} ({max(value.low, 0):.1%}–{min(value.high, 1):.1%})"


def plot(results: Results, file: Path) -> None:
    """The share filled, and the share of yeses too late, over the notice left."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (filled, late) = plt.subplots(1, 2, figsize=(12, 4.8), sharex=True)
    begins = [0.0, *NOTICE_ENDS[:-1]]
    for name in (name for name in results if name != "fit"):
        for axes, kind in ((filled, "filled"), (late, "late")):
            found = [
                (place, results[name].get(f"{kind}_by_notice_{begin:g}"))
                for place, begin in enumerate(begins)
            ]
            known = [(place, each) for place, each in found if each is not None]
            axes.errorbar(
                [place for place, _ in known],
                [100 * each.mean for _, each in known],
                yerr=[100 * (each.high - each.mean) for _, each in known],
                label=name,
                marker="o",
                capsize=3,
            )
    for axes, title in ((filled, "openings filled (%)"), (late, "yeses that came too late (%)")):
        axes.set_title(title)
        axes.set_xlabel("allowed hours from freed to start")
        axes.set_xticks(range(len(begins)), _stretches())
        axes.set_ylim(0, 100 if axes is filled else 60)
        axes.grid(alpha=0.3)
    late.axhline(10, color="grey", linestyle="--", label="limit")
    filled.legend()
    figure.tight_layout()
    figure.savefig(file, dpi=110)
    plt.close(figure)


def _stretches() -> list[str]:
    return [
        f"{begin:g}+" if math.isinf(end) else f"{begin:g}–{end:g}"
        for begin, end in zip((0.0, *NOTICE_ENDS), NOTICE_ENDS, strict=False)
    ]


def page(results: Results, played: dict[str, float], picture: str) -> str:
    """A page for the documentation, written by `standby simulate --page`."""
    return f"""# The simulation

Written by `standby simulate --page docs/simulation.md`: {played["seeds"]:g} seeds of {played["weeks"]:g} weeks
each, {played["acceptance"]:.1%} of offers accepted; means with 95% intervals over the seeds.

The scenario is fixed and stands in `rules/simulation/scenario.py`. Patients answer as
`rules/simulation/patients.py` says, which dispatch is never told. Who is asked, and when, is worked out by the
product's own `rules.matching.rank` and `rules.dispatch.step`.

{summary(results)}

The first four rows are of openings with at least {ENOUGH_NOTICE:g} allowed hours between the moment they come free
and their start, the others of all.

{table(results)}

![Filled, and yeses too late, over the notice left]({picture})

## How it is set up

- {FREED_SHARE:.0%} of {VISITS_A_DAY} visits a day are given up, at the hours people cancel: 15% of them with under
  4 hours' notice, 20% with up to 24, 30% one to three days ahead, 35% more. What comes free less than two hours
  before its start is offered to nobody, which is why the curve begins where it does.
- The list always has {ENTRIES} entries that may be asked. Who is booked, has had their later visit, has waited 90
  days, has declined three times or left three offers in a row unanswered makes room for somebody who joins;
  "patients joining a week" says how many that takes.
- The chance of a yes goes from 0.05 to 0.20 with the match, and was set so that in the fit it has the published
  mean of 0.109. Who asks further down the line has poorer matches there, and so fewer yeses an offer.
- A yes is too late when somebody else has the slot, or its time has come.
- Days waited are those from joining to the yes, of patients who got a slot.
"""
