"""Passwords: long rather than odd, unlike those that everybody tries, kept as Argon2id.

Verifying one takes a tenth of a second and 64 MiB on purpose, so it is never done under the lock,
two at a time at most, and for an unknown login as for a known one.
"""

from collections.abc import Iterable
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from ledger.refusals import WeakPassword

SHORTEST: Final = 12
LONGEST: Final = 256
_TRIVIAL: Final = 6
"""So few different signs are a pattern, not a password."""

_hasher: Final = PasswordHash((Argon2Hasher(),))
_at_work: Final = BoundedSemaphore(2)


@cache
def _common() -> frozenset[str]:
    """Give the passwords found most often in breaches (some 30 000)."""
    return frozenset(FREQUENCY_LISTS["passwords"])


def check_password(password: str, *, near: Iterable[str]) -> None:
    """Refuse a password that is too short or guessed first; `near` are words of the context.

    No composition is asked for (ASVS 5.0, 6.2.5). Raises WeakPassword.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword
    plain = password.casefold()
    core = plain.strip("0123456789!?.,-_* ")
    words = {word.casefold() for word in near if word}
    if plain in _common() or core in _common() | words | {""}:
        raise WeakPassword
    if len(set(plain)) < _TRIVIAL:
        raise WeakPassword


def password_hash(password: str) -> str:
    """Hash a password for keeping."""
    with _at_work:
        return _hasher.hash(password)


def password_matches(password: str, kept: str | None) -> bool:
    """Say whether a password is the one that was kept; without one, take as long to say no."""
    with _at_work:
        fits = _hasher.verify(password[:LONGEST], kept or _nobodys())
    return fits and kept is not None


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password, and it is only measured against")
