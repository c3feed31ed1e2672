"""Donations: one person proposes who gets what, another approves, and each share is paid."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.books import accounts
from ledger.books.accounts import DONATIONS_OWED, Fund
from ledger.books.context import Context
from ledger.books.donations import WAYS, Distribution, DonationShare
from ledger.books.journal import Json, Plan
from ledger.books.papers import BankAccount, FundOrder, Member, Outstanding, Rulebook
from ledger.money import EUR, format_minor
from ledger.operations.access import AUDITOR, TREASURER, require
from ledger.operations.challenge import Agreement, agreed
from ledger.operations.ledger import Ledger
from ledger.operations.reference import reference_for
from ledger.refusals import FundAccountMissing, Malformed, Unknown
from ledger.rules.donation import (
    check_due,
    in_euros,
    plan_approval,
    plan_in_euros,
    plan_in_units,
    plan_proposal,
    shares_of,
    shown,
)
from ledger.rules.standing import active
from ledger.store.shelf import Needs, Shelf


@dataclass(frozen=True, slots=True)
class ProposeDonations:
    """Propose a distribution of what is owed; supporters were counted just before."""

    paid_in: str
    supporters: tuple[tuple[str, int], ...]
    """Each association that is owed something, with how many active persons chose it."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(accounts=tuple(accounts.donation(name) for name, _ in self.supporters))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        if self.paid_in not in WAYS:
            detail = f"one of {', '.join(WAYS)}"
            raise Malformed([{"pointer": "/paid_in", "detail": detail}])
        distribution = Distribution(
            id=context.fresh_id,
            counted_on=shelf.today,
            least=shelf.book.terms_on(shelf.today).donation_supporters,
            paid_in=self.paid_in,
            proposed_at=shelf.at,
            proposed_by=context.person,
        )
        accrued = {name: -shelf.balance(accounts.donation(name)) for name, _ in self.supporters}
        shares = shares_of(distribution, accrued, dict(self.supporters))
        return plan_proposal(distribution, shares)


