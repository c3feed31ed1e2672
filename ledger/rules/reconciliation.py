"""Reconciliation: what the bank says of a day, what the books say, and every euro between the two.

Per bank account, `difference` is what the bank held when the day ended less what the books can
explain of it (what stands in suspense is in the books, yet nobody explained it). Each item is a
part of that difference with a name: the difference is their sum, and what is left over is
`unexplained` and forbids a signature. Bank lines and entries made by hand are taken back to the
day by the moves that count after it, so that a line explained in November is still where it was on
the last of October. All amounts are euro cents; positive is more at the bank.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from ledger.books.accounts import SUSPENSE
from ledger.books.closings import Move, Remark
from ledger.books.papers import BankAccount, BankLine, Outstanding, Statement

KINDS: Final = {
    "suspense": "the bank line is not explained yet",
    "unbooked": "the bank line is not in the books",
    "entered-later": "the bank line was entered after that day",
    "entered-early": "the line was entered before the bank booked it",
    "unseen": "the entry made by hand was not at the bank yet",
    "seen-before": "the bank had it before the entry was made by hand",
    "opening": "the account held it before its first statement",
    "missing": "the bank moved it between two statements that are here",
}
"""What each kind of item says."""

_BLOCKING: Final = frozenset({"missing"})


@dataclass(frozen=True, slots=True)
class Item:
    """A part of the difference of one account."""

    key: str
    kind: str
    account: str
    amount: int
    day: date
    entry: int | None = None
    words: str = ""
    settled: str = ""
    """When the other side came to show it (ISO day), or the day behind a gap."""
    owner: str = ""
    cause: str = ""

    @property
    def answered(self) -> bool:
        """Say whether it has an owner or a cause, or showed on the other side by itself."""
        if self.kind in _BLOCKING:
            return False
        return bool(self.owner or self.cause or self.settled)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one bank account when a day ends."""

    account: BankAccount
    on: date
    booked: int
    statements: Sequence[Statement]
    booked_by_day: Mapping[date, int]
    """Up to the day: what the bank booked on each, statements left in doubt apart."""
    lines: Sequence[BankLine]
    awaited: Sequence[Outstanding]
    moves: Sequence[Move]
    """Of this account and of suspense, counting after the day."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One account, compared."""

    account: BankAccount
    closing: int | None
    closing_on: date | None
    reached: date | None
    """The last day that the statements tell of."""
    booked: int
    suspense: int
    items: tuple[Item, ...]

    @property
    def difference(self) -> int:
        """What the bank holds more than the books explain."""
        return (self.closing or 0) - self.booked + self.suspense

    @property
    def unexplained(self) -> int:
        """What no item names."""
        return self.difference - sum(item.amount for item in self.items)


def compare(evidence: Evidence, remarks: Mapping[str, Remark]) -> Compared:
    """Compare bank and books of one account on one day."""
    told = told_by(evidence.statements)
    closing, closing_on = bank_balance(told, evidence.booked_by_day, evidence.on)
    doubtful = {each.id for each in evidence.statements if each.state == "marked"}
    items = _items(evidence, doubtful)
    suspense = sum(item.amount for item in items if item.kind == "suspense")
    if told:
        items += _opening(evidence, first_of(told))
        items += gaps(evidence.account.slug, told, evidence.booked_by_day, evidence.on)
    return Compared(
        account=evidence.account,
        closing=closing,
        closing_on=closing_on,
        reached=reached(told, evidence.on),
        booked=evidence.booked,
        suspense=suspense,
        items=tuple(_noted(item, remarks) for item in items),
    )


def told_by(statements: Iterable[Statement]) -> list[Statement]:
    """List the statements that say balances and are not in doubt, the earliest first."""
    good = [
        each
        for each in statements
        if each.state != "marked" and each.closing is not None and each.closing_on is not None
    ]
    return sorted(good, key=lambda s: (s.closing_on or date.min, s.opening_on or date.min, _age(s)))


