"""The patient's own words: tapbacks, quotes and invisible characters taken off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.clean import LONGEST, Tapback, clean
from nlu.tests.lines import line_by_line


@line_by_line(
    "text",
    [
        "Liked “Lakeside: Maria, reply YES to book”",
        'Loved "Reply YES"',
        "👍 to “ Reply YES ”",
        "\u200a\u200b👍🏽\u200b to “ Reply YES ”",
        "❤️ to “Reply YES”",
        "Reacted 👍 to “Reply YES”",
        "Reacted with 👍 to “Reply YES”",
        "Liked an image",
        "Liked: “Reply YES”",
        "Maria liked “Reply YES”",
        "You reacted 👍 to “Reply YES”",
        "Reacted 👍🏽 to: “Reply YES”",
        "Reacted to “Reply YES” with 👍",
        "Loved a photo",
        "A Maria le gustó “Responda SI”",
        "Te gustó “Responda SI”",
        "Le dio like a “Responda SI”",
        "Le dio 👍 a “Responda SI”",
        "Reaccionó a “Responda SI” con 👍",
        "Le encantó una imagen",
        "Le gustó “Responda SI”",
        "Le encantó “Responda SI”",
        "Le gusta “Responda SI”",
        "Reaccionó con 👍 a “Responda SI”",
        'Liked "Reply "YES" to book it',  # cut short by the phone, our own quotes inside
    ],
)
def test_a_liked_message_is_a_like_and_its_words_are_ours(text: str) -> None:
    cleaned = clean(text)
    assert (cleaned.tapback, cleaned.text) == (Tapback.LIKE, "")


@pytest.mark.parametrize(
    "text",
    [
        "Disliked “Reply YES”",
        "Laughed at “Reply YES”",
        "Emphasized “Reply YES”",
        "Emphasised “Reply YES”",
        "Questioned “Reply YES”",
        "😂 to “Reply YES”",
        "Reacted 😢 to “Reply YES”",
        "Reacted 🎉 to “Reply YES”",
        "Reacted to “Reply YES” with 😢",
        "Questioned an image",
        "Hizo hincapié en “Responda SI”",
        "Reaccionó con 😂 a “Responda SI”",
        "Removed an exclamation from “Reply YES”",
        "Removed a like from “Reply YES”",
        "Removed a heart from “Reply YES”",
        "Removed 👍 from “Reply YES”",
        "👍 removed from “Reply YES”",
        "No le gusta “Responda SI”",
        "Se rió de “Responda SI”",
        "Quitó un “Me gusta” de “Responda SI”",
        "Eliminó un corazón de “Responda SI”",
    ],
)
def test_any_other_reaction_is_no_like(text: str) -> None:
    cleaned = clean(text)
    assert (cleaned.tapback, cleaned.text) == (Tapback.OTHER, "")


@pytest.mark.parametrize("text", ["liked it", "I loved it there", "👍 to the 3pm", "emphasized that already"])
def test_words_that_only_look_like_a_reaction_are_read(text: str) -> None:
    cleaned = clean(text)
    assert (cleaned.tapback, cleaned.text) == (None, text)


def test_what_is_written_beside_a_reaction_is_read_but_not_trusted() -> None:
    cleaned = clean("Liked “Reply YES”\nyes")
    assert (cleaned.text, cleaned.quoted) == ("yes", True)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("no thanks\n> Reply YES to book", "no thanks"),
        ("> Reply YES to book\nno thanks", "no thanks"),
        ("no\n\nOn Tue, Nov 24, 2026 at 9:03 AM Lakeside <x@y.z> wrote:\n> Reply YES", "no"),
        ("no\nOn Tue, Nov 24, 2026\nLakeside wrote:\nReply YES", "no"),
        ("no\nEl mar, 24 nov 2026 a las 9:03, Lakeside escribió:\nResponda SI", "no"),
        ("no\n----- Original Message -----\nReply YES", "no"),
        ("no\nSent from my iPhone", "no"),
        ("no\nSent via Yahoo Mail", "no"),
        ("no\nEnviado desde el celular", "no"),
        ("no\nFwd: Reply YES to book", "no"),
        ("“Reply YES to book” what is this", "what is this"),
    ],
)
def test_quoted_messages_are_stripped(text: str, own: str) -> None:
    assert clean(text).text == own


def test_a_short_word_in_quotation_marks_is_still_said() -> None:
    assert clean("“YES”").text == "YES"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("y\u200be\u200ds", "yes"),
        ("\ufeffyes\u2060", "yes"),
        ("ＹＥＳ", "YES"),
        ("I’ll take it", "I'll take it"),
        ("👍🏿", "👍"),
        ("2️⃣", "2"),
        ("  yes \t please ", "yes please"),
        ("yes\x00\x07", "yes"),
        ("works 4 me", "works for me"),
        ("book it 4us", "book it for us"),
        ("4 men at 4", "4 men at 4"),
        ("\ud83d", ""),
    ],
)
def test_what_looks_alike_becomes_alike(text: str, plain: str) -> None:
    assert clean(text).text == plain


def test_only_as_much_is_read_as_a_carrier_sends() -> None:
    assert len(clean("a" * 5000).text) == LONGEST


@given(st.text(st.characters()))
def test_no_text_makes_it_fail(text: str) -> None:
    assert len(clean(text).text) <= 20 * LONGEST  # some characters unfold to several
