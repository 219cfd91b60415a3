"""A file is read as a spreadsheet program writes it, or refused with a sentence."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from clinic.imports import reading
from clinic.imports.cells import Place
from clinic.imports.columns import Kind
from clinic.imports.reading import FileRefused, Problem

PLACE = Place("US", ZoneInfo("America/New_York"), datetime(2026, 11, 20, 15, 0, tzinfo=UTC))
KNOWN = "external_id, name, specialty, locations, room, insurance_accepted"


def read(text: str | bytes) -> reading.Table:
    return reading.read(text if isinstance(text, bytes) else text.encode(), Kind.PROVIDERS, PLACE)


def test_a_row_is_read_by_its_header() -> None:
    (row,) = read("name,external_id\nDr Lee,lee\n").rows
    assert row.values == {"name": "Dr Lee", "external_id": "lee"}


def test_header_and_cells_may_have_spaces_and_capitals_around() -> None:
    (row,) = read(" External_ID ,Name\n lee , Dr Lee \n").rows
    assert row.values == {"external_id": "lee", "name": "Dr Lee"}


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert read("external_id,name\nlee,Dr Lee\n".encode("utf-8-sig")).rows[0]["external_id"] == "lee"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_ending_is_read(ending: str) -> None:
    assert len(read(ending.join(["external_id,name", "lee,Dr Lee", "kim,Dr Kim"])).rows) == 2


def test_an_empty_optional_cell_means_its_default() -> None:
    (row,) = read("external_id,name,locations\nlee,Dr Lee,\n").rows
    assert row["locations"] == []


def test_a_column_the_file_does_not_have_says_nothing() -> None:
    (row,) = read("external_id,name\nlee,Dr Lee\n").rows
    assert row.only("name", "specialty") == {"name": "Dr Lee"}


def test_blank_lines_are_passed_by() -> None:
    rows = read("external_id,name\n\nlee,Dr Lee\n,\nkim,Dr Kim\n").rows
    assert [row.line for row in rows] == [3, 5]


def test_a_line_number_counts_the_lines_inside_quotes() -> None:
    table = read('external_id,name\nlee,"Dr\nLee"\nkim\n')
    assert [row.line for row in table.rows] == [2]
    assert [str(problem) for problem in table.problems] == [
        "Line 4: this line has 1 cell, but the header has 2."
    ]


def test_a_required_cell_that_is_empty_is_refused() -> None:
    assert [str(problem) for problem in read("external_id,name\nlee,\n").problems] == [
        'Line 2, column name, value "": this cell cannot be empty.'
    ]


def test_a_very_long_value_is_cut_in_the_sentence_about_it() -> None:
    assert len(str(Problem(2, "write yes or no", "sms_consent", "y" * 5000))) < 200


def test_the_same_line_has_the_same_digest_in_whatever_order_its_columns_stand() -> None:
    (one,) = read("external_id,name\nlee,Dr Lee\n").rows
    (other,) = read("name,external_id\nDr Lee,lee\n").rows
    assert one.digest == other.digest


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", f"The file is empty. Its first line names the columns: {KNOWN}."),
        (
            "external_id;name\nlee;Dr Lee\n",
            "The columns are separated by semicolons: save the file with commas.",
        ),
        ('"external_id";"name"\n', "The columns are separated by semicolons: save the file with commas."),
        ("external_id\tname\n", "The columns are separated by tabs: save the file with commas."),
        ("external_id|name\n", "The columns are separated by bars: save the file with commas."),
        (
            "external_id,name,colour\n",
            f"Unknown column colour. A file of providers may have: {KNOWN}.",
        ),
        ("external_id\n", "Column name is missing. A file of providers has to have it."),
        ("external_id,name,name\n", "Column name is there twice."),
        (
            "external_id,name\nlee,Dr Zoë\n".encode("latin-1"),
            'Line 2 is not in UTF-8: save the file as "CSV UTF-8".',
        ),
        ("external_id,name\n".encode("utf-16"), 'The file is in UTF-16: save it as "CSV UTF-8".'),
        (b"PK\x03\x04", 'The file is not a text file: save the sheet as "CSV UTF-8".'),
        (b"external_id,name\nlee,\0\n", 'The file is not a text file: save the sheet as "CSV UTF-8".'),
        (
            'external_id,name\nlee,"Dr Lee\nkim,Dr Kim\n',
            "Line 2 cannot be read (unexpected end of data): look at its quotes.",
        ),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value)[:30],
)
def test_a_file_that_cannot_be_read_says_why(text: str | bytes, sentence: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(text)
    assert str(refusal.value) == sentence
