"""The language people write in: answered in, remembered, and what a clinic does not serve."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from clinic import conversations, languages, messages, policies
from clinic.audit import SYSTEM
from rules.languages import Language
from storage.tables import AuditEvent, Conversation, Patient
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import House

PHONE = "+12125550301"


def wrote(house: House, language: str | None, words: int = 5, *, people: Sequence[str] = ("Maria",)) -> None:
    """Somebody on a number that reaches `people` has written `words` words."""

    def work(tx: Tx) -> None:
        if tx.session.scalar(select(Patient)) is None:
            for name in people:
                factories.patient(tx, name, phone=PHONE)
            factories.conversation(tx, PHONE)
        talk = tx.session.scalars(select(Conversation)).one()
        patients = conversations.patients_on(tx, PHONE)
        languages.remember(tx, talk, patients, language, words=words)

    house.run(work)


def spoken(house: House) -> tuple[str | None, list[str]]:
    """What the number's language is, and what its patients' are."""

    def work(tx: Tx) -> tuple[str | None, list[str]]:
        talk = tx.session.scalars(select(Conversation)).one()
        return talk.language, sorted(patient.language for patient in tx.session.scalars(select(Patient)))

    return house.run(work)


def serves(house: House, *served: Language) -> None:
    def work(tx: Tx) -> None:
        policies.change(tx, policies.current(tx).model_copy(update={"languages": served}), SYSTEM)

    house.run(work)


def test_a_text_that_tells_its_language_is_remembered_for_the_number_and_its_patient(house: House) -> None:
    wrote(house, "es")
    assert spoken(house) == ("es", ["es"])


def test_a_word_or_two_are_not_remembered(house: House) -> None:
    wrote(house, "es", words=2)
    assert spoken(house) == (None, ["en"])


def test_a_text_that_tells_no_language_changes_nothing(house: House) -> None:
    wrote(house, "es")
    wrote(house, None)
    assert spoken(house) == ("es", ["es"])


def test_on_a_family_phone_only_the_numbers_language_is_known(house: House) -> None:
    wrote(house, "es", people=("Maria", "Ana"))
    assert spoken(house) == ("es", ["en", "en"])


def test_a_language_we_do_not_speak_is_remembered_for_staff_only(house: House) -> None:
    wrote(house, "vi", words=1)
    assert spoken(house) == ("vi", ["en"])


def test_that_a_patients_language_changed_is_audited_once(house: House) -> None:
    wrote(house, "es")
    wrote(house, "es")
    said = house.run(lambda tx: list(tx.session.scalars(select(AuditEvent.action))))
    assert said.count("patient.language_changed") == 1


@pytest.mark.parametrize(
    ("answering", "number", "patient", "used"),
    [
        (None, None, "en", "en"),
        (None, None, "es", "es"),
        (None, "en", "es", "en"),
        (None, "es", "en", "es"),
        ("en", "es", "es", "en"),
        ("es", None, "en", "es"),
        (None, "vi", "es", "en"),
    ],
)
def test_a_text_is_in_the_language_of_whoever_reads_it(
    house: House, answering: str | None, number: str | None, patient: str, used: str
) -> None:
    def work(tx: Tx) -> str:
        maria = factories.patient(tx, "Maria", phone=PHONE)
        maria.language = patient
        talk = factories.conversation(tx, PHONE)
        talk.language = number
        languages.answer_in(tx, talk, answering)
        return messages.language_of(tx, talk, maria.id)

    assert house.run(work) == used


def test_a_clinic_that_serves_english_only_answers_in_english(house: House) -> None:
    serves(house, Language.ENGLISH)

    def work(tx: Tx) -> tuple[bool, str]:
        talk = factories.conversation(tx, PHONE)
        languages.answer_in(tx, talk, "es")
        return languages.is_served(tx, "es"), messages.language_of(tx, talk, None)

    assert house.run(work) == (False, "en")


def test_a_text_that_tells_no_language_is_served_anywhere(house: House) -> None:
    serves(house, Language.ENGLISH)
    assert house.run(lambda tx: languages.is_served(tx, None))
