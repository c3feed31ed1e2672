"""The receipt of an entry on paper: what was booked, and how anybody checks that it stands."""

import io
from dataclasses import dataclass
from datetime import datetime

import segno

from ledger.documents.press import printed
from ledger.documents.words import kind_said, said
from ledger.documents.writing import Writing


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """What a receipt says."""

    currency: str
    """Name of the currency."""
    number: int
    at: datetime
    kind: str
    minor: int
    scale: int
    asset: str
    """What was moved: the unit's name, or EUR."""
    payee: str
    """A shop's public name; empty where nobody may be named."""
    word: str
    """The signed receipt itself."""
    hash: str
    address: str
    """Where the receipt is checked."""


def receipt_pdf(paper: ReceiptPaper, *, language: str) -> bytes:
    """Print a receipt, dated as its entry, so that it is the same whenever it is printed."""
    writing = Writing(language)
    return printed(
        "receipt",
        {
            "kind": kind_said(paper.kind, language),
            "number": str(paper.number),
            "at": writing.moment(paper.at),
            "amount": writing.amount(paper.minor, paper.scale) if paper.minor else "",
            "asset": paper.asset,
            "payee": paper.payee,
            "word": paper.word,
            "hash": paper.hash,
            "address": paper.address,
            "code": qr_drawing(paper.address),
        },
        title=f"{said('receipt', language)} {paper.number}",
        currency=paper.currency,
        language=language,
        at=paper.at,
    )


def qr_drawing(address: str) -> str:
    """Draw an address as a QR code in SVG: squares only, no text of it."""
    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="svg", border=4, xmldecl=False)
    return drawn.getvalue().decode()
