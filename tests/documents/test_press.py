"""PDF that a screen reader can read, the same bytes each time, and nobody's name as markup."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import typst

from ledger.documents import press
from ledger.documents.wallet import History, Movement, wallet_pdf
from ledger.documents.words import KINDS, WORDS

AT = datetime(2026, 11, 24, 12, 0, 0, 7, tzinfo=UTC)
TEMPLATES = sorted(path.name for path in press.TEMPLATES.glob("*.typ"))


def history(*movements: Movement, **more: Any) -> History:  # noqa: ANN401 - any field
    told: dict[str, Any] = {
        "currency": "Roue",
        "unit": "Roue",
        "scale": 2,
        "member": "alice",
        "name": "Alice Martin",
        "since": date(2026, 11, 1),
        "until": date(2026, 11, 30),
        "opening": 100_00,
        "movements": movements,
    }
    return History(**told | more)


def movement(number: int = 7, change: int = -480, **more: Any) -> Movement:  # noqa: ANN401 - any field
    told: dict[str, Any] = {
        "entry": number,
        "at": AT,
        "kind": "payment",
        "other": "Boulangerie",
        "reference": "baguette",
        "change": change,
        "balance": 100_00 + change,
    }
    return Movement(**told | more)


def assert_accessible(pdf: bytes, *, language: str, title: str) -> None:
    """Check what PDF/UA-1 asks of a file and a reader can see in it: tags, language, title."""
    assert pdf.startswith(b"%PDF-1.7")
    assert b"/MarkInfo<</Marked true" in pdf
    assert b"/StructTreeRoot" in pdf
    assert f"/Lang({language})".encode() in pdf
    assert b"/DisplayDocTitle true" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert f'<rdf:li xml:lang="x-default">{title}</rdf:li>'.encode() in pdf


@pytest.mark.parametrize(
    ("language", "title"), [("fr", "Relevé de compte"), ("en", "Statement of account")]
)
def test_a_statement_is_tagged_titled_and_in_its_language(language: str, title: str) -> None:
    pdf = wallet_pdf(history(movement()), language=language, at=AT)
    assert_accessible(pdf, language=language, title=title)
    assert b"/S/TH" in pdf.replace(b" ", b"")


def test_the_same_values_give_the_same_bytes() -> None:
    first = wallet_pdf(history(movement()), language="fr", at=AT)
    assert wallet_pdf(history(movement()), language="fr", at=AT) == first
    assert wallet_pdf(history(movement(8)), language="fr", at=AT) != first
    assert wallet_pdf(history(movement()), language="fr", at=AT.replace(hour=13)) != first


def test_only_the_fonts_that_come_with_the_press_are_used() -> None:
    pdf = wallet_pdf(history(movement()), language="fr", at=AT)
    fonts = set(re.findall(rb"/FontName\s*/[A-Z]{6}\+([A-Za-z]+)", pdf))
    assert fonts
    assert fonts <= {b"LibertinusSerif"}


HOSTILE = '#panic("x") $1$ *b* _i_ `c` <l> @ref \\ // /* [ ] { } "quoted" =1+1 https:evil'


def test_what_people_wrote_is_text_and_never_markup() -> None:
    """A template that pasted it would panic, and its formula or label would be an error."""
    line = movement(other=HOSTILE, reference=HOSTILE)
    pdf = wallet_pdf(history(line, name=HOSTILE, unit=HOSTILE), language="fr", at=AT)
    assert_accessible(pdf, language="fr", title="Relevé de compte")
    with pytest.raises(typst.TypstError):
        typst.compile(HOSTILE.encode())


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_import_nothing_but_the_house(name: str) -> None:
    text = (press.TEMPLATES / name).read_text(encoding="utf-8")
    assert set(re.findall(r'#import "([^"]+)"', text)) <= {"house.typ"}
    assert "@preview" not in text
    assert "read(" not in text


def test_every_word_a_template_says_is_known_in_both_languages() -> None:
    said = set()
    for name in TEMPLATES:
        text = Path(press.TEMPLATES / name).read_text(encoding="utf-8")
        said |= set(re.findall(r"words\.(?!at\b)([a-z]+(?:-[a-z]+)*)", text))
        said |= set(re.findall(r'words\.at\("([a-z-]+)"\)', text))
    assert said
    assert said <= set(WORDS)
    for french, english in [*WORDS.values(), *KINDS.values()]:
        assert french
        assert english
        assert "'" not in french


def test_an_empty_period_says_so_and_still_has_its_balances() -> None:
    assert wallet_pdf(history(), language="fr", at=AT)
