"""Is this statement of that account? Banks write one account in as many ways as there are formats.

An IBAN decides. A national number is looked for inside our IBAN at the place where an account
stands: at its end, save for the two digits of a French key, and behind nothing but zeros and the
codes of bank and branch that the file gives.
"""

import re
from typing import Final

from ledger.banking.references import normalise_iban
from ledger.banking.statements import Statement

_COUNTRY_AND_CHECK: Final = 4
_SHORTEST: Final = 8
"""Fewest digits of an account number that names one without its bank."""
_SHORTEST_WITH_BANK: Final = 5
_WHOLE: Final = 10
"""Fewest digits of bank and account together that are taken as they are, zeros included."""

_SEPARATOR: Final = re.compile(r"[^0-9A-Z]+")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}", re.ASCII)


def is_of(statement: Statement, iban: str) -> bool:
    """Say whether a statement is of the account of this IBAN; one that names none is of any."""
    ours = normalise_iban(iban)
    theirs = normalise_iban(statement.account)
    if not theirs or theirs == ours:
        return True
    if statement.currency and theirs.endswith(statement.currency):  # as in DE89...000EUR
        theirs = theirs.removesuffix(statement.currency).rstrip("/- ")
    if _IBAN.fullmatch(theirs):
        return theirs == ours
    parts = [part for part in _SEPARATOR.split(theirs) if part]
    if not parts:
        return False
    bank = "".join([normalise_iban(statement.servicer), *parts[:-1]])
    return _stands_in(ours[_COUNTRY_AND_CHECK:], bank, parts[-1])


def _stands_in(national: str, bank: str, account: str) -> bool:
    """Look for an account behind its bank's codes in the national part of an IBAN."""
    if not national.startswith(bank):
        return False
    rest = national[len(bank) :]
    if len(bank + account) >= _WHOLE and re.fullmatch(rf"{account}(?:[0-9]{{2}})?", rest):
        return True
    bare = account.lstrip("0")
    between = "0*" if bank else "[0-9A-Z]*?0*"
    long_enough = len(bare) >= (_SHORTEST_WITH_BANK if bank else _SHORTEST)
    return long_enough and bool(re.fullmatch(rf"{between}{bare}(?:[0-9]{{2}})?", rest))
