"""The fund: sponsors pay in, own transfers move, and every bank line finds its arrow.

A bank line is a fact: its euros moved, whatever we think of it. So its arrow always exists, from
or to the account that explains it, or `suspense` until somebody does. Once explained, the second
arrow leaves from suspense instead of the bank: that is what `place` stands for in all these rules.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ledger.books import accounts
from ledger.books.accounts import BANK_FEES, INTEREST, SUSPENSE, TRANSIT, Fund, receivable
from ledger.books.journal import Json, Plan, Posting
from ledger.books.papers import BankAccount, BankLine, FundOrder, Sponsor
from ledger.money import EUR, format_minor
from ledger.refusals import LineDoesNotFit, NotInState


def plan_deposit(sponsor: Sponsor, *, euros: int, place: str) -> Plan:
    """Plan what a sponsor pays in: euros on our account, which are the sponsor's until spent."""
    arrow = Posting(accounts.sponsor(sponsor.id), place, euros, EUR)
    return Plan(
        kind="deposit",
        postings=(arrow,),
        facts={"sponsor": sponsor.id},
        answer={
            "sponsor": sponsor.id,
            "euros": format_minor(euros, EUR.scale),
            "postings": [arrow.shown()],
        },
    )


def line_arrow(place: str, amount: int, other: str) -> Posting:
    """Draw a bank line's arrow: in from `other` when positive, out to it when negative (cents)."""
    if amount > 0:
        return Posting(other, place, amount, EUR)
    return Posting(place, other, -amount, EUR)


def plan_unexplained(line: BankLine, account: BankAccount) -> Plan:
    """Plan a line that nobody has explained yet: its euros stand in suspense, out of income."""
    return _line_plan("suspense", line, line_arrow(account.account, line.amount, SUSPENSE))


def plan_bank_fee(line: BankLine, place: str) -> Plan:
    """Plan a fee that the bank took (or gave back)."""
    return _line_plan("bank-fee", line, line_arrow(place, line.amount, BANK_FEES))


def plan_repayment(member: str, line: BankLine, place: str) -> Plan:
    """Plan what a member brings of what it owes; raises LineDoesNotFit for money that left."""
    if line.amount < 0:
        raise LineDoesNotFit(id=line.id, why="a claim is paid by money that comes in.")
    plan = _line_plan("repayment", line, line_arrow(place, line.amount, receivable(member)))
    return replace(plan, facts={**plan.facts, "member": member})


_COVERS: Final = "covers line "


def cover_reason(line: str) -> str:
    """Say the reason of the transfer that makes good what a bank line took out of a fund."""
    return f"{_COVERS}{line}"


def is_cover(reason: str) -> bool:
    """Say whether a transfer makes a bank line good, which is ordered once."""
    return reason.startswith(_COVERS)


def covered(plan: Plan, order: FundOrder | None) -> Plan:
    """Ask for the euros that a plan takes from a fund: a transfer from operating, if there is one.

    Only a promise, like every order: coverage shows the shortfall until the bank shows the euros.
    """
    if order is None:
        return plan
    return replace(
        plan,
        papers=(*plan.papers, order),
        facts={**plan.facts, "cover": order.id},
        answer={**plan.answer, "cover": shown_order(order)},
    )


def plan_interest(line: BankLine, place: str) -> Plan:
    """Plan interest that the bank paid; raises LineDoesNotFit for money that left."""
    if line.amount < 0:
        raise LineDoesNotFit(id=line.id, why="interest comes in, this line went out.")
    return _line_plan("interest", line, line_arrow(place, line.amount, INTEREST))


def plan_known(line: BankLine, account: BankAccount, place: str) -> Plan:
    """Plan the recognition of an entry made by hand before the bank told of it.

    A line still unbooked needs no arrow, only the entry that says who recognised it; one in
    suspense leaves it, because the entry had moved the bank account already.
    """
    if place != SUSPENSE:
        return Plan(kind="recognition", sealed=True, answer={"line": line.id, "postings": []})
    return _line_plan("recognition", line, line_arrow(SUSPENSE, line.amount, account.account))


def plan_card_settlement(line: BankLine, place: str) -> Plan:
    """Plan what the card company pays out of the card payments on their way (or takes back)."""
    return _line_plan("card-settlement", line, line_arrow(place, line.amount, TRANSIT))


def plan_order(order: FundOrder) -> Plan:
    """Plan a transfer between own accounts: only a promise until the bank shows it.

    Cash is different: it leaves the till with whoever carries it to the bank.
    """
    if not order.source.startswith("till:"):
        return Plan(kind="order", papers=(order,), answer=shown_order(order))
    carried = replace(order, state="left")
    arrow = Posting(order.source, TRANSIT, order.euros, EUR)
    return Plan(
        kind="order",
        postings=(arrow,),
        papers=(carried,),
        facts={"order": order.id},
        answer={**shown_order(carried), "postings": [arrow.shown()]},
    )


def plan_order_seen(order: FundOrder, line: BankLine, account: BankAccount, place: str) -> Plan:
    """Plan one leg of an own transfer seen at the bank: out to transit, or in from it.

    The legs may come in either order. Raises LineDoesNotFit for another account or amount,
    NotInState when that leg was seen already.
    """
    leaving = line.amount < 0
    expected = order.source if leaving else order.target
    if account.account != expected:
        why = f"the order moves euros from {order.source} to {order.target}."
        raise LineDoesNotFit(id=line.id, why=why)
    if abs(line.amount) != order.euros:
        why = f"the order is of {format_minor(order.euros, EUR.scale)} EUR."
        raise LineDoesNotFit(id=line.id, why=why)
    seen_first, seen_last = ("left", "arrived-first") if leaving else ("arrived-first", "left")
    if order.state not in {"ordered", seen_last}:
        raise NotInState(
            what="fund order", id=order.id, state=order.state, needed=f"ordered / {seen_last}"
        )
    state = seen_first if order.state == "ordered" else "done"
    moved = _line_plan("order-seen", line, line_arrow(place, line.amount, TRANSIT))
    return replace(
        moved,
        papers=(replace(order, state=state),),
        facts={**moved.facts, "order": order.id},
    )


def shown_order(order: FundOrder) -> dict[str, Json]:
    """Show a fund order as the outside reads it."""
    return {
        "id": order.id,
        "source": order.source,
        "target": order.target,
        "euros": format_minor(order.euros, EUR.scale),
        "reason": order.reason,
        "reference": order.reference,
        "state": order.state,
    }


def funds_of(accounts_: Mapping[str, BankAccount]) -> list[Fund]:
    """List the funds that bank accounts are kept for, digital and paper first of all issuers."""
    funds = {
        Fund(account.medium, account.issuer)
        for account in accounts_.values()
        if account.medium != "operating"
    }
    return sorted(funds, key=lambda fund: (fund.issuer, fund.medium))


def _line_plan(kind: str, line: BankLine, arrow: Posting) -> Plan:
    return Plan(
        kind=kind,
        postings=(arrow,),
        facts={"line": line.id, "account": line.account},
        answer={"line": line.id, "postings": [arrow.shown()]},
    )
