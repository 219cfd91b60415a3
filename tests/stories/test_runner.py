"""The runner itself: a story that lies fails, and says what happened instead."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.stories import after, when
from tests.stories.cast import set_stage
from tests.stories.logs import told
from tests.stories.play import Play, StoryFailed
from tests.stories.script import BadStory, Step, Story, all_stories, load
from tests.system import System

NEW_YORK = ZoneInfo("America/New_York")
ASKED = "Cancel Tom's visit with Dr Lee Tue Dec 1, 3:00pm? Reply YES to cancel it or NO to keep it."


def a_story(*steps: Step, **after_it: Any) -> Story:
    """Tom, who has a visit tomorrow."""
    people = {"Tom": {"visit": "Tue Dec 1 3:00pm with Dr Lee"}}
    return Story("made_up", "Made up", "Mon Nov 30 2026 10:00am", people, steps, after=after_it)


def steps(*lines: tuple[str, str | None]) -> tuple[Step, ...]:
    return tuple(Step(number, head, text) for number, (head, text) in enumerate(lines, 1))


def play(system: System, story: Story) -> None:
    Play(system, set_stage(system, story)).run()


def test_a_text_that_the_story_does_not_name_fails_it(system: System) -> None:
    with pytest.raises(StoryFailed, match=r'does not name at the end:\n  - to Tom: "Cancel Tom'):
        play(system, a_story(*steps(("Tom", "CANCEL it please"))))


def test_a_text_must_be_named_before_anything_else_happens(system: System) -> None:
    with pytest.raises(StoryFailed, match=r"before step 2 \(Tom: yes\)"):
        play(system, a_story(*steps(("Tom", "I can't make it tomorrow"), ("Tom", "yes"))))


def test_a_text_that_never_came_fails_the_story(system: System) -> None:
    with pytest.raises(StoryFailed, match="No text came to Tom"):
        play(system, a_story(*steps(("to Tom", "Hello Tom"))))


def test_another_text_than_the_storys_fails_it_with_both_and_the_whole_conversation(system: System) -> None:
    told_otherwise = steps(("Tom", "I can't make it tomorrow"), ("to Tom", "Shall I cancel?"))
    with pytest.raises(StoryFailed) as failed:
        play(system, a_story(*told_otherwise))
    said = str(failed.value)
    assert f"story: Shall I cancel?\n  came:  {ASKED}" in said
    assert "Tom > I can't make it tomorrow   [cancel" in said


@pytest.mark.parametrize(
    ("after_it", "difference"),
    [
        ({}, "Tom: the story says nothing, but it is ['booked Tue Dec 1 3:00pm with Dr Lee']"),
        ({"Tom": "waiting"}, "Tom: the story says ['waiting'], but it is ['booked Tue Dec 1"),
        ({"opening": "open"}, "the openings: the story says ['open'], but it is nothing"),
        ({"Maria": "waiting"}, "after: nobody is called Maria"),
    ],
    ids=["nothing said", "another thing", "an opening", "somebody else"],
)
def test_what_is_otherwise_afterwards_is_said(
    system: System, after_it: dict[str, str], difference: str
) -> None:
    cast = set_stage(system, a_story(**after_it))
    found = system.services.store.run(cast.clinic_id, lambda tx: after.differences(tx, cast))
    assert [each for each in found if each.startswith(difference)]


@pytest.mark.parametrize(
    "line",
    [("Tmo", "yes"), ("staff dance", None), ("to Maria", "hello")],
    ids=["nobody", "no deed", "no phone"],
)
def test_a_line_that_nobody_can_play_is_refused(system: System, line: tuple[str, str | None]) -> None:
    with pytest.raises(BadStory):
        play(system, a_story(*steps(line)))


@pytest.mark.parametrize(
    "text",
    [
        "title: t\nnow: n\npeople: {Tom: {vist: tomorrow}}\nstory: []\n",
        "title: t\nnow: n\npeople: {}\nstory: []\nafterwards: {}\n",
        "title: t\nnow: n\npeople: {}\nstory: [{Tom: yes, Ana: no}]\n",
    ],
    ids=["a person's fact", "a part", "two in one line"],
)
def test_a_slip_in_a_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "slip.yml"
    path.write_text(text)
    with pytest.raises(BadStory, match=r"slip\.yml"):
        load(path)


def test_a_date_that_is_another_weekday_is_refused() -> None:
    with pytest.raises(ValueError, match="is a Tuesday, not a Mon"):
        when.moment("Mon Dec 1 2026 3:00pm", NEW_YORK)


def test_a_date_without_a_year_is_the_next_one() -> None:
    now = when.moment("Mon Nov 30 2026 10:00am", NEW_YORK)
    assert when.moment("Tue Jan 12 9:00am", NEW_YORK, now).year == 2027


@pytest.mark.parametrize(
    ("log", "found"),
    [
        ('{"event": "turn.done", "patient": "Maria"}', ["Maria"]),
        ('{"event": "send.done", "to": "+12125550201"}', ["12125550201"]),
        ('{"event": "turn.done", "message": "01a1fad4-12125550201"}', []),
        ('{"event": "Mariana.done"}', []),
    ],
    ids=["name", "number", "inside an id", "inside a word"],
)
def test_a_log_that_tells_too_much_is_found(log: str, found: list[str]) -> None:
    assert told(log, ["Maria", "12125550201"]) == found


def test_every_story_has_a_title_of_its_own() -> None:
    titles = [story.title for story in all_stories()]
    assert len(set(titles)) == len(titles) >= 20
