"""Who was turned away, and from where people came: pseudonyms, and addresses that are sealed.

An address is personal data, so it is no part of an entry: an *origin* is known there by its id, as
a person is, and the address lies sealed beside the chain. A *denial* counts what the same somebody
was refused in an hour.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from ledger.books.context import GUEST

PLACES_OF_GUESTS: Final = 16
"""Into so many counts the refusals of people whom nobody knows are shared out by address."""


@dataclass(frozen=True, slots=True)
class Origin:
    """From where somebody came: at a sign-in, or when last refused."""

    id: str
    """Random, or of a denial the denial's; what entries name."""
    month: str
    """`2026-11`: a month's addresses have a key of their own, and are forgotten with it."""
    at: datetime
    address: str = ""


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose request it was, by pseudonyms."""

    actor: str
    person: str
    role: str
    holder: str


NOBODY: Final = Asker(GUEST, "", GUEST, "")


@dataclass(frozen=True, slots=True)
class Denial:
    """How often somebody was refused the same in an hour."""

    id: str
    """Also its origin's, see `denied`."""
    hour: datetime
    slug: str
    """The refusal's."""
    route: str
    """Method and address with its placeholders, never what stood in them; empty of a guest."""
    actor: str
    """The credential or grant; guest for somebody at the door."""
    person: str
    role: str
    holder: str
    first_at: datetime
    last_at: datetime
    count: int


def denied(slug: str, route: str, asker: Asker, address: str, at: datetime) -> Denial:
    """Count one refusal. Guests share few counts, so that no crowd of addresses fills the books."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    place = ""
    if asker.actor == GUEST:
        route, place = "", str(sha256(address.encode()).digest()[0] % PLACES_OF_GUESTS)
    said = f"{hour.isoformat()}\n{slug}\n{route}\n{asker.actor}\n{place}"
    return Denial(
        id=f"d{sha256(said.encode()).hexdigest()[:24]}",
        hour=hour,
        slug=slug,
        route=route,
        actor=asker.actor,
        person=asker.person,
        role=asker.role,
        holder=asker.holder,
        first_at=at,
        last_at=at,
        count=1,
    )


def month_of(at: datetime) -> str:
    """Name the month whose key seals an address."""
    return at.strftime("%Y-%m")
