"""Feeds and webhooks from the command line."""

import re

import pytest

from tests.cli.conftest import Standby, last_line

CREATE = ("feed", "create", "--clinic", "lakeside", "--name")
ADDRESS = "https://standby.example.com/webhooks/schedule/lakeside-open-dental"


def test_a_feed_is_made_with_its_address_and_a_secret_shown_once(lakeside: Standby) -> None:
    made = lakeside(*CREATE, "Open Dental").stdout
    assert made.startswith(f"address  {ADDRESS}\nsecret   ")
    found = re.search(r"secret   (\S{43})\n", made)
    assert found is not None
    listed = lakeside("feed", "list", "--clinic", "lakeside").stdout
    assert listed == f"lakeside-open-dental  {ADDRESS}  never heard, 0 waiting, 0 not taken in\n"
    assert found[1] not in listed


def test_a_feed_that_has_ended_is_not_listed(lakeside: Standby) -> None:
    lakeside(*CREATE, "Open Dental")
    ended = lakeside("feed", "end", "--clinic", "lakeside", "lakeside-open-dental")
    assert ended.stdout == "Nothing more is taken from lakeside-open-dental.\n"
    listed = lakeside("feed", "list", "--clinic", "lakeside").stdout
    assert listed == "There is no feed yet: make one with `standby feed create`.\n"


def test_a_name_makes_one_feed(lakeside: Standby) -> None:
    lakeside(*CREATE, "Open Dental")
    said = last_line(lakeside(*CREATE, "open dental"))
    assert said == 'Error: There has been a feed "lakeside-open-dental" already: take another name.'


def test_a_name_needs_letters(lakeside: Standby) -> None:
    said = last_line(lakeside(*CREATE, "???"))
    assert said == "Error: A feed needs a name with letters or digits in it."


def test_a_feed_that_is_not_there_is_said_with_those_that_are(lakeside: Standby) -> None:
    lakeside(*CREATE, "Open Dental")
    said = last_line(lakeside("feed", "end", "--clinic", "lakeside", "other"))
    assert said == 'Error: There is no feed "other". Feeds of this clinic: lakeside-open-dental.'


WEBHOOK = "https://127.0.0.1/events"


def test_a_webhook_is_added_with_a_secret_shown_once_and_ended(lakeside: Standby) -> None:
    made = lakeside("webhook", "add", "--clinic", "lakeside", WEBHOOK).stdout
    assert re.match(r"secret   \S{43}\n\nThe secret is not shown again\.\n", made)
    listed = lakeside("webhook", "list", "--clinic", "lakeside").stdout
    assert listed == f"{WEBHOOK}  0 delivered, 0 waiting, 0 failed\n"
    ended = lakeside("webhook", "end", "--clinic", "lakeside", WEBHOOK).stdout
    assert ended == f"Nothing more is told to {WEBHOOK}.\n"
    listed = lakeside("webhook", "list", "--clinic", "lakeside").stdout
    assert listed == "There is no webhook yet: add one with `standby webhook add`.\n"


def test_an_address_that_is_not_called_is_refused(lakeside: Standby) -> None:
    said = last_line(lakeside("webhook", "add", "--clinic", "lakeside", "https://169.254.169.254/"))
    assert said == "Error: The address leads to the insides of a network, which we do not call."


def test_a_webhook_that_is_not_there_is_said_with_those_that_are(lakeside: Standby) -> None:
    said = last_line(lakeside("webhook", "end", "--clinic", "lakeside", WEBHOOK))
    assert said == f"Error: Nothing is told to {WEBHOOK}. Webhooks of this clinic: none."


@pytest.mark.parametrize(("choice", "place"), [("yes", "in a practice system"), ("no", "here")])
def test_a_clinic_says_where_its_schedule_is_kept(lakeside: Standby, choice: str, place: str) -> None:
    done = lakeside("clinic", "set", "--clinic", "lakeside", "--schedule-elsewhere", choice)
    assert done.stdout == f"The schedule of lakeside is kept {place}.\n"
    assert f"schedule    {place}" in lakeside("clinic", "show", "--clinic", "lakeside").stdout
