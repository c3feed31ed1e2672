"""The numbered sheet of a public service for its accountant: tagged PDF, or CSV."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from ledger.documents.press import Values, printed
from ledger.documents.sheets import Amount, Row, csv_pieces
from ledger.documents.words import said
from ledger.documents.writing import Writing

COLUMNS: Final = (
    "authority",
    "service",
    "sheet",
    "from",
    "until",
    "act",
    "revenue",
    "receipts",
    "refunds",
    "net",
)


@dataclass(frozen=True, slots=True)
class SheetPaper:
    """What a sheet says; amounts in minor units of the currency, euros in cents."""

    currency: str
    unit: str
    scale: int
    authority: str
    service: str
    number: int
    since: date
    until: date
    act: str
    accountant: str
    payments: int
    refunds: int
    lines: tuple[tuple[str, int, int], ...]
    """Revenue code, receipts, refunds."""
    redeemed: int
    euros: int
    fee: int
    reference: str
    """On the transfer to the accountant; empty when nothing is paid."""
    entry: int
    closed_at: datetime


def sheet_pdf(paper: SheetPaper, *, language: str) -> bytes:
    """Print a sheet, dated as its entry, so that it is the same whenever it is printed."""
    writing = Writing(language)

    def amount(minor: int) -> str:
        return ("\u2212" if minor < 0 else "") + writing.amount(abs(minor), paper.scale)

    came = sum(line[1] for line in paper.lines)
    went = sum(line[2] for line in paper.lines)
    values: Values = {
        "authority": paper.authority,
        "service": paper.service,
        "since": writing.day(paper.since),
        "until": writing.day(paper.until),
        "one-day": paper.since == paper.until,
        "act": paper.act,
        "accountant": paper.accountant,
        "unit": paper.unit,
        "payments": str(paper.payments),
        "refunds": str(paper.refunds),
        "lines": [
            {
                "revenue": revenue,
                "receipts": amount(receipts),
                "refunds": amount(refunds),
                "net": amount(receipts - refunds),
            }
            for revenue, receipts, refunds in paper.lines
        ],
        "receipts-total": amount(came),
        "refunds-total": amount(went),
        "net-total": amount(came - went),
        "redeemed": amount(paper.redeemed),
        "euros": writing.amount(paper.euros),
        "fee": writing.amount(paper.fee),
        "reference": paper.reference,
        "entry": str(paper.entry),
        "closed": writing.moment(paper.closed_at),
    }
    return printed(
        "sheet",
        values,
        title=f"{said('sheet', language)} {paper.number}",
        currency=paper.currency,
        language=language,
        at=paper.closed_at,
    )


def sheet_csv(paper: SheetPaper) -> Iterator[bytes]:
    """Write a sheet as CSV: a row a revenue, then what goes to the accountant and the fee."""
    return csv_pieces(COLUMNS, _rows(paper))


def _rows(paper: SheetPaper) -> Iterator[Row]:
    first = (paper.authority, paper.service, paper.number, paper.since, paper.until, paper.act)

    def units(minor: int) -> Amount:
        return Amount(minor, paper.scale)

    came = went = 0
    for revenue, receipts, refunds in paper.lines:
        came, went = came + receipts, went + refunds
        yield (*first, revenue, units(receipts), units(refunds), units(receipts - refunds))
    yield (*first, "total", units(came), units(went), units(came - went))
    yield (*first, "EUR", Amount(paper.euros, 2), None, Amount(paper.euros, 2))
    yield (*first, "EUR fee", None, Amount(paper.fee, 2), None)
