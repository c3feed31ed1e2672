"""The books for other programs: FEC for the tax office, hledger, CSV and XLSX; read as a stream."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.banking.fec import FecLine, fec_name, fec_pieces
from ledger.banking.hledger import hledger_pieces
from ledger.books.accounts import PAYABLE_REDEMPTIONS, TRANSIT, account_of
from ledger.books.context import Context, town_day
from ledger.books.journal import Entry
from ledger.books.papers import Rulebook
from ledger.documents.journal import journal_csv, journal_xlsx
from ledger.documents.words import kind_said
from ledger.documents.writing import FRENCH
from ledger.operations.access import AUDITOR, TREASURER, require
from ledger.operations.bookkeeping import bookkeeping_of, chart_of, plausible_year
from ledger.operations.ledger import Ledger
from ledger.operations.wallet_history import beginning_of
from ledger.rules.bookkeeping import (
    Chart,
    EuroLine,
    decimals_of,
    euro_lines,
    journal_of,
    letters_of,
    opening_lines,
    subject_of,
)

FORMATS: Final = ("fec", "hledger", "csv", "xlsx")
_LETTERED: Final = (PAYABLE_REDEMPTIONS, TRANSIT)


@dataclass(frozen=True, slots=True)
class Export:
    """A file on its way out: its name, and its bytes in pieces."""

    name: str
    pieces: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Part:
    """The journal of one year, or all of it: what it begins with, and its entries in order."""

    book: Rulebook
    first: date
    last: date
    opening: dict[str, int]
    """What accounts stood at before, in minor units."""
    after: int
    """The last entry written before the year."""
    end: int
    """The last entry written in it."""
    head: int
    """The last entry of the journal when the reading began."""

    def entries(self, ledger: Ledger, names: Iterable[str] | None = None) -> Iterator[Entry]:
        """Hand on the entries that count in the year, in the order in which they were written."""
        reads, code = ledger.reads, self.book.code
        for entry in reads.between(code, self.after, self.end, names):
            if entry.day >= self.first:
                yield entry
        wanted = None if names is None else set(names)
        for entry in reads.backdated(code, self.end, self.head):
            touched = {name for p in entry.postings for name in (p.source, p.target)}
            if self.first <= entry.day <= self.last and (wanted is None or touched & wanted):
                yield entry


def part_of(ledger: Ledger, currency: str, year: int | None) -> Part:
    """Take a year's part of the journal, or all of it (Malformed for an impossible year)."""
    book, head = ledger.reads.rulebook(currency)
    if year is None:
        return Part(book, date.min, date.max, {}, 0, head.number, head.number)
    plausible_year(year)
    first, last = date(year, 1, 1), date(year, 12, 31)
    after = min(ledger.reads.first_since(currency, beginning_of(first)) - 1, head.number)
    end = min(ledger.reads.first_after(currency, last) - 1, head.number)
    opening = ledger.reads.moved(currency, after)
    for entry in ledger.reads.backdated(currency, after, head.number):
        if entry.day < first:
            for p in entry.postings:
                opening[p.source] = opening.get(p.source, 0) - p.amount
                opening[p.target] = opening.get(p.target, 0) + p.amount
    kept = {name: amount for name, amount in sorted(opening.items()) if amount}
    return Part(book, first, last, kept, after, end, head.number)


def exported(
    ledger: Ledger, currency: str, context: Context, form: str, year: int | None
) -> Export:
    """Export the books in one of FORMATS, for a year or (not as FEC) from the first day on.

    Raises what stands in the way before the first byte, except AccountNotMapped for an account
    that only the year's entries show.
    """
    require(context, TREASURER, AUDITOR)
    if form == "fec":
        return _fec(ledger, currency, year if year is not None else context.day.year)
    part = part_of(ledger, currency, year)
    name = f"{currency}-{year or 'journal'}"
    unit = part.book.unit
    if form == "hledger":
        pieces = hledger_pieces(
            part.entries(ledger),
            part.opening,
            unit,
            first=None if year is None else part.first,
            title=part.book.name,
        )
        return Export(f"{name}.journal", pieces)
    if form == "csv":
        return Export(f"{name}.csv", journal_csv(part.entries(ledger)))
    pieces = journal_xlsx(
        part.entries(ledger), title=part.book.name, language=context.language, at=context.at
    )
    return Export(f"{name}.xlsx", pieces)


def _fec(ledger: Ledger, currency: str, year: int) -> Export:
    told = bookkeeping_of(ledger, currency, year)
    part = part_of(ledger, currency, year)
    chart = chart_of(ledger, part.book, told)
    assets = {name: account_of(name, part.book.unit).asset for name in part.opening}
    opening = opening_lines(part.opening, assets, chart, part.book.unit)
    lines = _lines(ledger, part, chart, opening)
    return Export(fec_name(told.siren, part.last), fec_pieces(lines))


def _opening(part: Part, lines: tuple[EuroLine, ...]) -> Iterator[FecLine]:
    """Tell the year's first entry: what the years before left."""
    name = f"À-nouveaux {part.first.year}"
    for line in lines:
        yield FecLine(
            journal="AN",
            journal_name="À-nouveaux",
            number=1,
            day=part.first,
            account=line.head.number,
            account_name=line.head.name,
            auxiliary=line.auxiliary,
            piece=f"AN{part.first.year}",
            piece_day=part.first,
            label=name,
            amount=line.amount,
            decimals=decimals_of(part.book.unit),
            valid_day=part.first,
        )


def _lines(
    ledger: Ledger, part: Part, chart: Chart, opening: tuple[EuroLine, ...]
) -> Iterator[FecLine]:
    yield from _opening(part, opening)
    number = 1 if opening else 0
    letters = letters_of(
        ((_seen(ledger, entry), entry) for entry in part.entries(ledger, _LETTERED)), _LETTERED
    )
    lettered = {chart.head(account).number for account in _LETTERED}
    for entry in part.entries(ledger):
        lines = euro_lines(entry.postings, chart, part.book.unit)
        if not lines:
            continue
        number += 1
        code, journal = journal_of(entry.postings)
        letter, letter_day = letters.get(entry.number, ("", None))
        for line in lines:
            marked = line.head.number in lettered
            yield FecLine(
                journal=code,
                journal_name=journal,
                number=number,
                day=entry.day,
                account=line.head.number,
                account_name=line.head.name,
                auxiliary=line.auxiliary,
                piece=str(entry.number),
                piece_day=entry.day,
                label=_label(entry),
                amount=line.amount,
                decimals=decimals_of(part.book.unit),
                valid_day=town_day(entry.at),
                letter=letter if marked else "",
                letter_day=letter_day if marked else None,
            )


def _seen(ledger: Ledger, entry: Entry) -> str:
    """Name what an entry is about, looking through corrections at what they correct."""
    while "corrects" in entry.facts:
        found = ledger.reads.entry(entry.currency, int(entry.facts["corrects"]))
        if found is None:
            break
        entry = found
    return subject_of(entry)


def _label(entry: Entry) -> str:
    facts = entry.facts
    about = [facts.get(name) for name in ("from", "to", "member", "sponsor", "account", "corrects")]
    words = [kind_said(entry.kind, FRENCH), *(str(each) for each in about if each)]
    return " ".join(words)
