"""Standing conversions: a member's mandate, its debits by file, and who may end it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ledger.banking.pain008 import SCHEMA, Debit, is_creditor_id, write_pain008
from ledger.banking.references import end_to_end_id, is_iban, message_id, normalise_iban
from ledger.banking.sepa_file import LARGEST_CENTS
from ledger.banking.sepa_text import NAME_LENGTH, fold
from ledger.banking.target_days import days_later, on_or_after
from ledger.books.accounts import Fund
from ledger.books.context import TOWN, Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import BankAccount, Identity, Member, PaymentFile, Rulebook
from ledger.books.standing import Collection, StandingConversion, collection_id
from ledger.money import EUR, format_minor
from ledger.operations.access import (
    AUDITOR,
    MEMBER,
    SHOP,
    TREASURER,
    require,
    require_own,
)
from ledger.operations.challenge import Agreement, agreed
from ledger.operations.ledger import Ledger
from ledger.operations.reference import reference_for
from ledger.refusals import Malformed, NothingToPay, Unknown
from ledger.rules.collection import (
    due_day,
    month_of,
    plan_accept,
    plan_end,
    plan_propose,
    shown,
)
from ledger.rules.payout import COLLECTIONS, DRAFTED, LIVE, is_due, plan_file
from ledger.rules.standing import active
from ledger.store.shelf import Found, Needs, Shelf

LEAD_DAYS: Final = 2
"""TARGET days between the file and the debit: the scheme wants one, French banks ask for two."""
LAST_DAY: Final = 28


@dataclass(frozen=True, slots=True)
class ProposeStanding:
    """Give a mandate: so many cents, each month on a day; by the member, or for one who signed."""

    member: str
    euros: int
    day: int
    iban: str
    since: date | None = None
    until: date | None = None
    signed_on: date | None = None

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Member, self.member),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, MEMBER, SHOP, TREASURER)
        require_own(context, "member", self.member, all_of=(TREASURER,))
        member = active(shelf.paper(Member, self.member), self.member)
        self._check()
        today, id_ = shelf.today, context.fresh_id
        by_member = context.holder == member.id
        return plan_propose(
            StandingConversion(
                id=id_,
                member=member.id,
                euros=self.euros,
                day=self.day,
                since=max(self.since or today, today),
                until=self.until,
                mandate=message_id(shelf.book.code, f"M{id_}"),
                signed_on=self.signed_on or today,
                iban=normalise_iban(self.iban),
                proposed_at=shelf.at,
                proposed_by=context.person,
                state="proposed" if by_member else "active",
            )
        )

    def _check(self) -> None:
        faults = {
            "/iban": not is_iban(self.iban),
            "/day": not 1 <= self.day <= LAST_DAY,
            "/euros": not 0 < self.euros <= LARGEST_CENTS,
            "/until": self.until is not None and self.since is not None and self.until < self.since,
        }
        details = {
            "/iban": "this is no valid IBAN",
            "/day": f"a day from 1 to {LAST_DAY}",
            "/euros": "more than one debit can carry",
            "/until": "the end lies before the beginning",
        }
        errors = [
            {"pointer": name, "detail": details[name]} for name, wrong in faults.items() if wrong
        ]
        if errors:
            raise Malformed(errors)


@dataclass(frozen=True, slots=True)
class AcceptStanding:
    """Put a mandate in force that a member proposed."""

    standing: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((StandingConversion, self.standing),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        found = _present(shelf, self.standing)
        euros = f"{format_minor(found.euros, EUR.scale)} {EUR.code}"
        agreement = Agreement("standing", found.id, euros, found.member)
        return agreed(shelf, context, plan_accept(found, person=context.person), agreement)


@dataclass(frozen=True, slots=True)
class EndStanding:
    """Revoke a mandate, as its member or the treasurer."""

    standing: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((StandingConversion, self.standing),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, MEMBER, SHOP, TREASURER)
        found = _present(shelf, self.standing)
        require_own(
            context, "standing conversion", found.member, all_of=(TREASURER,), named=found.id
        )
        return plan_end(found)


@dataclass(frozen=True, slots=True)
class SetCreditor:
    """Name the SEPA creditor identifier under which a bank account debits members."""

    account: str
    creditor_id: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs()

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        account = _account(shelf.book, self.account)
        name = normalise_iban(self.creditor_id)
        if not is_creditor_id(name):
            detail = "this is no SEPA creditor identifier"
            raise Malformed([{"pointer": "/creditor_id", "detail": detail}])
        return Plan(
            kind="creditor",
            papers=(replace(account, creditor_id=name),),
            facts={"account": account.slug, "creditor": name},
            sealed=True,
            answer={"slug": account.slug, "creditor_id": name},
        )


@dataclass(frozen=True, slots=True)
class MakeCollections:
    """Put every debit that is due to a bank account into one file, each month of a mandate once."""

    account: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        mandates = Found(StandingConversion, "state", "active")
        payers = Found(StandingConversion, "state", "active", of=(Identity, "member"))
        members = Found(StandingConversion, "state", "active", of=(Member, "member"))
        again = Found(Collection, "state", "due")
        theirs = Found(Collection, "state", "due", of=(StandingConversion, "standing"))
        return Needs(found=(mandates, payers, members, again, theirs))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        account = _account(shelf.book, self.account)
        if not account.creditor_id:
            raise NothingToPay(account=account.slug, blocked=0)
        members = {member.id: member for member in shelf.at_hand(Member)}
        mine = {
            standing.id: standing
            for standing in shelf.at_hand(StandingConversion)
            if (member := members.get(standing.member)) is not None
            and shelf.book.fund_account(Fund("digital", member.issuer)) == account
        }
        begun = list(_begin(shelf, mine.values()))
        again = [
            each
            for each in shelf.at_hand(Collection)
            if is_due(each) and each.standing in mine and mine[each.standing].state == "active"
        ]
        names = {who.id: fold(who.name, NAME_LENGTH) for who in shelf.at_hand(Identity)}
        # Whose identity was erased has neither name nor account here, and is not debited.
        fit = {id_ for id_, each in mine.items() if names.get(each.member) and is_iban(each.iban)}
        due = [each for each in [*again, *begun] if each.standing in fit]
        if not due:
            raise NothingToPay(account=account.slug, blocked=len(again) + len(begun))
        file = _file(shelf, context, account, [(each, mine[each.standing]) for each in due], names)
        plan = plan_file(file, due)
        standings = [
            replace(mine[each.standing], last_month=month_of(_due(shelf, mine[each.standing])))
            for each in begun
            if each.standing in fit
        ]
        # A mandate is written before its collection, and the file that names both after them.
        return replace(plan, papers=(*standings, *plan.papers))


def _begin(shelf: Shelf, standings: Iterable[StandingConversion]) -> Iterable[Collection]:
    horizon = days_later(shelf.today, LEAD_DAYS)
    for standing in standings:
        day = due_day(standing, today=shelf.today, horizon=horizon)
        if day is not None:
            id_ = collection_id(standing, month_of(day))
            yield Collection(
                id=id_,
                standing=standing.id,
                member=standing.member,
                euros=standing.euros,
                sequence="RCUR" if standing.last_month else "FRST",
                reference=reference_for(shelf.book.code, "collection", id_),
            )


def _due(shelf: Shelf, standing: StandingConversion) -> date:
    horizon = days_later(shelf.today, LEAD_DAYS)
    return due_day(standing, today=shelf.today, horizon=horizon) or shelf.today


def _file(
    shelf: Shelf,
    context: Context,
    account: BankAccount,
    due: list[tuple[Collection, StandingConversion]],
    names: dict[str, str],
) -> PaymentFile:
    book, id_ = shelf.book, context.fresh_id
    earliest = days_later(shelf.today, LEAD_DAYS)
    debits = [
        Debit(
            name=names[each.member],
            iban=standing.iban,
            cents=each.euros,
            collect_on=max(on_or_after(_due(shelf, standing)), earliest),
            sequence=each.sequence,
            mandate=standing.mandate,
            signed_on=standing.signed_on,
            end_to_end_id=end_to_end_id(each.reference),
            text=f"{each.reference} Conversion {book.name}",
        )
        for each, standing in due
    ]
    content = write_pain008(
        message_id=message_id(book.code, id_),
        made_at=shelf.at.astimezone(TOWN),
        name=book.name,
        iban=account.iban,
        creditor_id=account.creditor_id,
        debits=debits,
    )
    second = book.terms_on(shelf.today).payouts_need_second
    return PaymentFile(
        id=id_,
        kind=COLLECTIONS,
        account=account.slug,
        format=SCHEMA,
        message_id=message_id(book.code, id_),
        payments=len(debits),
        euros=sum(debit.cents for debit in debits),
        execute_on=min(debit.collect_on for debit in debits),
        content=content.decode(),
        content_hash=hashlib.sha256(content).hexdigest(),
        made_at=shelf.at,
        made_by=context.person,
        state=DRAFTED if second else LIVE,
    )


def _account(book: Rulebook, slug: str) -> BankAccount:
    account = book.bank_accounts.get(slug)
    if account is None:
        raise Unknown(what="bank account", id=slug)
    return account


def _present(shelf: Shelf, id_: str) -> StandingConversion:
    found = shelf.paper(StandingConversion, id_)
    if found is None:
        raise Unknown(what="standing conversion", id=id_)
    return found


def collect_due(ledger: Ledger, currency: str, context: Context) -> int:
    """Make the files of every debit that is due; gives their number. Safe to run twice."""
    book, _ = ledger.reads.rulebook(currency)
    made = 0
    for account in book.bank_accounts.values():
        if account.creditor_id:
            step = replace(
                context,
                key=f"{context.key}:collect:{account.slug}",
                fresh_id=hashlib.sha256(f"{context.fresh_id}:{account.slug}".encode()).hexdigest()[
                    :16
                ],
            )
            answer = ledger.post_and_wait(currency, MakeCollections(account.slug), step)
            made += not answer.refused
    return made


def list_standings(
    ledger: Ledger, currency: str, context: Context, *, after: str = "", limit: int = 50
) -> list[dict[str, Json]]:
    """List mandates by id behind `after`; a member its own."""
    require(context, MEMBER, SHOP, TREASURER, AUDITOR)
    ledger.reads.rulebook(currency)
    wanted = {"member": context.holder} if context.role in {MEMBER, SHOP} else {}
    found = ledger.reads.page(StandingConversion, currency, wanted, after=after, limit=limit)
    return [shown(each) for each in found]
