"""Direct debits: the file is a function of its values, fits the schema, and says who asks."""

from datetime import date, datetime

import pytest

from ledger.banking.pain008 import Debit, is_creditor_id, write_pain008
from ledger.banking.sepa_file import UnfitPaymentError
from ledger.books.context import TOWN

NEF = "FR7621570000010000000000176"
PAYER = "FR1420041010050500013M02606"


def debit(sequence: str = "FRST", iban: str = PAYER, on: date = date(2026, 11, 5)) -> Debit:
    signed = date(2026, 10, 20)
    return Debit("Maïté", iban, 5_000, on, sequence, "EUSKO-M1", signed, "RF18ABC", "RF18ABC été")


def written(*debits: Debit) -> bytes:
    return write_pain008(
        message_id="EUSKO-1",
        made_at=datetime(2026, 11, 3, 9, 0, tzinfo=TOWN),
        name="Eusko",
        iban=NEF,
        creditor_id="FR72ZZZ123456",
        debits=debits,
    )


def test_first_and_later_debits_stand_in_parts_of_their_own() -> None:
    file = written(debit("RCUR"), debit(), debit("RCUR", on=date(2026, 11, 6)))
    assert file == written(debit("RCUR"), debit(), debit("RCUR", on=date(2026, 11, 6)))
    assert file.count(b"<PmtInf>") == 3
    for part in (b"EUSKO-1-1", b"EUSKO-1-2", b"EUSKO-1-3"):
        assert b"<PmtInfId>" + part in file
    assert b"<CtrlSum>150.00</CtrlSum>" in file
    assert file.count(b"<BtchBookg>false</BtchBookg>") == 3
    assert b"<MndtId>EUSKO-M1</MndtId>" in file
    assert b"<DtOfSgntr>2026-10-20</DtOfSgntr>" in file
    assert b"<Id>FR72ZZZ123456</Id>" in file
    assert b"<Nm>Maite</Nm>" in file
    assert b"PstlAdr" not in file


def test_what_a_bank_would_refuse_makes_no_file() -> None:
    with pytest.raises(UnfitPaymentError):
        written(debit(iban="FR0012"))


def test_a_creditor_identifier_is_checked() -> None:
    assert is_creditor_id("FR72ZZZ123456")
    assert not is_creditor_id("FR73ZZZ123456")
    assert not is_creditor_id("")
