"""Consents: a person's written word, recorded and withdrawn; and by which law wages may go."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.books.context import Context
from ledger.books.disbursements import KINDS, STATUSES, Consent, WageRule
from ledger.books.journal import Json, Plan
from ledger.books.papers import Member, Rulebook
from ledger.operations.access import (
    APPROVER,
    AUDITOR,
    MEMBER,
    OFFICER,
    SHOP,
    TREASURER,
    require,
    require_own,
)
from ledger.operations.ledger import Ledger
from ledger.refusals import Malformed, Unknown
from ledger.rules.consent import plan_consent, plan_withdrawal, shown_consent
from ledger.rules.standing import active
from ledger.store.shelf import Needs, Shelf

SHORTEST_BASIS: Final = 8


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """Record what a person signed: its own word, or a paper that the authority or we hold."""

    authority: str
    member: str
    status: str
    share_bps: int | None = None
    euros: int | None = None
    least: int = 0
    cap: int | None = None
    kinds: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    signed_on: date | None = None

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Member, self.member), (Member, self.authority)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        _require_side(context, self.authority, self.member)
        authority_of(shelf.paper(Member, self.authority), self.authority)
        member = active(shelf.paper(Member, self.member), self.member)
        if member.kind == "authority":
            raise Unknown(what="person", id=self.member)
        if self.status not in STATUSES:
            detail = f"one of {', '.join(STATUSES)}"
            raise Malformed([{"pointer": "/status", "detail": detail}])
        if not set(self.kinds) <= set(KINDS):
            raise Malformed([{"pointer": "/kinds", "detail": f"of {', '.join(KINDS)}"}])
        since = self.since or shelf.today
        return plan_consent(
            Consent(
                id=context.fresh_id,
                member=member.id,
                authority=self.authority,
                status=self.status,
                kinds=self.kinds,
                share_bps=self.share_bps,
                euros=self.euros,
                least=self.least,
                cap=self.cap,
                since=since,
                until=self.until,
                signed_on=self.signed_on or min(since, shelf.today),
                recorded_at=shelf.at,
                recorded_by=context.person,
            )
        )


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """Withdraw a consent, from today on: no run takes anything under it any more."""

    authority: str
    consent: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Consent, self.consent),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, MEMBER, SHOP, OFFICER, TREASURER)
        found = shelf.paper(Consent, self.consent)
        if found is None or found.authority != self.authority:
            raise Unknown(what="consent", id=self.consent)
        if context.holder != found.member:
            require_own(context, "consent", found.authority, all_of=(TREASURER,), named=found.id)
        return plan_withdrawal(found, shelf.today)


@dataclass(frozen=True, slots=True)
class DeclareWageRule:
    """Say by which law an authority's civil servants may be paid through its mandate, or end it."""

    authority: str
    legal_basis: str
    since: date | None = None
    ended: bool = False

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Member, self.authority),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        authority_of(shelf.paper(Member, self.authority), self.authority)
        basis = self.legal_basis.strip()
        if len(basis) < SHORTEST_BASIS:
            detail = "name the law or the decree and its article"
            raise Malformed([{"pointer": "/legal_basis", "detail": detail}])
        rule = WageRule(
            id=self.authority,
            legal_basis=basis,
            since=self.since or shelf.today,
            decided_at=shelf.at,
            decided_by=context.person,
            state="ended" if self.ended else "in force",
        )
        return Plan(
            kind="wage-rule",
            papers=(rule,),
            facts={
                "authority": rule.id,
                "basis": rule.legal_basis,
                "since": rule.since.isoformat(),
                "state": rule.state,
            },
            sealed=True,
            answer=_shown_rule(rule),
        )


def authority_of(member: Member | None, id_: str) -> Member:
    """Give the authority that may take part now; Unknown for a member that is none."""
    if member is None or member.kind != "authority":
        raise Unknown(what="authority", id=id_)
    return active(member, id_)


def _require_side(context: Context, authority: str, member: str) -> None:
    """Let the person itself, its authority's officer and the treasurer pass."""
    require(context, MEMBER, SHOP, OFFICER, TREASURER)
    if context.role in {MEMBER, SHOP}:
        require_own(context, "member", member)
    else:
        require_own(context, "authority", authority, all_of=(TREASURER,))


def list_consents(  # noqa: PLR0913 - a page of one side's
    ledger: Ledger,
    currency: str,
    context: Context,
    *,
    authority: str,
    after: str = "",
    limit: int = 50,
) -> list[dict[str, Json]]:
    """List an authority's consents by id behind `after`; a person sees its own only."""
    require(context, MEMBER, SHOP, OFFICER, APPROVER, TREASURER, AUDITOR)
    ledger.reads.rulebook(currency)
    wanted: dict[str, object] = {"authority": authority}
    if context.role in {MEMBER, SHOP}:
        wanted["member"] = context.holder
    else:
        require_own(context, "authority", authority, all_of=(TREASURER, AUDITOR))
        known_authority(ledger, currency, authority)
    found = ledger.reads.page(Consent, currency, wanted, after=after, limit=limit)
    return [shown_consent(consent) for consent in found]


def known_authority(ledger: Ledger, currency: str, id_: str) -> Member:
    """Read an authority, or refuse what is none (Unknown)."""
    found = ledger.reads.paper(Member, currency, id_)
    if found is None or found.kind != "authority":
        raise Unknown(what="authority", id=id_)
    return found


def _shown_rule(rule: WageRule) -> dict[str, Json]:
    return {
        "authority": rule.id,
        "legal_basis": rule.legal_basis,
        "from": rule.since.isoformat(),
        "state": rule.state,
    }


def own_consents(ledger: Ledger, currency: str, context: Context) -> list[dict[str, Json]]:
    """List what a member has consented to, whichever authority it was given to."""
    require(context, MEMBER, SHOP)
    found = ledger.reads.having(Consent, currency, "member", [context.holder], order="recorded_at")
    return [shown_consent(consent) for consent in found]
