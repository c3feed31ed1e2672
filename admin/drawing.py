"""QR codes on a page: SVG that grows with its place, without style that our policy forbids."""

import io
from decimal import Decimal

import segno
import segno.helpers
from markupsafe import Markup

from ledger.money import EUR, format_minor


def drawn(code: segno.QRCode) -> Markup:
    """Draw a code with its quiet zone. It is squares only: no text of it enters the page."""
    svg = io.BytesIO()
    code.save(
        svg, kind="svg", border=4, omitsize=True, xmldecl=False, svgclass=None, lineclass=None
    )
    return Markup(svg.getvalue().decode())  # noqa: S704 - squares, as said


def link_code(address: str) -> Markup:
    """Draw the code of a link, which any phone's camera opens."""
    return drawn(segno.make_qr(address, error="m"))


def transfer_code(name: str, iban: str, cents: int, reference: str) -> Markup:
    """Draw the European Payments Council's code of a transfer, which a bank's app reads."""
    return drawn(
        segno.helpers.make_epc_qr(
            name=name[:70],
            iban=iban,
            amount=Decimal(format_minor(cents, EUR.scale)),
            reference=reference,
            encoding="utf-8",
        )
    )
