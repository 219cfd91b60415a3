"""Administration from the command line: what it does, and the sentence for each thing that goes wrong."""

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from cli._database import failures_as_sentences
from tests.cli.conftest import LAKESIDE, Standby, last_line
from tests.databases import cloned


def test_a_clinic_is_made_and_shown(lakeside: Standby) -> None:
    shown = lakeside("clinic", "show", "--clinic", "lakeside").stdout
    assert "name        Lakeside Family Clinic" in shown
    assert "phone       +17165550199" in shown
    assert "texts from  +17165550100" in shown
    assert "policy      version 1" in shown


def test_without_a_sender_texts_go_out_from_the_desks_number(here: Standby) -> None:
    made = here("clinic", "create", "--slug=x", "--name=X", "--timezone=UTC", "--phone=7165550198")
    assert made.stdout == "Made clinic x, which texts from +17165550198.\n"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            "--slug Lake_side",
            'Error: "Lake_side" cannot be used as a slug: '
            "write small letters, digits and hyphens, such as lakeside.",
        ),
        (
            "--slug messages",
            'Error: "messages" cannot be used as a slug: we use it ourselves. Choose another.',
        ),
        (
            "--slug socket",
            'Error: "socket" cannot be used as a slug: we use it ourselves. Choose another.',
        ),
        ("--slug lakeside", 'Error: There is a clinic "lakeside" already.'),
        ("--slug other", "Error: +17165550100 is the number of another clinic already."),
        (
            "--slug other --timezone Mars",
            'Error: "Mars" is no time zone: write an IANA name such as America/New_York.',
        ),
        (
            "--slug other --phone 555",
            'Error: "555" is no phone number: write it with its country, such as +1 716 555 0100.',
        ),
    ],
)
def test_a_clinic_that_cannot_be_made_is_refused(lakeside: Standby, options: str, sentence: str) -> None:
    given = [*LAKESIDE, "--name", "Another", *options.split()]  # of an option given twice the last counts
    assert last_line(lakeside(*given)) == sentence


def test_a_clinic_that_is_not_there_is_said_with_those_that_are(lakeside: Standby) -> None:
    said = last_line(lakeside("clinic", "show", "--clinic", "lakside"))
    assert said == 'Error: There is no clinic "lakside". Known: lakeside.'


def test_without_a_name_every_clinic_is_shown(here: Standby) -> None:
    assert here("clinic", "show").stdout == "There is no clinic yet: make one with `standby clinic create`.\n"
    for slug, phone in (("north", "7165550101"), ("south", "7165550102")):
        here("clinic", "create", f"--slug={slug}", "--name=X", "--timezone=UTC", f"--phone={phone}")
    shown = here("clinic", "show").stdout
    assert [line for line in shown.splitlines() if line.startswith("slug")] == [
        "slug        north",
        "slug        south",
    ]


def test_a_policy_is_shown_with_what_each_value_means(lakeside: Standby) -> None:
    shown = lakeside("clinic", "policy", "--clinic", "lakeside").stdout
    assert "gap_hours = 24\n    Least time between two offers" in shown


def test_a_policy_is_changed_in_a_new_version(lakeside: Standby) -> None:
    changes = ["--set", "gap_hours=12", "--set", "allowed_from=10:00", "--set", "hard_holds=true"]
    shown = lakeside("clinic", "policy", "--clinic", "lakeside", *changes).stdout
    assert "gap_hours = 12  (not the default)" in shown
    assert "allowed_from = 10:00:00  (not the default)" in shown
    assert "hard_holds = true  (not the default)" in shown
    assert "policy      version 2" in lakeside("clinic", "show", "--clinic", "lakeside").stdout


def test_setting_what_is_set_already_makes_no_version(lakeside: Standby) -> None:
    lakeside("clinic", "policy", "--clinic", "lakeside", "--set", "gap_hours=24")
    assert "policy      version 1" in lakeside("clinic", "show", "--clinic", "lakeside").stdout


def test_hours_of_the_desk_are_set_as_json(lakeside: Standby) -> None:
    hours = '{"0": {"start": "07:00", "end": "12:00"}}'
    shown = lakeside("clinic", "policy", "--clinic", "lakeside", "--set", f"desk_hours={hours}").stdout
    assert 'desk_hours = {"0": {"start": "07:00:00", "end": "12:00:00"}}' in shown


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("gap_hours=9999", "Error: gap_hours: Input should be less than or equal to 720 (given: 9999)."),
        (
            "allowed_from=21:00",
            "Error: allowed_from (21:00) must come before allowed_until (20:00).",
        ),
        ("desk_hours={", "Error: desk_hours cannot be read: what begins with { has to be JSON."),
        (
            "recovery.touches=[",
            "Error: recovery.touches cannot be read: what begins with [ has to be JSON.",
        ),
        (
            'recovery.touches=[{"wording": "rude"}]',
            "Error: recovery.touches.0.wording: Input should be 'lost', 'again' or 'last' (given: rude).",
        ),
        (
            'recovery.touches=[{"words": {"again": {"en": "Hi"}}}]',
            "Error: recovery.touches.0.words.again.en: {first_name} has to be named, since several patients may "
            "share a phone (given: Hi).",
        ),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(lakeside: Standby, change: str, sentence: str) -> None:
    assert last_line(lakeside("clinic", "policy", "--clinic", "lakeside", "--set", change)) == sentence


