"""Whose statement it is: an account is written in as many ways as there are formats."""

import pytest

from ledger.banking.ownership import is_of
from ledger.banking.statements import Statement

FRENCH = "FR7621570000010000000000176"
GERMAN = "DE89370400440532013000"
DUTCH = "NL91ABNA0417164300"


def statement(account: str, servicer: str = "") -> Statement:
    return Statement("mt940", None, account, "EUR", None, None, (), servicer=servicer)


@pytest.mark.parametrize(
    ("account", "servicer", "iban"),
    [
        ("FR76 2157 0000 0100 0000 0000 176", "", FRENCH),
        ("00000000001", "2157000001", FRENCH),
        ("21570/00001/00000000001", "", FRENCH),
        ("215700000100000000001", "", FRENCH),
        ("37040044/0532013000", "", GERMAN),
        ("37040044/532013000", "", GERMAN),
        ("37040044/0532013000EUR", "", GERMAN),
        ("DE89370400440532013000EUR", "", GERMAN),
        ("532013000", "37040044", GERMAN),
        ("417164300", "", DUTCH),
        ("0417164300", "", DUTCH),
        ("0417164300EUR", "", DUTCH),
        ("", "", DUTCH),
    ],
)
def test_ways_to_write_one_account(account: str, servicer: str, iban: str) -> None:
    assert is_of(statement(account, servicer), iban)


@pytest.mark.parametrize(
    ("account", "servicer", "iban"),
    [
        ("FR7621570000010000000000273", "", FRENCH),
        ("00000000002", "2157000001", FRENCH),
        ("00000000001", "2157000002", FRENCH),
        ("00000000001", "", FRENCH),
        ("37040045/0532013000", "", GERMAN),
        ("37040044/053201300", "", GERMAN),
        ("37040044/1532013000", "", GERMAN),
        ("DE89370400440532013001", "", GERMAN),
        ("64300", "", DUTCH),
        ("517164300", "", DUTCH),
        ("/", "", DUTCH),
        ("EUR", "", DUTCH),
    ],
)
def test_other_accounts(account: str, servicer: str, iban: str) -> None:
    assert not is_of(statement(account, servicer), iban)
