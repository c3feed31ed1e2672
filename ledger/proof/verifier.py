"""The auditor: reads every entry once, from the rows alone, and says what is not true of them.

It trusts no constraint, no trigger and no program: what it is given is rows. A check is a small
class that watches entries pass by; verifying is a tuple of them. Memory holds the accounts, the
counts and the checkpoints, never the entries.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.proof.book import Book, Check, NewCheck, NewScan, Problems, Sheet
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.claim_checks import Answers, Claims, Redemptions, Requests
from ledger.proof.day_checks import Days
from ledger.proof.journal_checks import Chain, Checkpoints, Clock, Numbers
from ledger.proof.money_checks import Arrows, Balances, Coverage, Par, Sums, Tallies
from ledger.proof.problems import Problem, problem
from ledger.proof.rows import (
    ACCOUNTS,
    ATTACHED,
    BANK_ACCOUNTS,
    CHECKPOINTS,
    CLOSINGS,
    CURRENCY,
    ENTRIES,
    MANDATES,
    OPERATIONS,
    REDEMPTIONS,
    REQUESTS,
    RUNS,
    SHEETS,
    TALLIES,
    TERMS,
    KeptEntry,
    Source,
    Stream,
    UnreadableError,
)
from ledger.proof.run_checks import Runs
from ledger.proof.service_checks import Mandates, Services
from ledger.proof.terms_checks import TermsInForce

CHECKS: Final[tuple[NewCheck, ...]] = (
    Numbers,
    Chain,
    Clock,
    Days,
    Checkpoints,
    Arrows,
    Balances,
    Par,
    Tallies,
    Sums,
    Claims,
    Redemptions,
    Services,
    Mandates,
    Runs,
    Coverage,
    TermsInForce,
)

SCANS: Final[tuple[tuple[Stream[Any], NewScan], ...]] = (
    (OPERATIONS, Answers),
    (REQUESTS, Requests),
)

MOST_PROBLEMS: Final = 1_000
"""Of a journal that is wrong throughout, so many problems are told and the rest only counted."""

PROGRESS_EVERY: Final = 4_096

Progress = Callable[[str, int, int], None]
"""Called with the currency, the entries read and the entries that its head announces."""


@dataclass(slots=True)
class Report:
    """What the auditor found."""

    entries: dict[str, int] = field(default_factory=dict)
    """How many were read, by currency."""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    untold: int = 0
    """Problems beyond MOST_PROBLEMS."""

    @property
    def sound(self) -> bool:
        """Say whether nothing is wrong; a warning is not wrong."""
        return not self.problems

    def add(self, currency: str, found: Problems) -> None:
        """Take problems over."""
        for one in found:
            kept = self.warnings if one.warning else self.problems
            if len(kept) < MOST_PROBLEMS:
                kept.append(replace(one, currency=currency))
            else:
                self.untold += 1


def verify(
    source: Source,
    public_key: Ed25519PublicKey | None = None,
    against: Checkpoint | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check every currency of a source from its rows alone.

    `public_key` is the one that checkpoints must be signed with; `against` a checkpoint kept
    elsewhere, which the journal must still continue. Raises UnreadableError when not even the
    currencies can be read.
    """
    report = Report()
    report.add("", [problem("flaw", reason=flaw) for flaw in source.flaws()])
    currencies = source.currencies()
    if against and against.currency not in currencies:
        report.add(against.currency, [problem("against-currency")])
    for currency in currencies:
        given = against if against and against.currency == currency else None
        audit = _Audit(source, currency, report)
        try:
            audit.run(public_key, given, progress)
        except UnreadableError as error:
            report.add(currency, [problem("unreadable", entry=audit.last, reason=str(error))])
    return report


