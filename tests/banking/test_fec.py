"""The file for the tax office, and a checker that finds what is wrong with one."""

from datetime import date

import pytest

from ledger.banking import fec_check
from ledger.banking.fec import COLUMNS, FecLine, fec_name, fec_pieces
from ledger.banking.fec_check import MOST, check_fec

DAY = date(2026, 3, 4)
NAME = fec_name("123456782", date(2026, 12, 31))


def line(number: int, amount: int, **more: object) -> FecLine:
    told: dict[str, object] = {
        "journal": "BQ",
        "journal_name": "Banque",
        "number": number,
        "day": DAY,
        "account": "5121",
        "account_name": "Banque",
        "auxiliary": "",
        "piece": "7",
        "piece_day": DAY,
        "label": "Conversion\talice|\r\n",
        "amount": amount,
        "decimals": 2,
        "valid_day": DAY,
    }
    return FecLine(**(told | more))  # type: ignore[arg-type] # the fields are right above


def written(*lines: FecLine) -> list[bytes]:
    whole = b"".join(fec_pieces(lines))
    assert whole.endswith(b"\r\n")
    return whole.splitlines(keepends=True)


SOUND = written(
    line(1, 1234_56),
    line(1, -1234_56, account="46721", account_name="Unités", auxiliary="alice"),
    line(2, 5, letter="AAA", letter_day=DAY),
    line(2, -5),
)


def kinds(lines: list[bytes], name: str = NAME) -> list[str]:
    return [problem.kind for problem in check_fec(name, lines)]


def test_the_file_is_as_the_law_wants_it() -> None:
    assert NAME == "123456782FEC20261231.txt"
    assert SOUND[0] == "\t".join(COLUMNS).encode() + b"\r\n"
    assert len(COLUMNS) == 18
    assert SOUND[2].decode().removesuffix("\r\n").split("\t") == [
        *("BQ", "Banque", "1", "20260304", "46721", "Unités", "alice", "alice", "7", "20260304"),
        *("Conversion alice   ", "0,00", "1234,56", "", "", "20260304", "", ""),
    ]
    assert kinds(SOUND) == []


def test_a_long_file_comes_in_pieces_and_holds() -> None:
    many = [line(n, amount) for n in range(1, 700) for amount in (n, -n)]
    pieces = list(fec_pieces(many))
    assert len(pieces) == 3
    assert kinds(b"".join(pieces).splitlines(keepends=True)) == []


@pytest.mark.parametrize(
    ("place", "text", "kind"),
    [
        (3, "20260230", "day"),
        (3, "2026-03-04", "day"),
        (3, "20270101", "after-the-year"),
        (9, "", "missing"),
        (15, "", "missing"),
        (11, "1234.56", "amount"),
        (11, "1 234,56", "amount"),
        (12, "x", "amount"),
        (12, "1234,56", "debit-xor-credit"),
        (11, "0,00", "debit-xor-credit"),
        (11, "1234,57", "entry-unbalanced"),
        (11, "1234,57", "file-unbalanced"),
        (2, "2", "number"),
        (0, "OD", "two-days-or-journals"),
        (4, "51", "account"),
        (5, "Autre", "two-names"),
        (6, "alice", "half-a-pair"),
        (13, "AAA", "half-a-pair"),
        (17, "EUR", "half-a-pair"),
        (17, "\t", "cells"),
    ],
)
def test_what_is_wrong_in_a_line_is_found(place: int, text: str, kind: str) -> None:
    cells = SOUND[1].decode().removesuffix("\r\n").split("\t")
    cells[place] = text
    lines = [SOUND[0], ("\t".join(cells) + "\r\n").encode(), *SOUND[2:]]
    assert kind in kinds(lines)


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([], "no-lines"),
        (SOUND[:1], "no-lines"),
        ([b"hello"], "separator"),
        ([SOUND[0].replace(b"Debit", b"Montant"), *SOUND[1:]], "columns"),
        ([b"JournalCode\tJournalLib\r\n", *SOUND[1:]], "columns"),
        ([SOUND[0], *SOUND[3:]], "number"),
        ([SOUND[0], b"x" * 20_000], "line-too-long"),
        ([*SOUND, SOUND[1]], "number"),
    ],
)
def test_what_is_wrong_in_the_file_is_found(lines: list[bytes], kind: str) -> None:
    assert kind in kinds(lines)


@pytest.mark.parametrize(
    ("name", "kind"), [("export.txt", "name"), ("123456782FEC20261331.txt", "name")]
)
def test_a_file_has_its_legal_name(name: str, kind: str) -> None:
    assert kinds(SOUND, name) == [kind]


def test_a_siren_bears_its_check_digit() -> None:
    assert kinds(SOUND, "123456789FEC20261231.txt") == ["siren"]


def test_files_of_other_programs_are_read() -> None:
    bars = [text.replace(b"\t", b"|") for text in SOUND]
    assert kinds(bars) == []
    latin = [text.decode().encode("iso-8859-15") for text in SOUND]
    assert kinds(latin) == []
    assert kinds([b"\xef\xbb\xbf" + SOUND[0], *SOUND[1:]]) == []


def test_a_hostile_file_has_an_end() -> None:
    assert len(kinds([SOUND[0], *[b"\x00\xff\t" * 18 + b"\n"] * 5_000])) == MOST


def test_the_checker_takes_all_that_python_calls_digits_for_none() -> None:
    assert fec_check._amount("١٢") is None  # noqa: SLF001 - the reader of amounts itself
