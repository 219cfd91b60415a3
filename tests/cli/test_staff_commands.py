"""Accounts of staff from the command line: what is made, and the sentence for each thing that goes wrong."""

from pathlib import Path

import pytest

from tests.cli.conftest import Standby, last_line

PASSWORD = "correct horse battery"
STAFF = [
    "staff",
    "create",
    "--clinic",
    "lakeside",
    "--email",
    "Robin.Hale@example.com",
    "--role",
    "clinic_admin",
]


def test_somebody_of_the_staff_is_made_with_a_password_from_stdin(lakeside: Standby) -> None:
    made = lakeside(*STAFF, "--password-stdin", input=f"{PASSWORD}\n")
    assert made.stdout == "Made the account of Robin Hale, clinic_admin.\n"


def test_a_password_is_asked_for_twice_and_not_shown(lakeside: Standby) -> None:
    made = lakeside(*STAFF, "--name", "Robin", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0
    assert PASSWORD not in made.output


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--email", "robin"], 'Error: "robin" is no email address.'),
        (["--on-call"], "Error: Somebody on call needs a number to be alerted on: add --phone."),
        (
            ["--on-call", "--phone", "12"],
            'Error: "12" is no phone number: write it with its country, such as +1 716 555 0190.',
        ),
        (["--clinic", "other"], 'Error: There is no clinic "other". Known: lakeside.'),
        (["--provider", "dr-no"], 'Error: lakeside has no provider "dr-no".'),
    ],
)
def test_an_account_that_cannot_be_made_is_refused(
    lakeside: Standby, options: list[str], sentence: str
) -> None:
    assert last_line(lakeside(*STAFF, "--password-stdin", *options, input=PASSWORD)) == sentence


LINK = ["staff", "link", "--clinic", "lakeside", "--email", "robin.hale@example.com"]


def test_an_account_is_told_which_provider_it_is(lakeside: Standby, tmp_path: Path) -> None:
    lakeside(*STAFF, "--password-stdin", input=PASSWORD)
    (tmp_path / "providers.csv").write_text("external_id,name\nlee,Dr Lee\n", encoding="utf-8")
    lakeside("import", "providers", str(tmp_path / "providers.csv"), "--clinic", "lakeside")
    assert lakeside(*LINK, "--provider", "lee").stdout == "Robin Hale is provider lee.\n"
    assert lakeside(*LINK, "--none").stdout == "Robin Hale is no provider.\n"


@pytest.mark.parametrize(
    ("made", "options", "sentence"),
    [
        (False, ["--none"], "Error: Nobody of lakeside signs in with robin.hale@example.com."),
        (True, ["--provider", "dr-no"], 'Error: lakeside has no provider "dr-no".'),
    ],
)
def test_a_link_that_cannot_be_is_refused(
    lakeside: Standby, made: bool, options: list[str], sentence: str
) -> None:
    if made:
        lakeside(*STAFF, "--password-stdin", input=PASSWORD)
    assert last_line(lakeside(*LINK, *options)) == sentence


def test_a_link_to_both_or_neither_is_refused(lakeside: Standby) -> None:
    assert "Give either --provider or --none." in lakeside(*LINK).stderr


def test_a_short_password_is_refused(lakeside: Standby) -> None:
    said = last_line(lakeside(*STAFF, "--password-stdin", input="hunter2\n"))
    assert said == "Error: A password needs at least 12 characters."


def test_an_email_address_signs_in_one_person(lakeside: Standby) -> None:
    lakeside(*STAFF, "--password-stdin", input=PASSWORD)
    said = last_line(lakeside(*STAFF, "--password-stdin", input=PASSWORD))
    assert said == "Error: Somebody signs in with Robin.Hale@example.com already."


ROBIN = ["--clinic", "lakeside", "--email", "robin.hale@example.com"]


def test_whoever_leaves_is_listed_as_gone(lakeside: Standby) -> None:
    lakeside(*STAFF, "--password-stdin", input=PASSWORD)
    assert lakeside("staff", "list", "--clinic", "lakeside").stdout == (
        "robin.hale@example.com  Robin Hale  clinic_admin\n"
    )
    assert lakeside("staff", "leave", *ROBIN).stdout == "Robin Hale cannot sign in any more.\n"
    listed = lakeside("staff", "list", "--clinic", "lakeside").stdout
    assert listed.startswith("robin.hale@example.com  Robin Hale  clinic_admin  left 20")
    again = lakeside("staff", "leave", *ROBIN)
    assert last_line(again) == "Error: Nobody of lakeside signs in with robin.hale@example.com."


def test_a_clinic_without_staff_is_told_how_to_make_an_account(lakeside: Standby) -> None:
    assert "`standby staff create`" in lakeside("staff", "list", "--clinic", "lakeside").stdout


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("another horse battery", "Robin Hale has a new password, and is signed out everywhere."),
        ("short", "Error: A password needs at least 12 characters."),
    ],
)
def test_somebody_is_given_a_new_password(lakeside: Standby, new: str, said: str) -> None:
    lakeside(*STAFF, "--password-stdin", input=PASSWORD)
    given = lakeside("staff", "password", *ROBIN, "--password-stdin", input=f"{new}\n")
    assert given.output.strip().splitlines()[-1] == said
