"""`standby simulate`: a clinic year at published rates, through our own matching and dispatch."""

import json
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import click

from cli._files import PAGE, PICTURE
from cli._simulated import page, plot, summary, table
from rules.response import MEAN_CHANCE
from rules.simulation import scenario
from rules.simulation.measures import POLICIES, Estimate, Figures, estimates, fit_setting, measured
from rules.simulation.year import Setting

QUICK_WEEKS = 4

Results = dict[str, dict[str, Estimate]]


@click.command()
@click.option(
    "--policy",
    "names",
    type=click.Choice(list(POLICIES)),
    multiple=True,
    help="Only this one; may be repeated.",
)
@click.option(
    "--acceptance",
    type=click.FloatRange(0.01, 0.6),
    default=MEAN_CHANCE,
    show_default=True,
    help="Mean chance that an offer is accepted.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="The first seed.")
@click.option(
    "--seeds", type=click.IntRange(1), default=20, show_default=True, help="How many years to play."
)
@click.option("--quick", is_flag=True, help=f"Play {QUICK_WEEKS} weeks instead of a year.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--plot", "picture", type=PICTURE, help="Draw the curves into this PNG file.")
@click.option("--page", "markdown", type=PAGE, help="Write a page, and its PNG beside it.")
def command(
    names: tuple[str, ...],
    acceptance: float,
    seed: int,
    seeds: int,
    quick: bool,
    as_json: bool,
    picture: Path | None,
    markdown: Path | None,
) -> None:
    """Play a clinic's year under each dispatch policy, and compare them.

    The scenario is fixed (rules/simulation/scenario.py). First the published study is played, to see that the
    simulation fits it: at 2.76 offers an opening 30% are filled.
    """
    weeks = QUICK_WEEKS if quick else scenario.WEEKS
    settings = {"fit": fit_setting(weeks)} | {
        name: Setting(POLICIES[name], weeks, acceptance) for name in names or POLICIES
    }
    results = _play(settings, range(seed, seed + seeds), quiet=as_json)
    played = {"weeks": weeks, "seed": seed, "seeds": seeds, "acceptance": acceptance}
    click.echo(json.dumps(_as_json(results, played), indent=2) if as_json else _as_text(results))
    if picture is not None:
        plot(results, picture)
    if markdown is not None:
        markdown.write_text(page(results, played, markdown.with_suffix(".png").name))
        plot(results, markdown.with_suffix(".png"))


def _play(settings: dict[str, Setting], seeds: range, *, quiet: bool) -> Results:
    """Every setting with every seed, on all cores."""
    runs: dict[str, list[Figures]] = {name: [] for name in settings}
    with ProcessPoolExecutor() as pool:
        playing = {
            pool.submit(measured, setting, seed): name for seed in seeds for name, setting in settings.items()
        }
        label = f"{len(playing)} runs"
        # On stderr, so that what is printed can be piped.
        with click.progressbar(
            as_completed(playing),
            length=len(playing),
            label=label,
            file=sys.stderr,
            hidden=quiet,
        ) as done:
            for each in done:
                runs[playing[each]].append(each.result())
    return {name: estimates(several) for name, several in runs.items()}


def _as_json(results: Results, played: dict[str, float]) -> dict[str, object]:
    means = {name: {what: each.mean for what, each in found.items()} for name, found in results.items()}
    intervals = {
        name: {what: [each.low, each.high] for what, each in found.items()} for name, found in results.items()
    }
    return {
        **played,
        "fit": means.pop("fit"),
        "policies": means,
        "intervals": intervals,
    }


def _as_text(results: Results) -> str:
    return "\n\n".join((summary(results), table(results)))