@dataclass(frozen=True, slots=True)
class ApproveDonations:
    """Approve a distribution, as another person than who proposed; its shares never change."""

    distribution: str
    associations: tuple[str, ...]
    shares: tuple[str, ...]

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(
            accounts=tuple(accounts.donation(name) for name in self.associations),
            papers=(
                (Distribution, self.distribution),
                *((DonationShare, share) for share in self.shares),
            ),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        distribution = shelf.paper(Distribution, self.distribution)
        found = [shelf.paper(DonationShare, share) for share in self.shares]
        shares = [share for share in found if share is not None]
        if distribution is None:
            raise Unknown(what="distribution", id=self.distribution)
        plan = plan_approval(distribution, shares, approver=context.person)
        euros = f"{format_minor(sum(share.euros for share in shares), EUR.scale)} {EUR.code}"
        return agreed(shelf, context, plan, Agreement("donations", distribution.id, euros, ""))


@dataclass(frozen=True, slots=True)
class PayDonation:
    """Pay the share of an association, in the way that its distribution says."""

    distribution: str
    share: str
    association: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        names = {accounts.donation(self.association), accounts.member(self.association)}
        for account in book.bank_accounts.values():
            fund = Fund("digital", account.issuer)
            names |= {fund.issued, fund.backing, account.account}
        return Needs(
            accounts=tuple(sorted(names)),
            papers=(
                (Distribution, self.distribution),
                (DonationShare, self.share),
                (Member, self.association),
                (FundOrder, self.order),
            ),
        )

    @property
    def order(self) -> str:
        """The id of the transfer that covers a share paid in units."""
        said = hashlib.sha256(self.share.encode()).hexdigest()
        return f"donation-{said[:16]}"

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        distribution = shelf.paper(Distribution, self.distribution)
        share = shelf.paper(DonationShare, self.share)
        if distribution is None or share is None:
            raise Unknown(what="donation", id=self.share)
        check_due(distribution, share)
        association = active(shelf.paper(Member, self.association), self.association)
        operating = _account(shelf.book, Fund("operating", association.issuer))
        if in_euros(distribution):
            awaited = Outstanding(
                id=str(shelf.next_number),
                account=operating.slug,
                amount=-share.euros,
                day=shelf.today,
                member="",
            )
            return plan_in_euros(share, operating, awaited)
        fund = Fund("digital", association.issuer)
        order = FundOrder(
            id=self.order,
            source=operating.account,
            target=_account(shelf.book, fund).account,
            euros=share.euros,
            reason="donation",
            reference=reference_for(shelf.book.code, "order", self.order),
            ordered_at=shelf.at,
            ordered_by=context.person,
        )
        return plan_in_units(
            share,
            association,
            fund=fund,
            unit=shelf.book.unit,
            order=order,
            number=shelf.next_number,
        )


def _account(book: Rulebook, fund: Fund) -> BankAccount:
    found = book.fund_account(fund) or book.fund_account(Fund(fund.medium))
    if found is None:
        raise FundAccountMissing(medium=fund.medium)
    return found


def proposing(ledger: Ledger, currency: str, context: Context, paid_in: str) -> ProposeDonations:
    """Prepare a proposal: looks up who is owed something, and counts who chose them."""
    require(context, TREASURER)
    balances = ledger.reads.wallet(currency, DONATIONS_OWED)
    owed = sorted(
        name.removeprefix(accounts.donation("")) for name, balance in balances.items() if balance
    )
    chosen = Counter(
        member.donates_to
        for member in ledger.reads.having(Member, currency, "donates_to", owed)
        if member.status == "active" and member.kind == "person"
    )
    return ProposeDonations(paid_in, tuple((name, chosen[name]) for name in owed))


def approving(ledger: Ledger, currency: str, context: Context, id_: str) -> ApproveDonations:
    """Prepare an approval: looks up the shares, which never change their owner."""
    require(context, TREASURER)
    _, shares = _known(ledger, currency, id_)
    return ApproveDonations(id_, tuple(s.association for s in shares), tuple(s.id for s in shares))


def pay_donations(ledger: Ledger, currency: str, context: Context, id_: str) -> dict[str, Json]:
    """Pay every share that is due, one entry each; a share that was paid is not paid again.

    What stopped a share is told beside it; the rest is paid.
    """
    require(context, TREASURER)
    _, shares = _known(ledger, currency, id_)
    due = [
        PayDonation(id_, share.id, share.association) for share in shares if share.state == "due"
    ]
    answers = ledger.post_many(currency, [(each, _step(context, each)) for each in due])
    met = {
        each.association: str(answer.json()["slug"])
        for each, answer in zip(due, answers, strict=True)
        if answer.refused
    }
    return {**read_distribution(ledger, currency, context, id_), "refused": met}


def read_distribution(ledger: Ledger, currency: str, context: Context, id_: str) -> dict[str, Json]:
    """Read a distribution with its shares."""
    require(context, TREASURER, AUDITOR)
    return shown(*_known(ledger, currency, id_))


def list_distributions(
    ledger: Ledger, currency: str, context: Context, *, after: str = "", limit: int = 50
) -> list[dict[str, Json]]:
    """List distributions by id behind `after`, each with its shares."""
    require(context, TREASURER, AUDITOR)
    ledger.reads.rulebook(currency)
    found = ledger.reads.page(Distribution, currency, {}, after=after, limit=limit)
    shares = ledger.reads.having(DonationShare, currency, "distribution", [d.id for d in found])
    return [shown(each, [s for s in shares if s.distribution == each.id]) for each in found]


def _known(ledger: Ledger, currency: str, id_: str) -> tuple[Distribution, Sequence[DonationShare]]:
    ledger.reads.rulebook(currency)
    found = ledger.reads.paper(Distribution, currency, id_)
    if found is None:
        raise Unknown(what="distribution", id=id_)
    return found, ledger.reads.having(DonationShare, currency, "distribution", [id_])


def _step(context: Context, operation: PayDonation) -> Context:
    """Give the payment of a share a key of its own under the request's."""
    step = hashlib.sha256(f"{context.key}:{operation.share}".encode()).hexdigest()
    return replace(context, key=f"donation:{step}")