def first_of(told: Sequence[Statement]) -> Statement:
    """Give the statement that begins first: what it opens with, the account held before."""
    return min(told, key=lambda s: (s.opening_on or s.closing_on or date.max, _age(s)))


def _age(statement: Statement) -> tuple[datetime, str]:
    return statement.imported_at, statement.id


def bank_balance(
    told: Sequence[Statement], by_day: Mapping[date, int], on: date
) -> tuple[int | None, date | None]:
    """Give what the bank held when a day ended, and the day of the statement that says so."""
    before = [each for each in told if each.closing_on and each.closing_on <= on]
    if before:
        last = before[-1]
        ended = last.closing_on or on
        since = sum(cents for day, cents in by_day.items() if day > ended)
        return (last.closing or 0) + since, ended
    over = [each for each in told if each.opening is not None]
    if over:
        return (over[0].opening or 0) + sum(by_day.values()), over[0].closing_on
    return None, None


def reached(told: Sequence[Statement], on: date) -> date | None:
    """Give the last day up to `on` that statements tell of; days without banking count as told."""
    days = [each.closing_on for each in told if each.closing_on]
    if not days:
        return None
    last = min(max(days), on)
    while last < on and not banking_day(last + timedelta(days=1)):
        last += timedelta(days=1)
    return last


def banking_day(day: date) -> bool:
    """Say whether banks book on a day: not on weekends nor on the days when TARGET is closed."""
    easter = _easter(day.year)
    closed = {
        (1, 1),
        (5, 1),
        (12, 25),
        (12, 26),
        _month_day(easter - timedelta(days=2)),
        _month_day(easter + timedelta(days=1)),
    }
    return day.weekday() < 5 and (day.month, day.day) not in closed  # noqa: PLR2004 - Saturday is five


def _month_day(day: date) -> tuple[int, int]:
    return day.month, day.day


def _easter(year: int) -> date:
    """Give Easter Sunday (the anonymous Gregorian rule, as Meeus gives it)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def gaps(
    account: str, told: Sequence[Statement], by_day: Mapping[date, int], on: date
) -> list[Item]:
    """Find the euros that moved between statements: a closing that no line leads to."""
    found: list[Item] = []
    first = first_of(told)
    missing, before, base = 0, first.opening_on, first.opening
    # Of several that end on one day the last one counts: the others end within the day.
    for each in {each.closing_on: each for each in told}.values():
        closing_on = each.closing_on
        if closing_on is None or closing_on > on or base is None:
            continue
        led = base + sum(cents for day, cents in by_day.items() if day <= closing_on)
        new = (each.closing or 0) - led - missing
        if new:
            start = before or closing_on
            end = each.opening_on or closing_on
            key = f"missing:{account}:{start}:{end}"
            found.append(Item(key, "missing", account, new, start, settled=end.isoformat()))
        missing, before = missing + new, closing_on
    return found


def _opening(evidence: Evidence, first: Statement) -> list[Item]:
    """Find what the account held before its first statement and no opening entry says."""
    entered = sum(each.amount for each in evidence.awaited if is_opening(each))
    gap = (first.opening or 0) - entered
    if not gap:
        return []
    slug = evidence.account.slug
    day = first.opening_on or evidence.on
    return [Item(f"opening:{slug}", "opening", slug, gap, day, words=first.bank_id)]


def is_opening(awaited: Outstanding) -> bool:
    """Say whether an entry by hand is the one that opened an account with an old balance."""
    return awaited.state == "matched" and not awaited.line


def _items(evidence: Evidence, doubtful: set[str]) -> list[Item]:
    booked, waiting = _after(evidence)
    recognised = {each.line: each for each in evidence.awaited if each.line}
    items: list[Item] = []
    for line in evidence.lines:
        suspended = (line.amount if line.state == "waiting" else 0) + waiting[line.id]
        if suspended:
            items.append(_suspended(line, suspended))
        if line.id in recognised:
            continue
        in_books = (line.amount if _books(line) else 0) - booked[f"line:{line.id}"]
        at_bank = line.amount if _told(line, evidence.on, doubtful) else 0
        if at_bank != in_books:
            items.append(_timed(line, at_bank - in_books, evidence.on))
    by_id = {line.id: line for line in evidence.lines}
    for awaited in evidence.awaited:
        if not is_opening(awaited):
            items += _by_hand(awaited, by_id.get(awaited.line), evidence, booked)
    return items


def _after(evidence: Evidence) -> tuple[Counter[str], Counter[str]]:
    """Add up what counts after the day: on the bank account by cause, in suspense by line."""
    booked: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    for move in evidence.moves:
        line = str(move.facts.get("line", ""))
        if move.account == SUSPENSE:
            waiting[line] += move.amount
        else:
            by_hand = move.facts.get("corrects", move.entry)
            booked[f"line:{line}" if line else f"entry:{by_hand}"] += move.amount
    return booked, waiting


def _books(line: BankLine) -> bool:
    """Say whether the line's own entry moved the bank account, as the books stand now."""
    return line.state != "new" and line.cause != "entry"