def test_how_lost_visits_are_made_up_for_is_changed_one_by_one(lakeside: Standby) -> None:
    touches = '[{"wording": "lost"}, {"after_hours": 48, "channel": "email", "wording": "last"}]'
    lakeside("clinic", "policy", "--clinic", "lakeside", "--set", f"recovery.touches={touches}")
    shown = lakeside("clinic", "policy", "--clinic", "lakeside", "--set", "recovery.give_up_days=20").stdout
    assert "recovery.give_up_days = 20  (not the default)\n    After so many days a visit is lost." in shown
    assert (
        '"after_hours": 48, "channel": "email", "wording": "last", "words": {}}]  (not the default)' in shown
    )
    assert "recovery.most_attempts = 3\n" in shown


def test_an_unknown_value_of_a_part_is_said_with_those_there_are(lakeside: Standby) -> None:
    said = last_line(lakeside("clinic", "policy", "--clinic", "lakeside", "--set", "recovery.days=1"))
    assert said.startswith('Error: There is no policy value "recovery.days". There are: ')
    assert "recovery.touches, recovery.texted_after, recovery.most_attempts, recovery.give_up_days" in said


def test_an_unknown_policy_value_is_said_with_those_there_are(lakeside: Standby) -> None:
    said = last_line(lakeside("clinic", "policy", "--clinic", "lakeside", "--set", "gap=1"))
    assert said.startswith('Error: There is no policy value "gap". There are: ')
    assert "allowed_from, allowed_until, " in said


def test_an_empty_database_is_brought_up_to_date(
    standby: Callable[[str], Standby], postgres_url: str
) -> None:
    with cloned(postgres_url, "template0") as url:
        here = standby(url)
        assert "run `standby db upgrade`" in last_line(here("db", "check"))
        assert "run `standby db upgrade`" in last_line(here("clinic", "show", "--clinic", "lakeside"))
        assert here("db", "upgrade").stdout.startswith("The database went from migration none to ")
        assert here("db", "upgrade").stdout.endswith(" already.\n")
        assert here("db", "check").exit_code == 0


def test_a_table_that_differs_from_the_code_is_named(here: Standby, database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE patient DROP COLUMN sex"))
    engine.dispose()
    assert "sex" in last_line(here("db", "check"))


@pytest.mark.parametrize("command", ["db check", "db upgrade", "clinic show --clinic x"])
def test_a_database_that_is_away_is_a_sentence(
    standby: Callable[[str], Standby], tmp_path: Path, command: str
) -> None:
    away = standby(f"postgresql://postgres@/standby?host={tmp_path}")
    assert last_line(away(*command.split())).startswith("Error: The database cannot be used: ")


def test_what_only_the_database_could_refuse_is_a_sentence_too() -> None:
    with pytest.raises(click.ClickException, match="at that moment: run it again"), failures_as_sentences():
        raise IntegrityError("INSERT", {}, Exception("somebody was quicker"))


@pytest.mark.parametrize(
    ("channel", "given", "address"),
    [
        ("whatsapp", "716 555 0100", "whatsapp:+17165550100"),
        ("voice", "+17165550100", "voice:+17165550100"),
        ("email", "desk@lakeside.example", "desk@lakeside.example"),
        ("sms", "716 555 0101", "+17165550101"),
    ],
)
def test_a_clinic_gets_another_channel(lakeside: Standby, channel: str, given: str, address: str) -> None:
    said = lakeside("clinic", "channel", "--clinic=lakeside", f"--by={channel}", f"--from={given}").stdout
    assert said.startswith(f"lakeside now reaches patients from {address}.")
    again = last_line(
        lakeside("clinic", "channel", "--clinic=lakeside", f"--by={channel}", f"--from={given}")
    )
    assert again == f"Error: {address} is used by a clinic already."


@pytest.mark.parametrize(
    ("channel", "given", "sentence"),
    [
        ("email", "desk", 'Error: "desk" is no email address.'),
        (
            "voice",
            "555",
            'Error: "555" is no phone number: write it with its country, such as +1 716 555 0100.',
        ),
    ],
)
def test_a_channel_from_no_address_is_refused(
    lakeside: Standby, channel: str, given: str, sentence: str
) -> None:
    said = last_line(lakeside("clinic", "channel", "--clinic=lakeside", f"--by={channel}", f"--from={given}"))
    assert said == sentence


def test_a_type_of_visit_is_withdrawn_and_offered_again(lakeside: Standby, tmp_path: Path) -> None:
    file = tmp_path / "types.csv"
    file.write_text("external_id,name,minutes\ncleaning,Cleaning,45\n")
    lakeside("import", "types", str(file), "--clinic", "lakeside")
    withdraw = ("clinic", "withdraw", "--clinic", "lakeside", "--type", "cleaning")
    assert lakeside(*withdraw).stdout.startswith(
        "cleaning is offered no more: offers ended 0, patients texted 0"
    )
    assert lakeside(*withdraw, "--back").stdout.startswith("cleaning is offered again")


def test_a_type_that_is_not_there_is_said(lakeside: Standby) -> None:
    said = last_line(lakeside("clinic", "withdraw", "--clinic", "lakeside", "--type", "x"))
    assert said == 'Error: lakeside has no type of visit "x".'


def test_the_daily_cap_of_a_number_is_set_and_taken_back(lakeside: Standby) -> None:
    cap = ("clinic", "cap", "--clinic", "lakeside", "--from", "+17165550100", "--segments")
    assert lakeside(*cap, "2000").stdout == "+17165550100 texts 2,000 segments a day at most.\n"
    assert lakeside(*cap, "none").stdout == "+17165550100 texts as much as is wanted.\n"
    assert last_line(lakeside(*cap, "many")) == "Error: Write a number of segments, or none."
