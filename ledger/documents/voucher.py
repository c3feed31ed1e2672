"""The voucher of a run: for the public accountant what was sent and credited, row by row.

And a line for each pay slip: what of a person's pay came in units, and what its bank gets.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from ledger.documents.press import printed
from ledger.documents.sheets import Amount, Row, csv_pieces
from ledger.documents.words import said
from ledger.documents.writing import Writing
from ledger.money import EUR

COLUMNS: Final = ("row", "member", "kind", "euros", "in_units", "to_bank", "entry", "outcome")
SLIP_COLUMNS: Final = ("voucher", "member", "kind", "in_units", "to_bank", "line")


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """A row of a run; amounts in euro cents."""

    row: int
    member: str
    kind: str
    euros: int
    part: int
    entry: int | None
    outcome: str
    """What became of it, in the reader's language; empty where it was credited."""


@dataclass(frozen=True, slots=True)
class VoucherPaper:
    """What a voucher says of a run; amounts in euro cents."""

    currency: str
    unit: str
    authority: str
    number: str
    words: str
    mandate: str
    reference: str
    proposed_by: str
    approved_by: str
    on: date
    received: int
    credited: int
    surplus: int
    lines: Sequence[VoucherLine]


def voucher_pdf(paper: VoucherPaper, *, language: str, at: datetime) -> bytes:
    """Print a voucher; the same run, language and instant give the same bytes."""
    writing = Writing(language)
    return printed(
        "voucher",
        {
            "authority": paper.authority,
            "number": paper.number,
            "words-of": paper.words,
            "mandate": paper.mandate,
            "reference": paper.reference,
            "persons": f"{paper.proposed_by}, {paper.approved_by}",
            "unit": paper.unit,
            "made": writing.moment(at),
            "received": writing.amount(paper.received),
            "credited": writing.amount(paper.credited),
            "surplus": writing.amount(paper.surplus) if paper.surplus else "",
            "lines": [
                {
                    "row": str(line.row),
                    "member": line.member,
                    "kind": said(line.kind, language) if line.kind else "",
                    "euros": writing.amount(line.euros),
                    "part": writing.amount(line.part if line.entry else 0),
                    "rest": writing.amount(line.euros - (line.part if line.entry else 0)),
                    "entry": str(line.entry or ""),
                    "outcome": line.outcome,
                }
                for line in paper.lines
            ],
            "slips": [
                {"member": line.member, "line": slip_line(paper, line, language)}
                for line in paper.lines
                if line.entry
            ],
        },
        title=f"{said('voucher', language)} {paper.number}",
        currency=paper.currency,
        language=language,
        at=at,
    )


def voucher_csv(paper: VoucherPaper) -> Iterator[bytes]:
    """Write a voucher as CSV in pieces, a row each of the run's."""
    return csv_pieces(COLUMNS, (_row(line) for line in paper.lines))


def slips_csv(paper: VoucherPaper, *, language: str) -> Iterator[bytes]:
    """Write the line of each pay slip as CSV: of the persons who were credited."""
    return csv_pieces(
        SLIP_COLUMNS,
        (
            (
                paper.number,
                line.member,
                line.kind,
                Amount(line.part, EUR.scale),
                Amount(line.euros - line.part, EUR.scale),
                slip_line(paper, line, language),
            )
            for line in paper.lines
            if line.entry
        ),
    )


def slip_line(paper: VoucherPaper, line: VoucherLine, language: str) -> str:
    """Say on a pay slip what came in units, and what goes to the person's own account."""
    writing = Writing(language)
    return said("slip-line", language).format(
        unit=paper.unit,
        on=writing.day(paper.on),
        number=paper.number,
        part=writing.amount(line.part),
        rest=writing.amount(line.euros - line.part),
    )


def _row(line: VoucherLine) -> Row:
    part = line.part if line.entry else 0
    return (
        line.row,
        line.member,
        line.kind,
        Amount(line.euros, EUR.scale),
        Amount(part, EUR.scale),
        Amount(line.euros - part, EUR.scale),
        line.entry,
        line.outcome,
    )
