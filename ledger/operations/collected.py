"""A direct debit that arrived: the bank line of a collection credits its member in units."""

from dataclasses import replace

from ledger.books.journal import Plan
from ledger.books.papers import BankLine, Member
from ledger.books.standing import Collection, member_of
from ledger.money import EUR, format_minor
from ledger.operations.conversion import converted
from ledger.refusals import LineDoesNotFit, NotInState, Unknown
from ledger.rules.standing import active
from ledger.store.shelf import Shelf


def collected(shelf: Shelf, line: BankLine, place: str, id_: str) -> Plan:
    """Plan the conversion that a collection's bank line brings, at the rules of its day.

    Raises Unknown, NotInState for one that is not at the bank, LineDoesNotFit for another amount.
    """
    collection = shelf.paper(Collection, id_)
    if collection is None:
        raise Unknown(what="collection", id=id_)
    if collection.state != "sent":
        raise NotInState(what="collection", id=id_, state=collection.state, needed="sent")
    if line.amount != collection.euros:
        why = f"{format_minor(collection.euros, EUR.scale)} EUR must come in for {id_}."
        raise LineDoesNotFit(id=line.id, why=why)
    member = active(shelf.paper(Member, member_of(id_)), member_of(id_))
    plan = converted(shelf, member, line.amount, place, "direct-debit", collection.reference)
    facts = {**plan.facts, "collection": id_}
    return replace(plan, papers=(*plan.papers, replace(collection, state="collected")), facts=facts)
