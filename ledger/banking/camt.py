"""camt.052, camt.053 and camt.054: the account report, the statement, the notification.

One reader serves the three messages and the versions 02 to 13: they differ in the names of two
wrappers and in details that `entries` reads both ways (Sts as text or as a code, a party with or
without Pty).

Which balances: OPBD opens, else the previous closing (PRCD), else what was available (OPAV); CLBD
closes, else what is available (CLAV). PRCD never closes: it is yesterday's, whatever its place.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from ledger.banking.entries import (
    BOOKED,
    DETAIL_FIELDS,
    ENTRY_FIELDS,
    read_amount,
    read_currency,
    read_day,
    read_direction,
    read_line,
)
from ledger.banking.identity import numbered
from ledger.banking.statements import Balance, Direction, Line, Statement
from ledger.banking.xml import Record, outermost, read_records, split_name
from ledger.refusals import UnreadableStatement

_MESSAGE: Final = re.compile(r"camt\.05[234]\.001\.([0-9]+)", re.ASCII)
_VERSIONS: Final = range(2, 14)
_WRAPPERS: Final = {
    "camt.052": ("BkToCstmrAcctRpt", "Rpt"),
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}
_OPENING: Final = ("OPBD", "PRCD", "OPAV")
_CLOSING: Final = ("CLBD", "CLAV")
_AVAILABLE: Final = ("OPAV", "CLAV")


def message_in(path: Sequence[str]) -> str | None:
    """Say which message a document holds ("camt.053.001.08"), None if it is not read here.

    `path` are its first elements, see `xml.outermost`. Some banks leave the namespace out or have
    one of their own; then the first element inside tells the message, without a version.
    """
    names = [split_name(name) for name in path]
    namespace, root = next((pair for pair in names if pair[1] == "Document"), ("", ""))
    if not root:
        return None
    inside = [name for _, name in names[-1:] if name != "Document"]
    said = _MESSAGE.search(namespace)
    if said is not None:
        return said[0] if int(said[1]) in _VERSIONS else None
    return next((kind for kind, (wrapper, _) in _WRAPPERS.items() if [wrapper] == inside), None)


def read_camt(data: bytes) -> tuple[Statement, ...]:
    """Read every statement of a camt message, also one in the envelope of a network.

    Raises UnreadableStatement when the file is not well-formed, lacks what makes a statement, or
    holds an amount that cannot be read with certainty.
    """
    path = outermost(data)
    message = message_in(path)
    if message is None:
        raise UnreadableStatement(why=f"the message in {path[0][:80]!r} is not read here")
    place = [split_name(name)[1] for name in path].index("Document")
    envelope, namespace = path[:place], split_name(path[place])[0]
    wrapper, name = _WRAPPERS[message[:8]]
    statement = f"Document/{wrapper}/{name}"
    wanted = {
        f"Document/{wrapper}/GrpHdr": ("MsgId", "MsgPgntn/LastPgInd"),
        statement: ("Id", "TxsSummry/TtlNtries/NbOfNtries"),
        f"{statement}/Acct": ("Id/IBAN", "Id/Othr/Id", "Ccy"),
        f"{statement}/Bal": ("Tp/CdOrPrtry/Cd", "Amt", "CdtDbtInd", "Dt/Dt", "Dt/DtTm"),
        f"{statement}/Ntry": ENTRY_FIELDS,
        f"{statement}/Ntry/NtryDtls/TxDtls": DETAIL_FIELDS,
    }
    return _read(message, name, read_records(data, namespace, wanted, envelope))


def _read(message: str, name: str, records: Iterable[Record]) -> tuple[Statement, ...]:
    """Gather records until their statement ends, and statements until the message ends."""
    header: Record | None = None
    statements: list[Statement] = []
    draft = _Draft(message, position=1)
    for record in records:
        if record.name == "GrpHdr":
            header = record
        elif record.name == name:
            statements.append(draft.finished(record))
            draft = _Draft(message, position=len(statements) + 1)
        else:
            draft.add(record)
    if header is None or header.first("MsgId") is None:
        raise UnreadableStatement(why="the message has no header (GrpHdr) with an identifier")
    if not statements:
        raise UnreadableStatement(why=f"the message holds no statement ({name})")
    if header.first("MsgPgntn/LastPgInd") == "false":
        last = statements[-1]
        warnings = (*last.warnings, "the message says that another page follows")
        statements[-1] = replace(last, warnings=warnings)
    return numbered(statements)


class _Draft:
    """A statement that is still being read."""

    def __init__(self, message: str, position: int) -> None:
        """Begin an empty statement, the `position`-th of its file."""
        self._message = message
        self._place = f"statement {position}"
        self._account: Record | None = None
        self._number: str | None = None
        self._balances: list[Balance] = []
        self._unsigned = 0
        self._details: list[Record] = []
        self._entries = 0
        self._lines: list[Line] = []
        self._currencies: dict[str, int] = {}
        self._left_out: Counter[str] = Counter()
        self._warnings: list[str] = []

    def add(self, record: Record) -> None:
        """Take in the next part of the statement."""
        if record.name == "TxDtls":
            self._details.append(record)
        elif record.name == "Ntry":
            self._add_entry(record)
        elif record.name == "Bal":
            self._add_balance(record)
        elif self._account is None:
            self._account = record
            self._number = record.first("Id/IBAN", "Id/Othr/Id")
        else:
            raise UnreadableStatement(why=f"{self._place} has two accounts")

    def finished(self, record: Record) -> Statement:
        """Close the statement, with what stands outside its parts."""
        identifier = record.first("Id")
        if identifier is None:
            raise UnreadableStatement(why=f"{self._place} has no identifier (Id)")
        if self._number is None:
            raise UnreadableStatement(why=f"{self._place} does not name its account (Acct/Id)")
        opening = self._chosen(_OPENING, latest=False)
        closing = self._chosen(_CLOSING, latest=True)
        currency = self._currency(opening)
        self._check_currencies(currency, (opening, closing))
        self._warn_of_what_is_missing(record)
        return Statement(
            format=self._message,
            id=identifier,
            account=self._number,
            currency=currency,
            opening=opening,
            closing=closing,
            lines=tuple(self._lines),
            warnings=tuple(self._warnings),
        )

    def _add_entry(self, record: Record) -> None:
        self._entries += 1
        place = f"{self._place}, entry {self._entries}"
        details, self._details = self._details, []
        line = read_line(record, details, self._number, place)
        if line.status != BOOKED:
            self._left_out[str(line.status)] += 1
            return
        self._lines.append(line)
        self._currencies.setdefault(line.currency, self._entries)
        if not line.itemised and any(detail.amount is not None for detail in line.details):
            self._warnings.append(
                f"entry {self._entries}: the details do not add up to the entry, the entry counts"
            )

    def _add_balance(self, record: Record) -> None:
        kind = record.first("Tp/CdOrPrtry/Cd") or "a balance of the bank's own"
        place = f"{self._place}, {kind[:40]}"
        amount, currency = read_amount(record, "Amt", place)
        direction = read_direction(record, place)
        on = read_day(record, "Dt", place)
        if on is None:
            raise UnreadableStatement(why=f"{place}: the balance has no date")
        self._unsigned += direction is None
        signed = -amount if direction is Direction.DEBIT else amount
        self._balances.append(Balance(signed, currency, on, kind))

    def _chosen(self, kinds: Sequence[str], *, latest: bool) -> Balance | None:
        """Pick the first kind there is; of several days, the first opens and the last closes."""
        for kind in kinds:
            candidates = [balance for balance in self._balances if balance.kind == kind]
            if not candidates:
                continue
            if kind in _AVAILABLE:
                self._warnings.append(f"no booked balance: {kind}, what was available, stands in")
            if len(candidates) > 1:
                end = "last" if latest else "first"
                self._warnings.append(f"{len(candidates)} balances {kind}: the {end} one counts")
            if latest:
                return max(reversed(candidates), key=lambda balance: balance.on)
            return min(candidates, key=lambda balance: balance.on)
        return None

    def _currency(self, opening: Balance | None) -> str | None:
        """Take the currency of the account, else of its opening balance, else of its lines."""
        stated = self._account.first("Ccy") if self._account else None
        if stated is not None:
            return read_currency(stated, self._place)
        return opening.currency if opening else next(iter(self._currencies), None)

    def _check_currencies(self, currency: str | None, balances: Iterable[Balance | None]) -> None:
        for other, entry in self._currencies.items():
            if other != currency:
                why = f"{self._place}, entry {entry} is in {other}, the account in {currency}"
                raise UnreadableStatement(why=why)
        for balance in balances:
            if balance is not None and balance.currency != currency:
                self._warnings.append(
                    f"the balance {balance.kind} is in {balance.currency}, not in {currency}"
                )

    def _warn_of_what_is_missing(self, record: Record) -> None:
        if self._unsigned:
            self._warnings.append(f"{self._unsigned} balances without CdtDbtInd, read as credits")
        for status, count in self._left_out.items():
            self._warnings.append(f"entries with the status {status[:40]}, not counted: {count}")
        stated = record.first("TxsSummry/TtlNtries/NbOfNtries")
        if stated is not None and stated != str(self._entries):
            self._warnings.append(f"{stated[:15]} entries announced, {self._entries} found")
