"""How a judged no-show model is shown: a few lines, a picture, a page."""

from pathlib import Path
from typing import TYPE_CHECKING

from rules.boosting import PARAMETERS, SET_RIGHT_BY, TOGETHER
from rules.no_show.judging import FLAGGED, Bin, Figures, Verdict
from rules.no_show.model import LEAST_VISITS
from rules.no_show.visits import COLUMNS

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def summary(verdict: Verdict) -> str:
    """In Markdown, which reads well in a terminal too."""
    return (
        f"Trained on {verdict.trained_on:,} visits before {verdict.split}, judged on the {verdict.judged_on:,} "
        f"from then on, of which {verdict.missed:.1%} were missed.\n\n{_figures(verdict)}\n\n{_groups(verdict)}"
    )


def _figures(verdict: Verdict) -> str:
    rows = {"learned": verdict.learned, "rule of thumb": verdict.baseline}
    lines = [_line(name, each) for name, each in rows.items()]
    return "\n".join(["| | AUC | AUC without same-day bookings | Brier score |", "|---|---|---|---|", *lines])


def _line(name: str, figures: Figures) -> str:
    return f"| {name} | {_share(figures.auc)} | {_share(figures.auc_not_same_day)} | {figures.brier:.4f} |"


def _groups(verdict: Verdict) -> str:
    lines = [
        f"| {each.by}: {each.name} | {each.visits:,} | {each.chance:.1%} | {each.missed:.1%} | "
        f"{'–' if each.false_positives is None else f'{each.false_positives:.1%}'} |"
        for each in verdict.groups
    ]
    head = "| patients | visits | chance said | missed | asked sooner for nothing |"
    return "\n".join([head, "|---|---|---|---|---|", *lines])


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def plot(verdict: Verdict, file: Path) -> None:
    """What was said against what came: overall beside the rule of thumb, and by group."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (overall, by_group) = plt.subplots(1, 2, figsize=(12, 5.2))
    _curve(overall, verdict.calibration, "learned", "o")
    _curve(overall, verdict.baseline_calibration, "rule of thumb", "s")
    top = max(overall.get_xlim()[1], overall.get_ylim()[1])
    overall.plot([0, top], [0, top], color="grey", linestyle="--", linewidth=1)
    overall.set(title="all visits, in tenths by chance", xlim=(0, top), ylim=(0, top))
    overall.set(xlabel="chance said (%)", ylabel="missed (%)")
    names = [f"{each.by}: {each.name}" for each in verdict.groups]
    by_group.scatter([100 * each.chance for each in verdict.groups], names, marker="o", label="chance said")
    by_group.scatter([100 * each.missed for each in verdict.groups], names, marker="x", label="missed")
    by_group.invert_yaxis()
    by_group.set_xlim(left=0)
    by_group.set(title="groups of patients", xlabel="%")
    for axes in (overall, by_group):
        axes.grid(alpha=0.3)
        axes.legend(loc="upper left")
    figure.tight_layout()
    figure.savefig(file, dpi=110)
    plt.close(figure)


def _curve(axes: "Axes", bins: tuple[Bin, ...], name: str, marker: str) -> None:
    axes.plot(
        [100 * each.chance for each in bins], [100 * each.missed for each in bins], marker=marker, label=name
    )


def page(verdict: Verdict, history: str, picture: str) -> str:
    """The model's card, written by `standby risk evaluate --page`."""
    settings = ", ".join(f"{name} {value:g}" for name, value in PARAMETERS.items())
    columns = ", ".join(f"`{name}`" for name in COLUMNS)
    return f"""# The no-show model

Written by `standby risk evaluate --history {history} --split {verdict.split} --page docs/no-show-model.md`,
on public visits of clinics in Vitória, Brazil, of 2016: the figures say how well the method does, not how
well it does in your clinic. `standby risk evaluate --history FILE` says that of a file of your own.

{summary(verdict)}

![What was said against what came]({picture})

"Asked sooner for nothing": of those who came, the share that was among the {FLAGGED:.0%} of visits with the
highest chances. Where one group's share is far above another's, it is bothered more often without cause: that
follows from its chances being higher, and is a reason to do no more with them than ask.

## What it is for

To ask likely misses sooner whether they will come, to order the `backfill` profile, and for staff to see. It
is never told to patients, and never a ground for refusing, moving or double-booking a visit.

## What it is

The rule of thumb (`rules/no_show/baseline.py`): a patient's own share of missed visits, times 1.3 before
8:00, 1.2 on a Monday, 1.15 on a Friday from 14:00; 15% flat for who has no past.

The model (`rules/no_show/model.py`, `rules/boosting.py`): {TOGETHER} gradient boostings of scikit-learn
({settings}), their mean set right by the latest {SET_RIGHT_BY:.0%} of the history (Platt). A clinic has one
from {LEAST_VISITS:,} past visits on, trained anew every night, and it is used only while it beats the rule of
thumb on the latest month, held back. It is fitted where it is needed and never stored, so nothing is ever
unpickled.

## What it knows

{columns}, each as it was known when the visit was booked. The end of a visit counts
from the next day on. Weekdays count once six weeks were seen.

What would be a leak is left out: whether the visit itself was reminded or confirmed, how it ended, totals
that count later visits, record numbers. `tests/rules/test_no_show_visits.py` changes all of these and sees
that no chance moves. Race, religion, insurance, illnesses, welfare and the part of town are never read; sex
and language only for the table.

## A file of your own

`standby risk export --clinic SLUG --into FILE` writes a clinic's past visits, without a name or a number. Any CSV
file does with `patient`, `start`, `booked_at`, `status` (a visits file as for `standby import` has these), and,
where known, `confirmed`, `age`, `travel_minutes`, `can_text`, `sex`, `language`:

```
patient,start,booked_at,status,confirmed,age,travel_minutes,can_text,sex,language
p1,2026-11-03T09:00,2026-10-20T16:40,completed,yes,52,25,yes,F,en
```
"""