def _told(line: BankLine, on: date, doubtful: set[str]) -> bool:
    return line.booked_on <= on and line.statement not in doubtful


def _suspended(line: BankLine, amount: int) -> Item:
    return Item(
        key=f"line:{line.id}",
        kind="suspense",
        account=line.account,
        amount=amount,
        day=line.booked_on,
        entry=line.entry,
        words=line.text,
        owner=line.owner,
        cause=line.note,
    )


def _timed(line: BankLine, amount: int, on: date) -> Item:
    """Name what of a line stands on one side only."""
    settled, kind = "", "unbooked"
    if line.booked_on > on:
        kind, settled = "entered-early", line.booked_on.isoformat()
    elif line.state != "new":
        kind, settled = "entered-later", line.booked_on.isoformat()
    return Item(
        key=f"line:{line.id}",
        kind=kind,
        account=line.account,
        amount=amount,
        day=line.booked_on,
        entry=line.entry,
        words=line.text,
        settled=settled,
        owner=line.owner,
        cause=line.note,
    )


def _by_hand(
    awaited: Outstanding, line: BankLine | None, evidence: Evidence, booked: Counter[str]
) -> list[Item]:
    """Name what of an entry made by hand stands on one side only."""
    alive = awaited.state in {"open", "matched"}
    in_books = (awaited.amount if alive else 0) - booked[f"entry:{awaited.id}"]
    if line is not None:
        # A line that had its own entry first is undone where the recognition counts.
        in_books += -booked[f"line:{line.id}"]
    # Who is not among the lines was seen in time: only lines around the day are looked at.
    seen = awaited.state == "matched" and (line is None or line.booked_on <= evidence.on)
    amount = (awaited.amount if seen else 0) - in_books
    if not amount:
        return []
    early = seen and not in_books
    settled = awaited.day.isoformat() if early or not alive else ""
    if line is not None and not early:
        settled = line.booked_on.isoformat()
    return [
        Item(
            key=f"entry:{awaited.id}",
            kind="seen-before" if early else "unseen",
            account=awaited.account,
            amount=amount,
            day=awaited.day,
            entry=awaited.number,
            words=awaited.member,
            settled=settled,
        )
    ]


def _noted(item: Item, remarks: Mapping[str, Remark]) -> Item:
    """Add who looks after an item, or what it comes from, where somebody noted it."""
    remark = remarks.get(item.key)
    if remark is None:
        return item
    return Item(
        item.key,
        item.kind,
        item.account,
        item.amount,
        item.day,
        item.entry,
        item.words,
        item.settled,
        remark.owner or item.owner,
        remark.cause or item.cause,
    )
