"""The page that says how well no-shows are foreseen, and whether that is fair."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from rules.no_show.judging import Bin, Figures, Group, Verdict
from rules.permissions import Role
from storage.tables import NoShowModel
from tests.admin.desk import NOW, Desk

VERDICT = Verdict(
    split=date(2026, 10, 25),
    trained_on=1500,
    judged_on=120,
    missed=0.2,
    learned=Figures(auc=0.744, auc_not_same_day=0.613, brier=0.143),
    baseline=Figures(auc=0.562, auc_not_same_day=0.534, brier=0.186),
    calibration=(Bin(0.1, 0.11, 60), Bin(0.3, 0.29, 60)),
    baseline_calibration=(),
    groups=(Group("age", "18–29", 40, 0.25, 0.23, 0.268), Group("language", "es", 20, 0.2, 0.2, None)),
)


def learned(desk: Desk, *, days_ago: int = 0, **more: Any) -> None:
    own = {"trained_at": NOW - timedelta(days=days_ago), "visits": 1620, "used": False, **more}
    desk.do(lambda tx: tx.session.add(NoShowModel(**own)))


def judged() -> dict[str, Any]:
    return {**asdict(VERDICT), "split": VERDICT.split.isoformat()}


def shown(desk: Desk) -> str:
    return " ".join(desk.browser(Role.SUPERVISOR).get("/cancellations/foreseen").text.split())


def test_before_the_first_night_it_says_so(desk: Desk) -> None:
    assert "Nothing has been learned yet" in shown(desk)


def test_it_says_why_the_rule_of_thumb_is_used(desk: Desk) -> None:
    learned(desk, why_not="There are fewer than 1,000 past visits.")
    assert "The rule of thumb is used. There are fewer than 1,000 past visits." in shown(desk)


def test_it_says_how_well_beside_the_rule_of_thumb(desk: Desk) -> None:
    learned(desk, used=True, verdict=judged())
    page = shown(desk)
    assert "What this clinic’s own past teaches is used" in page
    assert "<td>0.744</td><td>0.613</td><td>0.143</td>" in page
    assert "<td>0.562</td><td>0.534</td><td>0.186</td>" in page


def test_each_group_of_patients_has_its_line(desk: Desk) -> None:
    learned(desk, used=True, verdict=judged())
    page = shown(desk)
    assert "Age: 18–29</th><td>40</td><td>25.0%</td><td>23.0%</td><td>26.8%</td>" in page
    assert "Language: es</th><td>20</td><td>20.0%</td><td>20.0%</td><td>–</td>" in page


def test_a_night_without_a_verdict_leaves_the_last_one_standing(desk: Desk) -> None:
    learned(desk, days_ago=1, used=True, verdict=judged())
    learned(desk, why_not="There are too few missed visits to learn from.")
    page = shown(desk)
    assert "There are too few missed visits" in page
    assert "0.744" in page


def test_the_cancellations_page_leads_there(desk: Desk) -> None:
    assert 'href="/cancellations/foreseen"' in desk.browser(Role.SUPERVISOR).get("/cancellations").text
