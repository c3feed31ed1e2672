"""What goes to the bank: letters that it carries, days on which it works, files that it accepts."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from ledger.banking.pain001 import Transfer, write_pain001
from ledger.banking.references import message_id
from ledger.banking.sepa_file import UnfitPaymentError
from ledger.banking.sepa_text import check_id, fold
from ledger.banking.target_days import days_later, easter, is_target_day, on_or_after
from ledger.books.context import TOWN

NEF = "FR7621570000010000000000176"
SHOP = "FR1420041010050500013M02606"
AT = datetime(2026, 11, 24, 12, 0, 1, 500, TOWN)
SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


def paid(**changes: Any) -> Transfer:  # noqa: ANN401 - any field of a transfer
    given = {"name": "Boulangerie", "iban": SHOP, "cents": 9500}
    return Transfer(**{**given, "end_to_end_id": "RF18ABC", "text": "RF18ABC", **changes})


def written(*transfers: Transfer, **changes: Any) -> bytes:  # noqa: ANN401 - any part of a file
    given: dict[str, Any] = {"message_id": "ROUE-1", "made_at": AT, "name": "La Roue", "iban": NEF}
    parts = {**given, "execute_on": date(2026, 11, 24), **changes}
    return write_pain001(transfers=transfers or [paid()], **parts)


def texts(file: bytes, path: str) -> list[str | None]:
    return [element.text for element in etree.fromstring(file).iterfind(f".//{path}", SPACE)]


@pytest.mark.parametrize(
    ("said", "length", "folded"),
    [
        ("L'Œuvre à façon & Cie", 70, "L'OEuvre a facon + Cie"),
        ("Crêperie «Ty Ar Mor»", 70, "Creperie Ty Ar Mor"),
        ("10 € // été_2026 /", 70, "10 EUR / ete 2026"),
        ("Ζαχαροπλαστείο", 70, "Zakharoplasteio"),
        ("une phrase trop longue", 12, "une phrase"),
        ("anticonstitutionnellement", 10, "anticonsti"),
        ("\U0001f955\t\n", 70, ""),
        ("/a", 1, "a"),
    ],
)
def test_a_text_is_folded_to_what_banks_carry(said: str, length: int, folded: str) -> None:
    assert fold(said, length) == folded


@pytest.mark.parametrize("bad", ["", "é", "/A", "A/", "A//B", "A" * 36])
def test_an_identification_that_banks_do_not_carry_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="may not carry"):
        check_id(bad)


def test_what_names_a_file_fits_in_a_message() -> None:
    assert message_id("a-very-long-currency", "0123456789abcdefgh") == (
        "A-VERY-LONG--0123456789ABCDEF"
    )
    check_id(message_id("x" * 64, "y" * 64) + "-99")


def test_the_banks_work_on_target_days() -> None:
    assert [easter(year) for year in (2024, 2025, 2026, 2038)] == [
        *(date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25))
    ]
    closed = [date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1)]
    closed += [date(2026, 12, 25), date(2026, 12, 26), date(2026, 11, 22)]
    assert not any(is_target_day(day) for day in closed)
    assert is_target_day(date(2026, 7, 14))  # a French holiday, and euros move all the same
    assert sum(is_target_day(date(2026, 1, 1) + timedelta(n)) for n in range(365)) == 256
    assert on_or_after(date(2026, 12, 25)) == date(2026, 12, 28)
    assert on_or_after(date(2026, 11, 24)) == date(2026, 11, 24)
    assert days_later(date(2026, 4, 2), 2) == date(2026, 4, 8)
    assert days_later(date(2026, 4, 2), 0) == date(2026, 4, 2)


def test_the_same_payments_give_the_same_bytes() -> None:
    assert written() == written()
    assert written() != written(message_id="ROUE-2")


def test_the_file_says_what_was_asked_and_nothing_of_chance() -> None:
    file = written(paid(), paid(name="Épicerie", cents=5, end_to_end_id="RF2", text="é" * 200))
    assert texts(file, "p:MsgId") == ["ROUE-1"]
    assert texts(file, "p:CreDtTm") == ["2026-11-24T12:00:01"]
    assert texts(file, "p:PmtInfId") == ["ROUE-1-1"]
    assert texts(file, "p:BtchBookg") == ["false"]
    assert texts(file, "p:GrpHdr/p:NbOfTxs") == texts(file, "p:PmtInf/p:NbOfTxs") == ["2"]
    assert texts(file, "p:GrpHdr/p:CtrlSum") == texts(file, "p:PmtInf/p:CtrlSum") == ["95.05"]
    assert texts(file, "p:EndToEndId") == ["RF18ABC", "RF2"]
    assert texts(file, "p:InstdAmt") == ["95.00", "0.05"]
    assert texts(file, "p:Cdtr/p:Nm") == ["Boulangerie", "Epicerie"]
    assert texts(file, "p:DbtrAcct//p:IBAN") == [NEF]
    assert texts(file, "p:CdtrAcct//p:IBAN") == [SHOP, SHOP]
    assert texts(file, "p:Ustrd") == ["RF18ABC", "e" * 140]
    assert not texts(file, "p:PstlAdr")


@pytest.mark.parametrize(
    "bad",
    [{"iban": "FR0012"}, {"iban": ""}, {"name": "\U0001f955"}, {"cents": 0}, {"cents": 10**11}],
)
def test_a_payment_that_a_bank_would_refuse_makes_no_file(bad: dict[str, Any]) -> None:
    with pytest.raises(UnfitPaymentError):
        written(paid(**bad))


def test_an_account_of_ours_that_is_none_makes_no_file() -> None:
    with pytest.raises(UnfitPaymentError):
        written(iban="FR0012")


def test_what_misses_the_schema_is_not_made() -> None:
    with pytest.raises(ValueError, match="may not carry"):
        written(message_id="M" * 36)
    with pytest.raises(etree.DocumentInvalid):
        written(paid(text=""))
