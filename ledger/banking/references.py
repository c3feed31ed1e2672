"""References that people copy by hand: RF creditor references (ISO 11649) and IBANs.

An RF reference is `RF`, two check digits and up to 21 letters and digits. Each member, redemption
and order has its own; a payer types it into the text of a transfer, in one piece or in groups of
four, and the bank may change its case. The check digits catch a slip of the hand.
"""

import re
from collections.abc import Iterator
from typing import Final

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.iso7064 import mod_97_10

MAX_BODY: Final = 21
"""Longest body of an RF reference, check digits apart."""

_MIN_SUSPECT: Final = 8
"""Shortest text reported as a broken reference: RF12 alone may be a room or a flight."""

_BODY: Final = re.compile(rf"[A-Z0-9]{{1,{MAX_BODY}}}", re.ASCII)
_WHOLE: Final = re.compile(rf"RF[0-9]{{2}}[A-Z0-9]{{1,{MAX_BODY}}}", re.ASCII)
_START: Final = re.compile(r"(?<![A-Za-z0-9])RF[0-9]{2}", re.ASCII | re.IGNORECASE)
_WORD: Final = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_GROUP: Final = re.compile(r"[ \u00a0]([A-Za-z0-9]{1,4})(?![A-Za-z0-9])", re.ASCII)
_GROUP_SIZE: Final = 4


def make_reference(seed: str) -> str:
    """Make the RF reference of a seed of 1 to 21 ASCII letters and digits; ValueError otherwise.

    The same seed always gives the same reference, in capitals.
    """
    body = seed.upper() if seed.isascii() else ""
    if _BODY.fullmatch(body) is None:
        message = f"a reference is made of 1 to {MAX_BODY} ASCII letters and digits"
        raise ValueError(message)
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def message_id(currency: str, file: str) -> str:
    """Give the MsgId of a payment file of ours, at most 29 letters: the bank's answers name it."""
    return f"{currency[:12]}-{file[:16]}".upper()


def is_reference(text: str) -> bool:
    """Tell whether a text is one RF reference; spaces and lower case are allowed."""
    compact = _compact(text)
    return _WHOLE.fullmatch(compact) is not None and mod_97_10.is_valid(compact[4:] + compact[:4])


def end_to_end_id(reference: str) -> str:
    """Give the EndToEndId of a payment or collection that we order: its own RF reference.

    Banks hand it through unchanged, back too when the money comes back; and where one arrives only
    in a free text, it is found there like any other reference. At most 25 letters and digits.
    Raises ValueError for what is no RF reference.
    """
    if not is_reference(reference):
        message = f"{reference!r} is no RF reference"
        raise ValueError(message)
    return _compact(reference)


def find_references(text: str) -> tuple[str, ...]:
    """Find the valid RF references in a free text, in capitals and without spaces, once each.

    Where the word after a reference in groups could also be its last group, and both readings are
    valid, both are returned, the longer first: only one of them was ever issued.
    """
    found = [
        reading for readings in _readings(text) for reading in readings if is_reference(reading)
    ]
    return tuple(dict.fromkeys(found))


def find_broken_references(text: str) -> tuple[str, ...]:
    """Find what looks like an RF reference but fails its check digits: most likely a typing slip.

    What was read is returned in capitals and without spaces, in its longest reading.
    """
    broken = [
        readings[0]
        for readings in _readings(text)
        if len(readings[0]) >= _MIN_SUSPECT
        and not any(is_reference(reading) for reading in readings)
    ]
    return tuple(dict.fromkeys(broken))


def normalise_iban(text: str) -> str:
    """Write an IBAN in capitals without spaces, without judging it."""
    return _compact(text)


def is_iban(text: str) -> bool:
    """Tell whether a text is a valid IBAN: length, check digits, and the key of a French RIB."""
    try:
        IBAN(_compact(text), validate_bban=True)
    except SchwiftyException:
        return False
    return True


def mask_iban(text: str) -> str:
    """Show only the last four characters, for messages and logs."""
    return "…" + _compact(text)[-4:]


def _readings(text: str) -> Iterator[tuple[str, ...]]:
    """Yield, for each place that starts like a reference, how it can be read, longest first."""
    for start in _START.finditer(text):
        word = _WORD.match(text, start.start())
        glued = word[0] if word else ""
        if len(glued) > _GROUP_SIZE:
            if len(glued) <= _GROUP_SIZE + MAX_BODY:
                yield (glued.upper(),)
            continue
        readings, position = [glued], start.end()
        while len(readings[-1]) % _GROUP_SIZE == 0:
            group = _GROUP.match(text, position)
            if group is None or len(readings[-1] + group[1]) > _GROUP_SIZE + MAX_BODY:
                break
            readings.append(readings[-1] + group[1])
            position = group.end()
        yield tuple(reading.upper() for reading in reversed(readings))


def _compact(text: str) -> str:
    return "".join(text.split()).upper()
