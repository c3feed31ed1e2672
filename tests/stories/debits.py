"""What people do with standing conversions in a story: mandates, and files of debits."""

from ledger.banking.references import end_to_end_id
from ledger.books.papers import PaymentFile
from ledger.books.standing import Collection
from ledger.operations.grant import Given
from ledger.operations.member import ChangeMember
from ledger.operations.standing import (
    AcceptStanding,
    EndStanding,
    MakeCollections,
    ProposeStanding,
    SetCreditor,
)
from tests.people.seat import agreement_of
from tests.stories.deeds import cents
from tests.stories.sentences import says
from tests.stories.town import Town

IBAN = "FR1420041010050500013M02606"


@says("<slug> debits members as (?P<creditor>[A-Z0-9]+)")
def name_creditor(town: Town, slug: str, creditor: str) -> None:
    town.do("treasurer", lambda _: SetCreditor(slug, creditor))


@says(r"<member> lets #euros# EUR be debited on the (?P<day>\d+)th of each month")
def propose(town: Town, member: str, euros: str, day: str) -> None:
    assert town.do("treasurer", lambda _: ChangeMember(member, name=member.title()))
    id_ = town.next_name("standing")
    operation = ProposeStanding(member, cents(euros), int(day), IBAN)
    if town.do(member, lambda _: operation, fresh_id=id_):
        town.names["standing"] = id_


@says("the treasurer accepts the mandate")
def accept(town: Town) -> None:
    accept = AcceptStanding(town.names["standing"])
    agreed = agreement_of(town.ledger, town.code, town.at, accept, Given("treasurer"))
    assert agreed[:2] == ("standing", accept.standing)
    town.do("treasurer", lambda _: accept)


@says("<member> revokes the mandate")
def revoke(town: Town, member: str) -> None:
    town.do(member, lambda _: EndStanding(town.names["standing"]))


@says("the treasurer makes the file of debits of <slug>")
def collect(town: Town, slug: str) -> None:
    if town.do("treasurer", lambda _: MakeCollections(slug), fresh_id=town.next_name("file")):
        ordered = town.ledger.reads.having(Collection, town.code, "state", ["sent"])
        town.names["collection"] = end_to_end_id(ordered[-1].reference)


@says(r"the file asks for #euros# EUR on (?P<day>\d{4}-\d\d-\d\d) as a (?P<sequence>FRST|RCUR)")
def asks_for(town: Town, euros: str, day: str, sequence: str) -> None:
    file = town.ledger.reads.paper(PaymentFile, town.code, str(town.told["id"]))
    assert file is not None
    assert file.euros == cents(euros)
    assert f"<ReqdColltnDt>{day}</ReqdColltnDt>" in file.content
    assert f"<SeqTp>{sequence}</SeqTp>" in file.content
    assert f"<EndToEndId>{town.names['collection']}</EndToEndId>" in file.content
