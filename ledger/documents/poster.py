"""A shop's poster: its name and the code that every phone's camera opens, to pay it."""

from datetime import datetime

from ledger.documents.press import printed
from ledger.documents.receipt import qr_drawing
from ledger.documents.words import said


def poster_pdf(  # noqa: PLR0913 - what stands on the poster
    *, currency: str, unit: str, shop: str, address: str, language: str, at: datetime
) -> bytes:
    """Print the poster of a shop whose clients pay at `address`."""
    return printed(
        "poster",
        {"shop": shop, "unit": unit, "address": address, "code": qr_drawing(address)},
        title=f"{said('pay', language)} {shop}",
        currency=currency,
        language=language,
        at=at,
    )
