"""A worker may die anywhere in a chat: nothing is lost, and nothing is said or sent twice."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.sweep import sweep
from nlu.understanding import Intent
from storage import fault_points
from storage.tables import ChatCode
from tests.admin.desk import Desk
from tests.chat.visitor import MARIA, Visitor, has_visit, texts_to

POINTS = ("turn.begun", "turn.understood", "turn.decided", "commit.unwoken", "turn.committed")


class Died(BaseException):
    """What no code of ours catches: the process is gone."""


@pytest.fixture(autouse=True)
def _alive_afterwards() -> Iterator[None]:
    yield
    fault_points.arm(lambda _point: None)


def dies_at(point: str) -> None:
    """The next process to come to this point dies there; those after it do not."""

    def hook(reached: str) -> None:
        if reached == point:
            fault_points.arm(lambda _point: None)
            raise Died

    fault_points.arm(hook)


def says_and_the_worker_dies(visitor: Visitor, text: str, point: str) -> None:
    """The worker dies at its work; the sweep finds what it left, and another one goes on."""
    visitor.says(text)
    dies_at(point)
    with pytest.raises(Died):
        visitor.is_read()
    sweep(visitor.desk.app.extensions["services"])
    visitor.is_read()


@pytest.mark.parametrize("point", POINTS)
def test_a_code_is_texted_once(desk: Desk, visitor: Visitor, point: str) -> None:
    has_visit(desk, "Maria Lopez", MARIA)
    visitor.asks("When is my visit?", Intent.STATUS)
    says_and_the_worker_dies(visitor, MARIA, point)
    assert len(texts_to(desk, MARIA)) == 1
    assert len(desk.do(lambda tx: tx.session.scalars(select(ChatCode)).all())) == 1
    assert len(visitor.answers()) == 2


@pytest.mark.parametrize("point", POINTS)
def test_what_was_asked_first_is_answered_once_after_the_code(
    desk: Desk, visitor: Visitor, point: str
) -> None:
    has_visit(desk, "Maria Lopez", MARIA)
    visitor.asks("When is my visit?", Intent.STATUS)
    visitor.asks(MARIA)
    says_and_the_worker_dies(visitor, visitor.code(), point)
    _who, _sent, right, *answer = visitor.answers()
    assert right == "Thanks, that's right."
    assert len(answer) == 1
    assert "Fri Nov 27, 3:00pm" in answer[0]
