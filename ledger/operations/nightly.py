"""What happens at night, each part safe to run twice and to take up again after a crash.

Gifts past their day go back to their sponsors, changed IBANs are written over the old ones, bank
lines that an interrupted import left behind are explained, runs whose euros are there are credited,
direct debits that are due go into a file, public services get the sheet of their day, and what was
written is signed.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from ledger.books import accounts
from ledger.books.accounts import Fund, campaign_of, expiry_of, holder_of
from ledger.books.context import Context
from ledger.books.journal import Plan
from ledger.books.papers import Member, Rulebook
from ledger.operations.access import require
from ledger.operations.checkpoint import make_checkpoint
from ledger.operations.disbursement import credit_funded
from ledger.operations.iban_change import settle_ibans
from ledger.operations.ledger import Ledger
from ledger.operations.matching import explain_lines
from ledger.operations.origin import forget_origins
from ledger.operations.reconciliation import reconcile
from ledger.operations.sheet import close_yesterday
from ledger.operations.standing import collect_due
from ledger.refusals import NotInState
from ledger.rules.campaign import expired_tally, plan_expiry
from ledger.store.shelf import Needs, Shelf


@dataclass(frozen=True, slots=True)
class ExpirePocket:
    """End a gift pocket whose last day is over."""

    pocket: str
    issuer: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        campaign = book.campaigns[campaign_of(self.pocket)]
        fund = Fund("digital", self.issuer)
        sponsor = accounts.sponsor(campaign.sponsor)
        return Needs(
            accounts=(self.pocket, fund.issued, fund.backing, sponsor),
            tallies=(expired_tally(campaign.id),),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context)
        campaign = shelf.book.campaigns[campaign_of(self.pocket)]
        last_day = expiry_of(self.pocket)
        balance = shelf.balance(self.pocket)
        if not balance or last_day is None or shelf.today.isoformat() <= last_day:
            raise NotInState(what="pocket", id=self.pocket, state="open", needed="past its day")
        return plan_expiry(
            pocket=self.pocket,
            balance=balance,
            campaign=campaign,
            fund=Fund("digital", self.issuer),
            unit=shelf.book.unit,
        )


def expire_gifts(ledger: Ledger, currency: str, context: Context) -> int:
    """End every pocket past its day; gives the number of those that had something left."""
    today = context.day.isoformat()
    over = sorted(
        pocket
        for pocket, balance in ledger.reads.accounts_like(currency, "gift:").items()
        if balance and today > (expiry_of(pocket) or today)
    )
    found = ledger.reads.having(Member, currency, "id", {holder_of(pocket) for pocket in over})
    issuers = {member.id: member.issuer for member in found}
    ended = 0
    for pocket in over:
        step = replace(context, key=f"{context.key}:{pocket}")
        expire = ExpirePocket(pocket, issuers[holder_of(pocket)])
        ended += not ledger.post_and_wait(currency, expire, step).refused
    return ended


@dataclass(frozen=True, slots=True)
class Night:
    """What a night did."""

    expired: int
    ibans: int
    """How many changed IBANs came into force."""
    collections: int
    """How many files of direct debits were made."""
    sheets: int
    """How many public services got the sheet of their day."""
    matched: int
    waiting: int
    checkpoint: int | None
    """How many entries the new checkpoint covers; None when nothing was written since the last."""
    alarms: tuple[str, ...] = ()
    """What the reconciliation of the day before found wrong."""


def do_nightly(ledger: Ledger, currency: str, context: Context) -> Night:
    """Do everything that is due at night. Raises Unknown for the currency."""
    book, _ = ledger.reads.rulebook(currency)
    expired = expire_gifts(ledger, currency, context)
    fates = [explain_lines(ledger, currency, context, account) for account in book.bank_accounts]
    credit_funded(ledger, currency, context)
    ibans = settle_ibans(
        ledger, currency, context, lambda name: replace(context, key=f"{context.key}:{name}")
    )
    forget_origins(ledger, currency, context)
    collections = collect_due(ledger, currency, context)
    sheets = close_yesterday(ledger, currency, context)
    checkpoint = make_checkpoint(ledger, currency, context)
    _, problems, _ = reconcile(ledger, currency, context.day - timedelta(days=1))
    return Night(
        expired=expired,
        ibans=ibans,
        collections=collections,
        sheets=sheets,
        matched=sum(fate.matched for fate in fates),
        waiting=sum(fate.waiting for fate in fates),
        checkpoint=checkpoint.size if checkpoint else None,
        # Yesterday's statement comes in the morning: that it lacks tonight is no news.
        alarms=tuple(p.sentence for p in problems if p.slug not in {"not-reached", "no-statement"}),
    )
