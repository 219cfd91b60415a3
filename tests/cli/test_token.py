"""`standby token`: made, listed, taken back."""

from tests.cli.conftest import Standby, last_line

MAKE = ("token", "create", "--clinic=lakeside", "--name=website", "--permission=booking:view_waitlist")


def test_a_token_is_printed_once_and_listed_without_itself(lakeside: Standby) -> None:
    written = lakeside(*MAKE).stdout.strip()
    listed = lakeside("token", "list", "--clinic=lakeside").stdout
    assert written.startswith("standby_")
    assert written not in listed
    assert "website  booking:view_waitlist  never used" in listed


def test_a_token_taken_back_is_shown_so(lakeside: Standby) -> None:
    lakeside(*MAKE)
    made = lakeside("token", "list", "--clinic=lakeside").stdout.split()[0]
    assert lakeside("token", "revoke", "--clinic=lakeside", made).stdout == "It works no more.\n"
    assert "taken back" in lakeside("token", "list", "--clinic=lakeside").stdout
    assert lakeside("token", "revoke", "--clinic=lakeside", made).stdout == "It had been taken back before.\n"


def test_a_token_that_is_not_there_is_said(lakeside: Standby) -> None:
    nobody = "0195f3f0-7c1e-7d3a-9b55-5b1f7a3c2e10"
    said = last_line(lakeside("token", "revoke", "--clinic=lakeside", nobody))
    assert said == "Error: There is no such token: `standby token list` shows them."


def test_a_permission_that_is_none_is_refused(lakeside: Standby) -> None:
    refused = lakeside(*MAKE[:-1], "--permission=everything")
    assert refused.exit_code == 2
    assert "'everything' is not one of" in refused.stderr
