"""Nothing is left unsaid in French or English, and amounts are never guessed."""

import re
from string import Formatter

import pytest

from admin.facts import FACTS, fact_named, fact_said
from admin.naming import KINDS
from admin.words import LANGUAGES, amount_typed, preferred, words
from ledger.money import UnreadableAmountError
from ledger.operations.access import ROLES
from tests.admin import written
from tests.admin.collected import Message, catalogue, messages


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_said_in_both_languages(language: str) -> None:
    known = catalogue(language)
    unsaid = []
    for message in messages():
        found = known.get(message if isinstance(message, str) else message[0])
        said = found.string if found and not found.fuzzy else ""
        if not said or (not isinstance(said, str) and not all(said)):
            unsaid.append(message)
    assert unsaid == [], "python -m tests.admin.collected adds them; then translate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_keeps_what_nobody_says(language: str) -> None:
    said: set[Message] = {m if isinstance(m, str) else m[0] for m in messages()}
    kept = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue(language) if m.id}
    assert kept - said == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_name_the_same_facts(language: str) -> None:
    for message in catalogue(language):
        if isinstance(message.id, str) and isinstance(message.string, str):
            assert blanks(message.id) == blanks(message.string), message.id


def blanks(text: str) -> set[str]:
    braces = {name for _, name, _, _ in Formatter().parse(text) if name}
    return braces | set(re.findall(r"%\((\w+)\)s", text))


def test_french_has_its_narrow_spaces_and_apostrophes() -> None:
    for message in catalogue("fr"):
        said = message.string if isinstance(message.string, str) else " ".join(message.string or ())
        if message.id:
            assert not re.search(r"(?<=\w)[ \u00a0]?[;!?](?:\s|$)| :|\w:\s", said), said
            assert "'" not in said, said


@pytest.mark.parametrize(
    ("minor", "french", "english"),
    [
        (0, "0,00", "0.00"),
        (5, "0,05", "0.05"),
        (99999, "999,99", "999.99"),
        (100000, "1\u202f000,00", "1,000.00"),
        (123456789, "1\u202f234\u202f567,89", "1,234,567.89"),
        (-1200, "\u221212,00", "\u221212.00"),
    ],
)
def test_amounts_are_written_as_one_reads_them(minor: int, french: str, english: str) -> None:
    assert words("fr").amount(minor) == french
    assert words("en").amount(minor) == english


def test_percentages_are_rounded_down() -> None:
    assert words("fr").percent(9999) == "99,9\u202f%"
    assert words("en").percent(10049) == "100.4%"


@pytest.mark.parametrize(
    ("typed", "minor"), [("12,50", 1250), ("12.50", 1250), (" 4,8 ", 480), ("7", 700), ("0,05", 5)]
)
def test_a_comma_or_a_point_may_be_typed(typed: str, minor: int) -> None:
    assert amount_typed(typed) == minor


@pytest.mark.parametrize(
    "typed", ["", "0", "-1", "+1", "1e2", "1,2,3", "1.2,3", "12,", "1 000", "12,505", "1,000.00"]
)
def test_what_could_mean_two_things_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableAmountError):
        amount_typed(typed)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("fr-FR, en;q=0.1", "fr"),
        ("de", "fr"),
        ("en;q=0", "fr"),
        (";;;,q=", "fr"),
        ("*", "fr"),
    ],
)
def test_the_language_a_browser_prefers(header: str, language: str) -> None:
    assert preferred(header) == language


def test_every_fact_and_kind_that_an_entry_can_have_has_a_word() -> None:
    assert written.fact_names() >= {"member", "part", "guardian", "revenue", "counts_on"}
    assert written.fact_names() - set(FACTS) == set()
    without_entry = {"challenge", "denials", "guess", "notice", "origins", "session"}
    assert {"payment", "redemption-bounce", "standing-end"} < written.kinds()
    assert written.kinds() - set(KINDS) - without_entry == set()


def test_facts_are_read_in_words() -> None:
    french, english = words("fr"), words("en")
    assert fact_named(french, "counts_on") == "Compte le"
    assert fact_named(english, "part-2") == "Part 2"
    assert fact_named(english, "revenue:entry") == "Revenue entry"
    for name, fact, said in (
        ("until", "2027-01-31", "31 janv. 2027"),
        ("until", "", ""),
        ("resets", 1, "oui"),
        ("redemption_fee_bps", 500, "5,0\u202f%"),
        ("budget", 123456, "1\u202f234,56 EUR"),
        ("medium", "paper", "papier"),
        ("cause", "bank-fee", "Frais bancaires"),
        ("state", "proposed", "proposée"),
        ("role", "treasurer", "trésorier"),
        ("redemption_kinds", "pro,association", "professionnel, association"),
        ("method", "passkey", french.say("by passkey")),
        ("member", "boulangerie", "boulangerie"),
        ("corrects", 12, "12"),
    ):
        assert fact_said(french, fact, name) == said, name


def test_every_role_has_a_word_in_french() -> None:
    assert [role for role in ROLES if words("fr").say(role) == role] == []
