"""The name of a line: what makes it the same line when it comes back in another file.

Banks send overlapping files: today's, the week's, the corrected one. A line must enter the books
once, and two lines must never become one. Amount and date alone cannot name a line: ten members
pay 20 euros on the same morning.

**A line with a bank reference** is named by account, reference, day, direction, amount. The
statement's id is left out, because the daily and the weekly file differ there. Texts and details
are left out too, because a bank shortens them from one message to the next, and a notification
(camt.054) itemises the line that the statement (camt.053) books as one sum. Day, direction and
amount are in because some banks use a reference again, for every line of a batch or every month.

**A line without one**, or with a placeholder such as NONREF, is named by all it says: account,
both dates, direction, amount, every text and identifier.

**The ordinal** counts lines that are still the same after that, in the order of their file, over
all its statements of the account. A file that covers a day covers all of it, so the next file
counts the same lines up to the same number, in whatever order: nothing is lost, nothing doubled.

What this cannot tell apart: a reference used again for the same amount on the same day, in two
files that each cover a part of the day (intraday camt.052). Reuse is therefore warned about. And
a line with neither reference nor date carries nothing that outlives its statement, so there, and
only there, the statement's id is part of the name.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from ledger.banking.statements import Detail, Line, Statement
from ledger.refusals import UnreadableStatement

_PLACEHOLDERS: Final = frozenset(
    {"NONREF", "NOREF", "NOTPROVIDED", "NOTAVAILABLE", "NA", "NONE", "NULL", "UNKNOWN"}
)
_NOT_ALPHANUMERIC: Final = re.compile(r"[^0-9A-Za-z]")

_Name = tuple[object, ...]


def line_key(statement: Statement, line: Line) -> str:
    """Name a line of this statement, for an import that may see it again (64 hex digits).

    Same key, same line: an importer skips it. The key is a hash, so it tells nothing about the
    people in the line.
    """
    name = json.dumps(["line 1", _name(statement, line), line.ordinal], ensure_ascii=True)
    return hashlib.sha256(name.encode("ascii")).hexdigest()


def numbered(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Give the lines of one file their ordinals, and warn where a bank reference is used again.

    Raises UnreadableStatement when a statement that has lines is in the file twice: its lines
    would otherwise count as new ones.
    """
    seen: Counter[_Name] = Counter()
    known: set[tuple[object, ...]] = set()
    result: list[Statement] = []
    for position, statement in enumerate(statements, start=1):
        twin = (
            _account(statement),
            statement.id,
            statement.opening,
            statement.closing,
            statement.lines,
        )
        if statement.lines and twin in known:
            raise UnreadableStatement(why=f"statement {position} is in the file twice")
        known.add(twin)
        lines = tuple(_counted(statement, line, seen) for line in statement.lines)
        warnings = statement.warnings + tuple(_reuse(lines))
        result.append(replace(statement, lines=lines, warnings=warnings))
    return tuple(result)


def _counted(statement: Statement, line: Line, seen: Counter[_Name]) -> Line:
    name = _name(statement, line)
    seen[name] += 1
    return line if seen[name] == 1 else replace(line, ordinal=seen[name])


def _reuse(lines: tuple[Line, ...]) -> Iterable[str]:
    uses = Counter(line.bank_reference for line in lines if _names_something(line.bank_reference))
    for reference, count in uses.items():
        if count > 1:
            yield f"the bank uses its reference {reference} for {count} lines"


def _name(statement: Statement, line: Line) -> _Name:
    """Everything that names the line, but its ordinal."""
    where = (_account(statement), line.currency)
    moved = (line.direction.value, _plain(line.amount))
    if _names_something(line.bank_reference):
        day = line.booked_on or line.value_on
        return ("reference", *where, line.bank_reference, str(day or ""), *moved)
    undated = line.booked_on is None and line.value_on is None
    return (
        "content",
        *where,
        statement.id if undated else None,
        str(line.booked_on or ""),
        str(line.value_on or ""),
        *moved,
        line.reversal,
        line.text,
        tuple(_content(detail) for detail in line.details),
    )


def _content(detail: Detail) -> _Name:
    return (
        None if detail.amount is None else _plain(detail.amount),
        detail.currency,
        detail.direction.value,
        detail.end_to_end_id,
        detail.references,
        detail.text,
        detail.counterparty,
        detail.counterparty_iban,
        detail.ids,
        detail.return_reason,
    )


def _names_something(reference: str | None) -> bool:
    """Whether a bank reference identifies anything: not NONREF, not all zeros."""
    bare = _NOT_ALPHANUMERIC.sub("", reference or "").upper()
    return len(set(bare)) > 1 and bare not in _PLACEHOLDERS


def _account(statement: Statement) -> str:
    return "".join((statement.servicer + statement.account).split()).upper()


def _plain(amount: Decimal) -> str:
    """Write 8.850 and 8.85 alike: a file may show more decimals than the next one."""
    return format(amount.normalize(), "f")
