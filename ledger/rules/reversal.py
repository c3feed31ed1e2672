"""Reversal: a correction is another entry that names the one it corrects; nothing is edited.

Whatever explained a bank line can be taken back: the line's euros stay at the bank, so they stand
in suspense again and the line waits for its true cause.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ledger.books import accounts
from ledger.books.accounts import SUSPENSE, TRANSIT, public_name
from ledger.books.journal import Entry, Plan, Posting, Tally
from ledger.books.papers import BankLine, Correction, FundOrder, Outstanding, Redemption
from ledger.refusals import CannotCorrect, SamePerson
from ledger.rules.fund import line_arrow
from ledger.rules.redemption import RETURNED
from ledger.rules.split import Part, parts_of

EXPLANATIONS: Final = frozenset(
    {
        "bank-fee",
        "interest",
        "card-settlement",
        "order-seen",
        "redemption-paid",
        "redemption-bounce",
        "recognition",
        "repayment",
        "conversion-return",
        "split",
    }
)
"""Kinds of entry that only ever explain a bank line."""
CORRECTABLE: Final = EXPLANATIONS | {"conversion", "payment", "deposit", "redemption-approval"}

_UNSEEN: Final = {
    ("left", True): "ordered",
    ("done", True): "arrived-first",
    ("arrived-first", False): "ordered",
    ("done", False): "left",
}
"""What an own transfer is again without the line that showed it leaving (True) or arriving."""

_NAMED: Final = {
    "redemption-paid": ("redemption", "redemption"),
    "redemption-bounce": ("bounce", "redemption"),
    "order-seen": ("order", "order"),
    "recognition": ("entry", "recognises"),
}
"""The cause of each kind of explanation that moves a paper on, and the fact that names it."""


def corrected_tally(entry: int) -> str:
    """Name the count that lets an entry be corrected once."""
    return f"corrected:{entry}"


def causes_of(entry: Entry) -> list[Part]:
    """List what an entry explained a bank line by; empty where it moved no paper on."""
    if entry.kind == "split":
        return parts_of(entry.facts)
    if entry.kind not in _NAMED:
        return []
    cause, fact = _NAMED[entry.kind]
    was = str(entry.facts.get("was", "approved"))
    return [Part(cause, str(entry.facts[fact]), 0, was)]


def check_correctable(entry: Entry, *, corrected: int, refunded: int) -> None:
    """Refuse an entry that is not corrected this way (CannotCorrect says why)."""
    if entry.kind not in CORRECTABLE:
        why = f"an entry of kind {entry.kind} is settled by its own operation."
        raise CannotCorrect(entry=entry.number, why=why)
    if "service" in entry.facts:
        why = "what a public service took is refunded there, so that its sheet says so."
        raise CannotCorrect(entry=entry.number, why=why)
    if corrected:
        raise CannotCorrect(entry=entry.number, why="it was corrected already.")
    if refunded:
        raise CannotCorrect(entry=entry.number, why="a part of it was refunded already.")


@dataclass(frozen=True, slots=True)
class Touched:
    """The papers that an entry and its correction are about, as they are now."""

    line: BankLine | None = None
    """The bank line that the entry explains, or that told of it."""
    outstanding: Outstanding | None = None
    """The entry itself, where it was made by hand."""
    recognised: Sequence[Outstanding] = ()
    redemptions: Sequence[Redemption] = ()
    orders: Sequence[FundOrder] = ()


def plan_reversal(  # noqa: PLR0913 - what a reversal touches, each named at the call
    entry: Entry,
    correction: Correction,
    *,
    number: int,
    approver: str,
    alone: bool,
    touched: Touched,
    balances: Mapping[str, int],
) -> Plan:
    """Plan the reversal of an entry: every arrow back, every count given back.

    Euros of a bank line are still at the bank, so they stand in suspense and the line waits for
    its true cause. An entry made by hand is no longer outstanding, one that was recognised is
    again. `number` is that of the new entry, `balances` those of the accounts that the old one
    touched; `alone` says that the terms need no second person.

    Raises SamePerson; CannotCorrect when what it brought is spent or a paper has moved on.
    """
    if correction.proposed_by == approver and not alone:
        raise SamePerson
    line = touched.line
    papers = [*_papers(entry, touched), *_line_waits(entry, line, number)]
    postings = _back(entry, touched)
    _check_unspent(entry, postings, balances)
    back = (Tally(tally.name, -tally.change, tally.limit) for tally in entry.tallies)
    second = None if correction.proposed_by == approver else approver
    done = replace(correction, state="done", approved_by=second, entry=number)
    return Plan(
        kind="correction",
        postings=postings,
        tallies=(*back, Tally(corrected_tally(entry.number), 1, 1)),
        papers=(*papers, done),
        facts={"corrects": entry.number} | ({"line": line.id} if line else {}),
        memo=correction.reason,
        sealed=True,
        answer={
            "id": correction.id,
            "corrects": entry.number,
            "state": done.state,
            "line": line.id if line else None,
            "postings": [posting.shown() for posting in postings],
        },
    )


def _back(entry: Entry, touched: Touched) -> tuple[Posting, ...]:
    """Turn the arrows round; the account that a line moved stays as the bank says it is."""
    line = touched.line
    renamed: dict[str, str] = {}
    if entry.kind == "redemption-approval":
        (redemption,) = touched.redemptions
        renamed[accounts.held(redemption.id)] = accounts.member(redemption.member)
    if line is not None and line.explained_by != entry.number:
        renamed[accounts.bank(line.account)] = SUSPENSE
    postings = []
    for posting in reversed(entry.postings):
        source = renamed.get(posting.target, posting.target)
        target = renamed.get(posting.source, posting.source)
        if source != target:
            postings.append(Posting(source, target, posting.amount, posting.asset))
    if entry.kind == "recognition" and line is not None and not entry.postings:
        # The entry made by hand moved the bank account; now the line does so by itself.
        postings.append(line_arrow(accounts.bank(line.account), line.amount, SUSPENSE))
    return tuple(postings)


def _line_waits(entry: Entry, line: BankLine | None, number: int) -> list[BankLine]:
    """Let the line wait again; the entry that first moved its euros stays the line's."""
    if line is None:
        return []
    told_only = entry.kind == "recognition" and not entry.postings
    waiting = replace(line, state="waiting", cause="suspense", about="", explained_by=None)
    return [replace(waiting, entry=number) if told_only else waiting]


