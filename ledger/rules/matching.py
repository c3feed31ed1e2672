"""Matching: what a bank line may be, rung by rung of a ladder, each proposal with its reason.

Certain is what our own reference says (in a text, a structured field or as an end-to-end id), an
own transfer between our own accounts, and what IBAN, amount and days together leave no doubt of:
an entry made by hand, a redemption that is due. Everything else a person confirms. Two certain
causes make none certain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from ledger.books.accounts import bank
from ledger.books.context import town_day
from ledger.books.disbursements import Run
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
from ledger.rules.reasons import REASONS
from ledger.rules.split import Part, parts_told

HAND_WINDOW: Final = timedelta(days=10)
"""How far apart an entry made by hand and its bank line may lie."""
ORDER_WINDOW: Final = timedelta(days=45)
"""How long after its order an own transfer is recognised without its reference."""
BOUNCE_WINDOW: Final = timedelta(days=60)
"""How long after the request a transfer without its reference may come back."""
RETURN_WINDOW: Final = timedelta(days=427)
"""How long a direct debit may come back: thirteen months for one that nobody authorised."""
DUE: Final = frozenset({"approved", "sent", "bounced"})

_LEG_SEEN: Final = {True: ("ordered", "left"), False: ("ordered", "arrived-first")}
"""The states in which a transfer can still arrive (True) or leave (False)."""
_FEE_WORDS: Final = ("frais", "commission", "cotisation", "tenue de compte", "abonnement", "fee")
_RANKS: Final = {reason: rank for rank, reason in enumerate(REASONS)}
_INTEREST_WORDS: Final = ("interet", "intérêt", "interest")


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a line could be about: looked up by its references, its IBAN and its text."""

    members: Sequence[Member] = ()
    sponsors: Sequence[Sponsor] = ()
    redemptions: Sequence[Redemption] = ()
    orders: Sequence[FundOrder] = ()
    collections: Sequence[Collection] = ()
    runs: Sequence[Run] = ()
    identities: Sequence[Identity] = ()
    """Of those who gave the line's IBAN."""
    outstanding: Sequence[Outstanding] = ()
    transfers: Sequence[FundOrder] = ()
    """Every own transfer that has not been seen on both sides."""
    own: Mapping[str, str] = field(default_factory=dict)
    """The slugs of our bank accounts by IBAN."""
    theirs: Sequence[Redemption] = ()
    """Redemptions of those who gave the line's IBAN."""
    past: Sequence[BankLine] = ()
    """Lines that became units of the same member or IBAN and were not returned."""
    claims: Mapping[str, int] = field(default_factory=dict)
    """What members owe after a return: euro cents."""
    remembered: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How often lines of the same IBAN had a cause and what it named."""
    named: Sequence[tuple[str, str]] = ()
    """Causes and ids in the order in which the text names them."""
    sent: Sequence[Redemption] = ()
    """Every redemption whose transfer is at the bank."""
    broken_references: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """One explanation: the cause, what it names, why we think so, and whether that is certain."""

    cause: str
    """One of the causes of a line, or split."""
    id: str
    reason: str
    """A key of the sentences in `REASONS`."""
    exact: bool = False
    seen: int = 0
    """How often it was so before."""
    parts: tuple[Part, ...] = ()
    """What a split is made of."""


def why(proposal: Proposal, language: str) -> str:
    """Say the reason of a proposal in a language (en, else French)."""
    sentence = REASONS[proposal.reason][language == "en"]
    return sentence.format(id=proposal.id, seen=proposal.seen)


def propose(line: BankLine, candidates: Candidates) -> list[Proposal]:
    """List what a line may be, the most certain first; several exact ones make none exact."""
    found = [
        *_by_reference(line, candidates),
        *_by_transfer(line, candidates),
        *_by_hand(line, candidates),
        *_by_payee(line, candidates),
        *_by_return(line, candidates),
    ]
    if sum(proposal.exact for proposal in found) != 1:
        found += [
            *_by_claim(line, candidates),
            *_by_parts(line, candidates),
            *_by_iban(line, candidates),
            *_by_memory(line, candidates),
        ]
        found += _by_words(line) if not found else []
    return _ranked(found)


def _ranked(found: Sequence[Proposal]) -> list[Proposal]:
    """Name each cause once, by its best reason, and let two certain ones make none certain."""
    best: dict[tuple[str, str, tuple[Part, ...]], Proposal] = {}
    for each in sorted(found, key=_rank):
        best.setdefault((each.cause, each.id, each.parts), each)
    if sum(proposal.exact for proposal in best.values()) > 1:
        return sorted((replace(each, exact=False) for each in best.values()), key=_rank)
    return list(best.values())


def _rank(proposal: Proposal) -> tuple[bool, int]:
    return not proposal.exact, _RANKS[proposal.reason]


def _by_reference(line: BankLine, candidates: Candidates) -> list[Proposal]:
    found: list[Proposal] = []
    came_in = line.amount > 0
    if came_in:
        for member in candidates.members:
            known = [e for e in candidates.outstanding if _same(line, e) and e.member == member.id]
            if known:
                found.append(Proposal("entry", str(known[0].number), "hand-entry", exact=True))
            else:
                # Whoever owes euros may be paying them back; a person must ask.
                exact = member.status == "active" and not candidates.claims.get(member.id)
                found.append(Proposal("conversion", member.id, "reference", exact=exact))
        # A deposit by hand names no sponsor: one of this amount may be the same euros.
        by_hand = any(_same(line, e) and not e.member for e in candidates.outstanding)
        found += [
            Proposal("deposit", s.id, "reference", exact=not by_hand) for s in candidates.sponsors
        ]
    for redemption in candidates.redemptions:
        cause = "bounce" if came_in else "redemption"
        fits = redemption.state == "paid" if came_in else redemption.state in DUE
        if abs(line.amount) == redemption.euros and fits:
            found.append(Proposal(cause, redemption.id, "reference", exact=True))
        else:
            found.append(Proposal(cause, redemption.id, "amount-differs"))
    for order in candidates.orders:
        fits = bank(line.account) == (order.target if came_in else order.source)
        if fits and abs(line.amount) == order.euros and order.state in _LEG_SEEN[came_in]:
            found.append(Proposal("order", order.id, "reference", exact=True))
        else:
            found.append(Proposal("order", order.id, "amount-differs"))
    if came_in:
        found += [_of_collection(line, each) for each in candidates.collections]
        # Whatever the amount, the euros are this authority's: too few wait, too many are left over.
        found += [
            Proposal("disbursement", run.id, "reference", exact=run.state == "awaiting")
            for run in candidates.runs
        ]
    return found


def _of_collection(line: BankLine, collection: Collection) -> Proposal:
    if line.amount == collection.euros and collection.state == "sent":
        return Proposal("collection", collection.id, "reference", exact=True)
    return Proposal("collection", collection.id, "amount-differs")


def _by_transfer(line: BankLine, candidates: Candidates) -> list[Proposal]:
    """Recognise a transfer between our own accounts that bears no reference."""
    if candidates.orders:
        return []
    came_in = line.amount > 0
    found = []
    for order in sorted(candidates.transfers, key=lambda order: order.ordered_at):
        here, there = (order.target, order.source) if came_in else (order.source, order.target)
        late = line.booked_on - town_day(order.ordered_at)
        if (
            here != bank(line.account)
            or abs(line.amount) != order.euros
            or order.state not in _LEG_SEEN[came_in]
            or not -timedelta(days=1) <= late <= ORDER_WINDOW
        ):
            continue
        other = candidates.own.get(line.iban)
        if other and there == bank(other):
            # Two alike are the same transfer twice: the earlier one is seen first.
            return [Proposal("order", order.id, "own-iban", exact=True)]
        if not line.iban:
            found.append(Proposal("order", order.id, "own-amount"))
    other = candidates.own.get(line.iban, line.account)
    if other != line.account and not found:
        found.append(Proposal("transfer", other, "own-unordered"))
    return found


def _by_hand(line: BankLine, candidates: Candidates) -> list[Proposal]:
    named = {member.id for member in candidates.members}
    holders = {identity.id for identity in candidates.identities}
    alike = [e for e in candidates.outstanding if _same(line, e) and e.member not in named]
    sure = [
        Proposal("entry", e.id, "hand-entry-iban", exact=True) for e in alike if e.member in holders
    ]
    # Two of one person are the same twice: the earlier one is recognised first.
    return sure[:1] or [Proposal("entry", e.id, "hand-entry") for e in alike]


def _by_payee(line: BankLine, candidates: Candidates) -> list[Proposal]:
    """Recognise a redemption by its payee and amount: on its way out, or coming back."""
    named = {redemption.id for redemption in candidates.redemptions}
    alike = sorted(
        (r for r in candidates.theirs if r.euros == abs(line.amount) and r.id not in named),
        key=lambda redemption: redemption.requested_at,
    )
    if line.amount < 0:
        due = [
            Proposal("redemption", r.id, "payee-iban", exact=True) for r in alike if r.state in DUE
        ]
        return due[:1]
    back = [
        Proposal("bounce", r.id, "payee-iban", exact=True)
        for r in alike
        if r.state == "paid" and line.booked_on - town_day(r.requested_at) <= BOUNCE_WINDOW
    ]
    return back[:1] if line.returned else []


def _by_return(line: BankLine, candidates: Candidates) -> list[Proposal]:
    """Recognise what the bank takes back of what became units, the latest first.

    An end-to-end id tells the payments of one member apart, where both lines bear it.
    """
    fits = [
        earlier
        for earlier in candidates.past
        if earlier.amount == -line.amount
        and timedelta(0) <= line.booked_on - earlier.booked_on <= RETURN_WINDOW
    ]
    alike = [e for e in fits if set(e.references) & set(line.references)] or fits
    exact = bool(line.returned) and len(alike) == 1
    return [
        Proposal(
            "return",
            str(earlier.explained_by or earlier.entry),
            "returned" if line.returned else "taken-back",
            exact=exact,
        )
        for earlier in sorted(alike, key=lambda e: e.booked_on, reverse=True)
    ]


def _by_claim(line: BankLine, candidates: Candidates) -> list[Proposal]:
    who = [*(m.id for m in candidates.members), *(i.id for i in candidates.identities)]
    return [
        Proposal("repayment", id_, "claim")
        for id_ in dict.fromkeys(who)
        if candidates.claims.get(id_, 0) == line.amount
    ]


def _by_parts(line: BankLine, candidates: Candidates) -> list[Proposal]:
    """Take a line apart where its text, its references or what was sent make its amount."""
    found = []
    told = parts_told(line.amount, line.text, candidates.named)
    if told:
        found.append(Proposal("split", "", "split-text", parts=told))
    for reason, redemptions in (
        ("split-references", candidates.redemptions),
        ("split-sent", candidates.sent),
    ):
        several = len(redemptions) > 1 and all(r.state in DUE for r in redemptions)
        if several and sum(r.euros for r in redemptions) == -line.amount:
            parts = tuple(Part("redemption", r.id, -r.euros) for r in redemptions)
            found.append(Proposal("split", "", reason, parts=parts))
    return found


def _by_iban(line: BankLine, candidates: Candidates) -> list[Proposal]:
    if line.amount < 0 or line.returned:
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


def _by_memory(line: BankLine, candidates: Candidates) -> list[Proposal]:
    """Propose what a person said of lines of the same IBAN, the most frequent first."""
    if line.returned:
        return []
    often = sorted(candidates.remembered.items(), key=lambda item: -item[1])
    return [
        Proposal(cause, id_, "remembered" if id_ else "remembered-cause", seen=seen)
        for (cause, id_), seen in often
    ]


def _by_words(line: BankLine) -> list[Proposal]:
    text = line.text.casefold()
    if line.amount > 0:
        interest = any(word in text for word in _INTEREST_WORDS)
        return [Proposal("interest", "", "interest-words")] if interest else []
    if any(word in text for word in _FEE_WORDS):
        return [Proposal("bank-fee", "", "fee-words")]
    nobody = not (line.iban or line.counterparty or line.references)
    return [Proposal("bank-fee", "", "no-payee")] if nobody else []


def _same(line: BankLine, entry: Outstanding) -> bool:
    return entry.amount == line.amount and abs(line.booked_on - entry.day) <= HAND_WINDOW


def _folded(name: str) -> str:
    return " ".join(sorted(name.casefold().split()))