class _Audit:
    """The reading of one currency."""

    def __init__(self, source: Source, currency: str, report: Report) -> None:
        self._source = source
        self._currency = currency
        self._report = report
        self.last = 0

    def run(
        self,
        key: Ed25519PublicKey | None,
        against: Checkpoint | None,
        progress: Progress | None,
    ) -> None:
        """Load what is small, let the entries pass by, then look at the whole."""
        heads = list(self._rows(CURRENCY))
        if not heads:
            self._tell([problem("currency-unknown")])
            return
        book = Book(
            code=self._currency,
            currency=heads[0],
            accounts=self._by_name(ACCOUNTS),
            tallies=self._by_name(TALLIES),
            bank_accounts=list(self._rows(BANK_ACCOUNTS)),
            checkpoints=list(self._rows(CHECKPOINTS)),
            redemptions=self._by_name(REDEMPTIONS),
            sheets=self._by_name(SHEETS),
            mandates=self._by_name(MANDATES),
            runs=self._by_name(RUNS),
            closings=self._by_name(CLOSINGS),
            terms=self._by_name(TERMS),
            key=key,
            against=against,
        )
        self._watch(book, progress)
        for stream, new_scan in SCANS:
            scan = new_scan(book)
            for row in self._rows(stream):
                problems = scan.row(row)
                if problems:
                    self._tell(problems)

    def _watch(self, book: Book, progress: Progress | None) -> None:
        checks: list[Check] = [check(book) for check in CHECKS]
        watching = [check.entry for check in checks]
        read = 0
        for sheet in self._sheets():
            for watch in watching:
                problems = watch(sheet)
                if problems:
                    self._tell(problems)
            self.last = book.last = max(book.last, sheet.entry.number)
            read += 1
            if progress and not read % PROGRESS_EVERY:
                progress(self._currency, read, book.currency.head_number)
        self._report.entries[self._currency] = read
        for check in checks:
            self._tell(check.end())

    def _tell(self, problems: Problems) -> None:
        self._report.add(self._currency, problems)

    def _by_name(self, stream: Stream[Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for row in self._rows(stream):
            if found.setdefault(row[0], row) is not row:
                self._tell([problem("doubled", table=stream.table, id=row[0])])
        return found

    def _rows(self, stream: Stream[Any]) -> Iterator[Any]:
        """Stream rows of the right types; others are problems, and left out."""
        fits, make, kept = stream.fits, tuple.__new__, stream.kept
        for row in self._source.rows(stream, self._currency):
            if fits(row):
                yield make(kept, row)
            else:
                told = next((value for value in row if isinstance(value, str | int)), "?")
                entry = row[0] if isinstance(row[0], int) else None
                facts = {"table": stream.table, "id": told, "entry": entry}
                self._tell([problem("malformed", **facts)])

    def _sheets(self) -> Iterator[Sheet]:
        """Bind each entry with the rows that belong to it; rows of no entry are problems."""
        followings = [_Following(stream, self._rows(stream), self._tell) for stream in ATTACHED]
        postings, *others = followings
        for entry in self._rows(ENTRIES):
            number = entry.number
            arrows = postings.of(number) if postings.key <= number else []
            attached = [
                (other.name, rows)
                for other in others
                if other.key <= number and (rows := other.of(number))
            ]
            yield Sheet(entry, arrows, _tallies(entry), attached)
        for following in followings:
            following.of(_NEVER)


_NEVER: Final = 1 << 80
"""Above every entry number."""


class _Following:
    """Rows sorted by entry, handed out entry by entry."""

    def __init__(
        self, stream: Stream[Any], rows: Iterator[Any], tell: Callable[[Problems], None]
    ) -> None:
        self.name = stream.name
        self._table = stream.table
        self._rows = rows
        self._tell = tell
        self._row: Any = None
        self.key = 0
        self._advance()

    def _advance(self) -> None:
        self._row = next(self._rows, None)
        self.key = self._row[0] if self._row else _NEVER

    def of(self, number: int) -> list[Any]:
        """Give the rows of an entry; those before it belong to none."""
        while self.key < number:
            place = self._row[1]
            self._tell([problem("stray", table=self._table, entry=self.key, id=place)])
            self._advance()
        found: list[Any] = []
        while self.key == number < _NEVER:
            found.append(self._row)
            self._advance()
        return found


def _tallies(entry: KeptEntry) -> list[tuple[str, int, int]]:
    """Read the counts that an entry changes; what cannot be read breaks its hash anyway."""
    if entry.tallies == "[]":
        return []
    try:
        return [
            (str(name), int(change), int(limit))
            for name, change, limit in orjson.loads(entry.tallies)
        ]
    except (ValueError, TypeError):
        return []
