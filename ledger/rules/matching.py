"""Matching: what a bank line may be, in order of certainty, each with its reason.

Our own structured reference decides alone. An IBAN and name that a member gave, an entry made by
hand, or a reference with a wrong digit are proposals that a person confirms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ledger.books.accounts import bank
from ledger.books.papers import (
    BankLine,
    FundOrder,
    Identity,
    Member,
    Outstanding,
    Redemption,
    Sponsor,
)
from ledger.books.standing import Collection

HAND_WINDOW: Final = timedelta(days=10)
"""How far apart an entry made by hand and its bank line may lie."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a line could be about: looked up by its references and its IBAN."""

    members: Sequence[Member] = ()
    sponsors: Sequence[Sponsor] = ()
    redemptions: Sequence[Redemption] = ()
    orders: Sequence[FundOrder] = ()
    collections: Sequence[Collection] = ()
    identities: Sequence[Identity] = ()
    outstanding: Sequence[Outstanding] = ()
    broken_references: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """One explanation: the cause, what it names, why we think so, and whether that is certain."""

    cause: str
    """conversion, deposit, redemption, bounce, order, entry, bank-fee or interest."""
    id: str
    reason: str
    """A key of the sentences in `REASONS`."""
    exact: bool = False


REASONS: Final = {
    "reference": "it carries the reference of {id}",
    "hand-entry": "entry {id}, made by hand, moved the same amount at the same time",
    "amount-differs": "it carries the reference of {id}, but the amount differs",
    "iban": "the IBAN is the one that {id} gave",
    "iban-name": "the IBAN and the name are those of {id}",
    "iban-broken-reference": "the IBAN is that of {id}; the reference has a wrong digit",
}


def propose(line: BankLine, candidates: Candidates) -> list[Proposal]:
    """List what a line may be, the most certain first; several exact ones make none exact."""
    found = _by_reference(line, candidates) + _by_hand(line, candidates)
    if not any(proposal.exact for proposal in found):
        found += _by_iban(line, candidates)
    exact = [proposal for proposal in found if proposal.exact]
    if len(exact) > 1:
        found = [Proposal(p.cause, p.id, p.reason) for p in found]
    return sorted(found, key=lambda proposal: not proposal.exact)


def _by_reference(line: BankLine, candidates: Candidates) -> list[Proposal]:
    found: list[Proposal] = []
    came_in = line.amount > 0
    if came_in:
        for member in candidates.members:
            known = [e for e in candidates.outstanding if _same(line, e) and e.member == member.id]
            if known:
                found.append(Proposal("entry", str(known[0].number), "hand-entry", exact=True))
            else:
                exact = member.status == "active"
                found.append(Proposal("conversion", member.id, "reference", exact=exact))
        # A deposit by hand names no sponsor: one of this amount may be the same euros.
        by_hand = any(_same(line, e) and not e.member for e in candidates.outstanding)
        found += [
            Proposal("deposit", s.id, "reference", exact=not by_hand) for s in candidates.sponsors
        ]
    for redemption in candidates.redemptions:
        cause = "bounce" if came_in else "redemption"
        fits = redemption.state == "paid" if came_in else redemption.state != "paid"
        if abs(line.amount) == redemption.euros and fits:
            found.append(Proposal(cause, redemption.id, "reference", exact=True))
        else:
            found.append(Proposal(cause, redemption.id, "amount-differs"))
    found += [_of_collection(line, each) for each in candidates.collections]
    for order in candidates.orders:
        fits = bank(line.account) == (order.target if came_in else order.source)
        if fits and abs(line.amount) == order.euros:
            found.append(Proposal("order", order.id, "reference", exact=True))
        else:
            found.append(Proposal("order", order.id, "amount-differs"))
    return found


def _of_collection(line: BankLine, collection: Collection) -> Proposal:
    if line.amount == collection.euros and collection.state == "sent":
        return Proposal("collection", collection.id, "reference", exact=True)
    return Proposal("collection", collection.id, "amount-differs")


def _by_hand(line: BankLine, candidates: Candidates) -> list[Proposal]:
    named = {member.id for member in candidates.members}
    return [
        Proposal("entry", str(entry.number), "hand-entry")
        for entry in candidates.outstanding
        if _same(line, entry) and entry.member not in named
    ]


def _by_iban(line: BankLine, candidates: Candidates) -> list[Proposal]:
    if line.amount < 0:
        return []
    found = []
    for identity in candidates.identities:
        if candidates.broken_references:
            reason = "iban-broken-reference"
        elif _folded(identity.name) and _folded(identity.name) == _folded(line.counterparty):
            reason = "iban-name"
        else:
            reason = "iban"
        found.append(Proposal("conversion", identity.id, reason))
    return found


def _same(line: BankLine, entry: Outstanding) -> bool:
    return entry.amount == line.amount and abs(line.booked_on - entry.day) <= HAND_WINDOW


def _folded(name: str) -> str:
    return " ".join(sorted(name.casefold().split()))
