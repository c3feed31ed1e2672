"""Issue by hand, as another person than who proposed it, or take the proposal back."""

from dataclasses import dataclass, replace

from ledger.books.context import Context
from ledger.books.conversions import HandConversion
from ledger.books.journal import Json, Plan
from ledger.books.papers import Rulebook
from ledger.money import EUR, format_minor
from ledger.operations.access import AUDITOR, TREASURER, require
from ledger.operations.challenge import Agreement, agreed
from ledger.operations.conversion import Convert, by_hand, conversion_needs
from ledger.operations.ledger import Ledger
from ledger.refusals import Unknown
from ledger.rules.hand_conversion import plan_issue, plan_withdrawal, shown
from ledger.store.shelf import Needs, Shelf


@dataclass(frozen=True, slots=True)
class ApproveConversion:
    """Issue what another person proposed; `member` was read before and is checked."""

    proposal: str
    member: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        needs = conversion_needs(book, context, self.member)
        return replace(needs, papers=(*needs.papers, (HandConversion, self.proposal)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        found = _known(shelf, self.proposal)
        if found.member != self.member:
            raise Unknown(what="conversion", id=self.proposal)
        asked = Convert(found.member, found.euros, found.channel, found.office, found.reference)
        plan = plan_issue(
            found, by_hand(shelf, asked), approver=context.person, number=shelf.next_number
        )
        euros = f"{format_minor(found.euros, EUR.scale)} {EUR.code}"
        return agreed(shelf, context, plan, Agreement("conversion", found.id, euros, found.member))


@dataclass(frozen=True, slots=True)
class WithdrawConversion:
    """Take a proposal back, whoever made it."""

    proposal: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((HandConversion, self.proposal),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        return plan_withdrawal(_known(shelf, self.proposal))


def _known(shelf: Shelf, id_: str) -> HandConversion:
    found = shelf.paper(HandConversion, id_)
    if found is None:
        raise Unknown(what="conversion", id=id_)
    return found


def approving_conversion(
    ledger: Ledger, currency: str, context: Context, id_: str
) -> ApproveConversion:
    """Prepare an approval: looks up whose conversion it is."""
    require(context, TREASURER)
    found = ledger.reads.paper(HandConversion, currency, id_)
    if found is None:
        raise Unknown(what="conversion", id=id_)
    return ApproveConversion(id_, found.member)


def list_proposals(  # noqa: PLR0913 - a filtered page
    ledger: Ledger, currency: str, context: Context, *, state: str | None, after: str, limit: int
) -> list[dict[str, Json]]:
    """List proposals by id behind `after`, in a state if one is named."""
    require(context, TREASURER, AUDITOR)
    ledger.reads.rulebook(currency)
    wanted = {"state": (state,)} if state else {}
    found = ledger.reads.page(HandConversion, currency, wanted, after=after, limit=limit)
    return [shown(each) for each in found]
