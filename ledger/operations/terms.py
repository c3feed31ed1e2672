"""The terms of a currency: one treasurer proposes, another agrees, a day to come brings them."""

from dataclasses import dataclass

from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import Rulebook
from ledger.books.terms import Terms, TermsProposal, told
from ledger.operations.access import AUDITOR, TREASURER, require
from ledger.operations.challenge import Agreement, agreed
from ledger.operations.ledger import Ledger
from ledger.refusals import Unknown
from ledger.rules.terms import plan_adoption, plan_proposal, plan_withdrawal, shown, shown_terms
from ledger.store.shelf import Needs, Shelf


@dataclass(frozen=True, slots=True)
class ProposeTerms:
    """Propose the terms from a day on, all of them: what is not said anew is said again."""

    terms: Terms

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs()

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        proposal = TermsProposal(context.fresh_id, told(self.terms), shelf.at, context.person)
        return plan_proposal(proposal, shelf.book.terms, today=shelf.today, unit=shelf.book.unit)


@dataclass(frozen=True, slots=True)
class AdoptTerms:
    """Agree, as another person than who proposed."""

    proposal: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((TermsProposal, self.proposal),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        proposal = _known(shelf, self.proposal)
        plan = plan_adoption(
            proposal,
            shelf.book.terms,
            person=context.person,
            today=shelf.today,
            number=shelf.next_number,
            unit=shelf.book.unit,
        )
        agreement = Agreement("terms", f"{proposal.values['since']} · {proposal.id}", "", "")
        return agreed(shelf, context, plan, agreement)


@dataclass(frozen=True, slots=True)
class WithdrawTerms:
    """Let a proposal come to nothing."""

    proposal: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((TermsProposal, self.proposal),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        return plan_withdrawal(
            _known(shelf, self.proposal), person=context.person, unit=shelf.book.unit
        )


def _known(shelf: Shelf, id_: str) -> TermsProposal:
    proposal = shelf.paper(TermsProposal, id_)
    if proposal is None:
        raise Unknown(what="terms", id=id_)
    return proposal


def read_terms(ledger: Ledger, currency: str, context: Context) -> dict[str, Json]:
    """Tell every version of the terms, the newest first, and the proposals that wait or were."""
    require(context, TREASURER, AUDITOR)
    book, _ = ledger.reads.rulebook(currency)
    proposals = ledger.reads.papers(TermsProposal, currency)
    newest = sorted(proposals, key=lambda each: each.proposed_at, reverse=True)
    return {
        "terms": [
            shown_terms(terms, book.unit)
            for terms in sorted(book.terms, key=lambda t: t.since, reverse=True)
        ],
        "in_force": book.terms_on(context.day).since.isoformat(),
        "proposals": [shown(each, book.unit) for each in newest],
    }
