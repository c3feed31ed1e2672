"""Money out: what is due goes to the bank in one file, and the bank says what became of it.

A payment is in at most one live file: the plan that makes the file marks each paper in it, in the
same entry. Nothing moves in the books before the bank's own line shows that the euros left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from ledger.books.journal import Json, Plan
from ledger.books.papers import FundOrder, PaymentFile, Redemption
from ledger.books.standing import Collection
from ledger.money import EUR, format_minor
from ledger.refusals import NotInState, SamePerson

REDEMPTIONS: Final = "redemptions"
ORDERS: Final = "orders"
COLLECTIONS: Final = "collections"
KINDS: Final = (REDEMPTIONS, ORDERS, COLLECTIONS)

DRAFTED: Final = "drafted"
LIVE: Final = "live"
REFUSED: Final = "refused"
CANCELLED: Final = "cancelled"

REJECTED: Final = "RJCT"
ACCEPTED: Final = frozenset({"ACCP", "ACSP", "ACSC", "ACWC", "ACWP", "ACCC", "PART"})
"""What the bank says once it has taken a file, or a part of it, for execution."""

Outgoing: TypeAlias = Redemption | FundOrder
Payable: TypeAlias = Outgoing | Collection
Answer: TypeAlias = tuple[str, str]
"""A status code of the bank and its reason code, which may be empty."""


def is_due(paper: Payable) -> bool:
    """Say whether a paper waits for its transfer or debit, and is in no live file."""
    if isinstance(paper, Redemption):
        return paper.state in {"approved", "bounced"} and paper.euros > 0
    if isinstance(paper, Collection):
        return paper.state == "due" and not paper.stopped
    return paper.state == "ordered" and not paper.file


def is_sent(paper: Payable, file: str) -> bool:
    """Say whether a paper is on its way in this file, and no bank line has shown it yet."""
    return paper.file == file and paper.state == _on_its_way(paper)


def _on_its_way(paper: Payable) -> str:
    return "ordered" if isinstance(paper, FundOrder) else "sent"


def plan_file(file: PaymentFile, papers: Sequence[Payable]) -> Plan:
    """Plan a file of these papers, each due: all of them are in it, or there is no file."""
    sent = [replace(paper, state=_on_its_way(paper), file=file.id) for paper in papers]
    return _plan("payment-file", file, sent)


def plan_release(file: PaymentFile, *, person: str) -> Plan:
    """Plan that a drafted file may go to the bank: another person has looked at it."""
    _must_be(file, DRAFTED)
    if person == file.made_by:
        raise SamePerson
    return _plan("payment-file-release", replace(file, state=LIVE, released_by=person), ())


def plan_cancel(file: PaymentFile, papers: Sequence[Payable], *, person: str, reason: str) -> Plan:
    """Plan that a file never reaches the bank: what was in it is due again.

    Whoever made a file that could have been sent does not say alone that it was not: SamePerson.
    NotInState once the bank has taken it, or has shown one of its payments.
    """
    _must_be(file, DRAFTED, LIVE)
    if file.state == LIVE and person == file.made_by:
        raise SamePerson
    if file.status in ACCEPTED or not all(is_sent(paper, file.id) for paper in papers):
        raise NotInState(what="payment file", id=file.id, state="executed", needed=LIVE)
    freed = [_freed(paper, "") for paper in papers]
    cancelled = replace(file, state=CANCELLED, reason=reason)
    return _plan("payment-file-cancel", cancelled, freed)


def plan_heard(
    file: PaymentFile, papers: Sequence[Payable], *, whole: Answer, single: Mapping[str, Answer]
) -> Plan:
    """Plan what the bank answers to a file: `whole` of it, and `single` payments by reference.

    A payment that is refused is owed as before, and waits until a person lets it go again. What a
    bank line has shown already stays. Hearing the same again changes nothing and leaves no entry.
    """
    stopped: list[Payable] = []
    for paper in papers:
        status, reason = single.get(paper.reference, whole)
        if status == REJECTED and is_sent(paper, file.id):
            stopped.append(_freed(paper, reason or REJECTED))
    status, reason = whole
    heard = replace(file, status=status or file.status, reason=reason or file.reason)
    if stopped and len(stopped) == sum(is_sent(paper, file.id) for paper in papers):
        rest = any(paper.file == file.id and not is_sent(paper, file.id) for paper in papers)
        heard = replace(heard, state=heard.state if rest else REFUSED)
    plan = _plan("payment-file-answer", heard, stopped)
    return plan if stopped or heard != file else replace(plan, papers=(), sealed=False)


def plan_collection_again(collection: Collection) -> Plan:
    """Plan that a debit which the bank refused may be ordered once more."""
    if not (collection.state == "due" and collection.stopped):
        raise NotInState(
            what="collection", id=collection.id, state=collection.state, needed=REFUSED
        )
    return Plan(
        kind="collection-again",
        papers=(replace(collection, stopped=""),),
        facts={"collection": collection.id},
        sealed=True,
        answer={"id": collection.id},
    )


def plan_order_again(order: FundOrder) -> Plan:
    """Plan that a transfer between own accounts, which the bank refused, may go out once more."""
    if not (is_due(order) and order.stopped):
        raise NotInState(what="fund order", id=order.id, state=order.state, needed=REFUSED)
    return Plan(
        kind="order-again",
        papers=(replace(order, stopped=""),),
        facts={"order": order.id},
        sealed=True,
        answer={"id": order.id},
    )


def shown(file: PaymentFile) -> dict[str, Json]:
    """Show a file as the outside reads it, without the people in it."""
    return {
        "id": file.id,
        "kind": file.kind,
        "account": file.account,
        "format": file.format,
        "message_id": file.message_id,
        "payments": file.payments,
        "euros": format_minor(file.euros, EUR.scale),
        "execute_on": file.execute_on.isoformat(),
        "content_hash": file.content_hash,
        "made_by": file.made_by,
        "released_by": file.released_by,
        "state": file.state,
        "status": file.status or None,
        "reason": file.reason or None,
    }


def _freed(paper: Payable, stopped: str) -> Payable:
    if isinstance(paper, Redemption):
        return replace(paper, state="approved", file="", stopped=stopped)
    if isinstance(paper, Collection):
        return replace(paper, state="due", file="", stopped=stopped)
    return replace(paper, file="", stopped=stopped)


def _must_be(file: PaymentFile, *states: str) -> None:
    if file.state not in states:
        raise NotInState(
            what="payment file", id=file.id, state=file.state, needed=" / ".join(states)
        )


def _plan(kind: str, file: PaymentFile, papers: Sequence[Payable]) -> Plan:
    return Plan(
        kind=kind,
        papers=(*papers, file),
        facts={
            "file": file.id,
            "account": file.account,
            "payments": file.payments,
            "euros": file.euros,
            "content": file.content_hash,
            "changed": " ".join(paper.id for paper in papers),
        },
        sealed=True,
        answer={**shown(file), "changed": [paper.id for paper in papers]},
    )
