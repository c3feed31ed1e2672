"""Collection mandates: an officer writes one, the approver grants it, either side ends it."""

from dataclasses import dataclass
from datetime import date

from ledger.books.authorities import CollectionMandate
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import Member, Rulebook
from ledger.operations.access import (
    APPROVER,
    AUDITOR,
    OFFICER,
    TREASURER,
    require,
    require_own,
)
from ledger.operations.ledger import Ledger
from ledger.refusals import AlreadyExists, Malformed, Unknown
from ledger.rules.mandate import (
    mandate_tally,
    plan_grant,
    plan_proposal,
    plan_revocation,
    shown,
)
from ledger.rules.standing import active
from ledger.store.shelf import Needs, Shelf


@dataclass(frozen=True, slots=True)
class ProposeMandate:
    """Write a mandate of an authority; `ceiling` is euro cents, both days are Paris days."""

    id: str
    authority: str
    operations: tuple[str, ...]
    since: date
    until: date
    ceiling: int
    powers: str
    remuneration: str
    remittance: str
    accounts_rendered: str
    controls: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((CollectionMandate, self.id), (Member, self.authority)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, OFFICER, APPROVER, TREASURER)
        require_own(context, "authority", self.authority, all_of=(TREASURER,))
        authority(shelf, self.authority)
        if shelf.paper(CollectionMandate, self.id) is not None:
            raise AlreadyExists(what="mandate", id=self.id)
        if self.until < self.since:
            raise Malformed([{"pointer": "/until", "detail": "not before it begins"}])
        mandate = CollectionMandate(
            id=self.id,
            authority=self.authority,
            operations=self.operations,
            since=self.since,
            until=self.until,
            ceiling=self.ceiling,
            powers=self.powers,
            remuneration=self.remuneration,
            remittance=self.remittance,
            accounts_rendered=self.accounts_rendered,
            controls=self.controls,
            proposed_at=shelf.at,
            proposed_by=context.person,
        )
        return plan_proposal(mandate)


@dataclass(frozen=True, slots=True)
class GrantMandate:
    """Put a mandate in force, as another person of the authority than who wrote it."""

    authority: str
    mandate: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((CollectionMandate, self.mandate), (Member, self.authority)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, APPROVER)
        require_own(context, "authority", self.authority)
        authority(shelf, self.authority)
        return plan_grant(known(shelf, self.authority, self.mandate), person=context.person)


@dataclass(frozen=True, slots=True)
class RevokeMandate:
    """End a mandate today; the authority may, and so may the association."""

    authority: str
    mandate: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(
            papers=((CollectionMandate, self.mandate),), tallies=(mandate_tally(self.mandate),)
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, APPROVER, TREASURER)
        require_own(context, "authority", self.authority, all_of=(TREASURER,))
        mandate = known(shelf, self.authority, self.mandate)
        used = shelf.tally(mandate_tally(self.mandate))
        return plan_revocation(mandate, day=shelf.today, used=used)


def authority(shelf: Shelf, id_: str) -> Member:
    """Give an active authority from the shelf; Unknown for any other kind of member."""
    found = active(shelf.paper(Member, id_), id_)
    if found.kind != "authority":
        raise Unknown(what="authority", id=id_)
    return found


def known(shelf: Shelf, authority_: str, id_: str) -> CollectionMandate:
    """Give an authority's mandate from the shelf, or refuse one that is not there or not its."""
    mandate = shelf.paper(CollectionMandate, id_)
    if mandate is None or mandate.authority != authority_:
        raise Unknown(what="mandate", id=id_)
    return mandate


def list_mandates(
    ledger: Ledger, currency: str, context: Context, authority_: str
) -> list[dict[str, Json]]:
    """List an authority's mandates by id, each with what is used of its ceiling."""
    must_see(ledger, currency, context, authority_)
    found = ledger.reads.having(CollectionMandate, currency, "authority", [authority_])
    used = ledger.reads.tallies(currency, [mandate_tally(each.id) for each in found])
    return [shown(each, used.get(mandate_tally(each.id), 0)) for each in found]


def must_see(
    ledger: Ledger, currency: str, context: Context, authority_: str, *more: str
) -> Member:
    """Let an authority's people, the treasurer and the auditor see it; Unknown for all others.

    `more` are roles that may see it besides, where it is their own.
    """
    require(context, OFFICER, APPROVER, TREASURER, AUDITOR, *more)
    require_own(context, "authority", authority_, all_of=(TREASURER, AUDITOR))
    found = ledger.reads.paper(Member, currency, authority_)
    if found is None or found.kind != "authority":
        raise Unknown(what="authority", id=authority_)
    return found
