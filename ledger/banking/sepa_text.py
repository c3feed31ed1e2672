"""The letters that a SEPA message may hold: what people write is folded to them, and measured.

EPC217-08: banks must carry Latin letters without accents, digits and `/ - ? : ( ) . , ' +`, and
may drop a message over anything else. A text neither begins nor ends with a slash, nor holds two.
"""

import re
from typing import Final

from text_unidecode import unidecode

NAME_LENGTH: Final = 70
TEXT_LENGTH: Final = 140
ID_LENGTH: Final = 35

_OTHER: Final = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]", re.ASCII)
_SLASHES: Final = re.compile(r"/{2,}")
_ID: Final = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]{1,35}", re.ASCII)


def fold(text: str, length: int) -> str:
    """Write a text in the letters of SEPA, at most `length` of them; empty when nothing is left.

    What is too long ends at a whole word where one fits, so that nobody reads half a name.
    """
    plain = _OTHER.sub(" ", unidecode(text.replace("&", "+").replace("€", "EUR")))
    words = _SLASHES.sub("/", plain).strip(" /").split()
    whole = " ".join(words)
    if len(whole) <= length:
        return whole
    cut = whole[: length + 1].rpartition(" ")[0] or whole[:length]
    return cut.rstrip(" /")


def check_id(text: str) -> str:
    """Give an identification back, or ValueError for one that a bank may not carry (35 letters)."""
    if not _ID.fullmatch(text) or text.startswith("/") or text.endswith("/") or "//" in text:
        message = f"a bank may not carry the identification {text!r}"
        raise ValueError(message)
    return text