def _papers(entry: Entry, touched: Touched) -> list[object]:
    """Give the next states of the papers that the entry had moved on (CannotCorrect if stuck)."""
    papers: list[object] = []
    if entry.kind == "redemption-approval":
        (redemption,) = touched.redemptions
        papers.append(_moved(entry, redemption, {"approved", "bounced"}, "corrected"))
    outstanding = touched.outstanding
    if outstanding is not None:
        if touched.line is None and outstanding.state == "matched":
            # The bank told of it after the approval was prepared: its euros are at the bank.
            why = "the bank has just told of it; approve once more."
            raise CannotCorrect(entry=entry.number, why=why)
        papers.append(replace(outstanding, state="corrected"))
    for part in causes_of(entry):
        papers += _unexplained(entry, part, touched)
    papers += [
        replace(order, state="cancelled")
        for order in touched.orders
        if order.id == entry.facts.get("cover") and order.state == "ordered"
    ]
    return papers


def _unexplained(entry: Entry, part: Part, touched: Touched) -> list[object]:
    """Give the paper that a cause had moved on, as it was before."""
    redemptions = [r for r in touched.redemptions if r.id == part.id]
    if part.cause == "redemption":
        return [_moved(entry, r, {"paid"}, part.was) for r in redemptions]
    if part.cause == "bounce":
        return [_moved(entry, r, {"bounced"}, "paid") for r in redemptions]
    if part.cause == "order":
        leaving = any(posting.target == TRANSIT for posting in entry.postings)
        return [_unseen(entry, o, leaving=leaving) for o in touched.orders if o.id == part.id]
    again = [o for o in touched.recognised if o.id == part.id and part.cause == "entry"]
    if any(outstanding.state != "matched" for outstanding in again):
        raise CannotCorrect(entry=entry.number, why=f"entry {part.id} was corrected itself.")
    return [replace(outstanding, state="open", line="") for outstanding in again]


def _moved(entry: Entry, redemption: Redemption, states: set[str], to: str) -> Redemption:
    if redemption.state not in states:
        why = f"the redemption {redemption.id} is {redemption.state}."
        raise CannotCorrect(entry=entry.number, why=why)
    # A transfer that came back is sent again only once a person has looked.
    return replace(redemption, state=to, stopped=RETURNED if to == "bounced" else "")


def _unseen(entry: Entry, order: FundOrder, *, leaving: bool) -> FundOrder:
    state = _UNSEEN.get((order.state, leaving))
    if state is None:
        why = f"the fund order {order.id} is {order.state}."
        raise CannotCorrect(entry=entry.number, why=why)
    return replace(order, state=state)


def _check_unspent(
    entry: Entry, postings: tuple[Posting, ...], balances: Mapping[str, int]
) -> None:
    """Refuse to take units out of a wallet that has passed them on (CannotCorrect names it)."""
    for posting in postings:
        wallet = posting.source.startswith(("member:", "gift:"))
        if wallet and balances[posting.source] < posting.amount:
            why = f"{public_name(posting.source)} has spent a part of it."
            raise CannotCorrect(entry=entry.number, why=why)
