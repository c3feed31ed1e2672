"""A member's statement of account over a period: tagged PDF, CSV or XLSX."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from ledger.books.context import town_day
from ledger.documents.press import Values, printed
from ledger.documents.sheets import Amount, Row, csv_pieces, xlsx_file
from ledger.documents.words import kind_said, said
from ledger.documents.writing import Writing

COLUMNS: Final = (
    "entry",
    "at",
    "kind",
    "counterparty",
    "reference",
    "units_in",
    "units_out",
    "balance",
)
_WIDTHS: Final = (10, 19, 24, 24, 40, 14, 14, 14)
_IN_WORDS: Final = ("entry", "day", "what", "with", "reference", "in", "out", "balance")


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry as a wallet sees it: `change` minor units came in, or went out when negative."""

    entry: int
    at: datetime
    kind: str
    other: str
    """Who stands on the other side, as this reader may call them."""
    reference: str
    change: int
    balance: int
    """What the wallet held afterwards, in minor units."""


@dataclass(frozen=True, slots=True)
class History:
    """A wallet over a period of Paris days, both included; amounts in minor units."""

    currency: str
    """Name of the currency."""
    unit: str
    scale: int
    member: str
    name: str
    """What this reader may call the member; the id where it is no name."""
    since: date
    until: date
    opening: int
    movements: Iterable[Movement]


def wallet_pdf(history: History, *, language: str, at: datetime) -> bytes:
    """Print a statement; the same history, language and instant give the same bytes."""
    writing = Writing(language)
    movements = tuple(history.movements)
    came = sum(m.change for m in movements if m.change > 0)
    went = sum(-m.change for m in movements if m.change < 0)

    def amount(minor: int) -> str:
        return writing.amount(minor, history.scale)

    def line(movement: Movement) -> dict[str, str]:
        return {
            "day": writing.day(town_day(movement.at)),
            "entry": str(movement.entry),
            "kind": kind_said(movement.kind, language),
            "other": movement.other,
            "reference": movement.reference,
            "in": amount(movement.change) if movement.change > 0 else "",
            "out": amount(-movement.change) if movement.change < 0 else "",
            "balance": amount(movement.balance),
        }

    known = history.name != history.member
    values: Values = {
        "holder": f"{history.name} ({history.member})" if known else history.member,
        "unit": history.unit,
        "since": writing.day(history.since),
        "until": writing.day(history.until),
        "made": writing.moment(at),
        "opening": amount(history.opening),
        "closing": amount(history.opening + came - went),
        "total-in": amount(came),
        "total-out": amount(went),
        "lines": [line(movement) for movement in movements],
    }
    return printed(
        "wallet",
        values,
        title=said("statement", language),
        currency=history.currency,
        language=language,
        at=at,
    )


def wallet_csv(history: History) -> Iterator[bytes]:
    """Write a statement as CSV in pieces, from the opening balance to the closing one."""
    return csv_pieces(COLUMNS, _rows(history))


def wallet_xlsx(history: History, *, language: str, at: datetime) -> Iterator[bytes]:
    """Write a statement as a workbook in pieces, with the words of a language."""
    columns = {said(w, language): width for w, width in zip(_IN_WORDS, _WIDTHS, strict=True)}
    rows = _rows(history, language)
    return xlsx_file(columns, rows, title=said("statement", language), made_at=at)


def _rows(history: History, language: str = "") -> Iterator[Row]:
    """Give the rows of a sheet; kinds in the words of a language, or by their own names."""

    def named(kind: str) -> str:
        return kind_said(kind, language) if language else kind

    def amount(minor: int) -> Amount:
        return Amount(minor, history.scale)

    balance = history.opening
    yield None, history.since, named("opening"), None, None, None, None, amount(balance)
    for movement in history.movements:
        balance = movement.balance
        yield (
            movement.entry,
            movement.at,
            named(movement.kind),
            movement.other,
            movement.reference,
            amount(max(movement.change, 0)),
            amount(max(-movement.change, 0)),
            amount(balance),
        )
    yield None, history.until, named("closing"), None, None, None, None, amount(balance)
