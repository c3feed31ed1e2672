"""The journal as a table: a row an arrow, with the entry it belongs to; CSV or XLSX."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from ledger.books.accounts import public_name
from ledger.books.journal import Entry
from ledger.documents.sheets import Amount, Row, csv_pieces, xlsx_file
from ledger.documents.words import kind_said, said

COLUMNS: Final = ("entry", "day", "at", "kind", "actor", "source", "target", "amount", "asset")
_WIDTHS: Final = (10, 12, 19, 26, 20, 30, 30, 14, 8)
_IN_WORDS: Final = (
    "entry",
    "day",
    "written",
    "what",
    "actor",
    "source",
    "target",
    "amount",
    "asset",
)


def journal_csv(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Write entries as CSV in pieces, by their own names; pseudonymous, like the journal."""
    return csv_pieces(COLUMNS, _rows(entries))


def journal_xlsx(
    entries: Iterable[Entry], *, title: str, language: str, at: datetime
) -> Iterator[bytes]:
    """Write entries as a workbook in pieces, with the words of a language."""
    columns = {said(w, language): width for w, width in zip(_IN_WORDS, _WIDTHS, strict=True)}
    rows = _rows(entries, language)
    return xlsx_file(columns, rows, title=title, made_at=at)


def _rows(entries: Iterable[Entry], language: str = "") -> Iterator[Row]:
    """Give a row an arrow; an entry without arrows has one row of its own."""
    for entry in entries:
        kind = kind_said(entry.kind, language) if language else entry.kind
        head = entry.number, entry.day, entry.at, kind, entry.actor
        if not entry.postings:
            yield *head, None, None, None, None
        for posting in entry.postings:
            yield (
                *head,
                public_name(posting.source),
                public_name(posting.target),
                Amount(posting.amount, posting.asset.scale),
                posting.asset.code,
            )
