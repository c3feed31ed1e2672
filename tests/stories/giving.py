"""Sentences of stories about donations: who supports whom, and who gets what."""

from ledger.operations.conversion import Convert
from ledger.operations.donation import (
    approving,
    pay_donations,
    proposing,
    read_distribution,
)
from ledger.operations.grant import Given
from ledger.operations.member import RegisterMember
from tests.people.seat import agreement_of
from tests.stories.deeds import PEOPLE, cents
from tests.stories.scenario import Rows
from tests.stories.sentences import says
from tests.stories.town import Town

_CREDENTIALS = {"the treasurer": "treasurer", "a second treasurer": "treasurer-2"}


@says(r"(?P<count>\d+) persons give to <association>")
def supporters(town: Town, count: str, association: str) -> None:
    _join(town, RegisterMember(association, "association"))
    for number in range(int(count)):
        _join(town, RegisterMember(f"{association}-{number}", "person", donates_to=association))


def _join(town: Town, member: RegisterMember) -> None:
    assert town.do("treasurer", lambda _: member)


@says("the supporters of <association> convert #euros# EUR")
def gather(town: Town, association: str, euros: str) -> None:
    assert town.do("treasurer", lambda _: Convert(f"{association}-0", cents(euros), "bank"))


@says("the treasurer proposes to give donations in (?P<way>units|euros)")
def propose(town: Town, way: str) -> None:
    id_ = town.next_name("d")
    town.names["distribution"] = id_
    town.do(
        "treasurer",
        lambda context: proposing(town.ledger, town.code, context, way),
        fresh_id=id_,
    )


@says(f"{PEOPLE} approves the donations")
def approve(town: Town, who: str) -> None:
    id_ = town.names["distribution"]
    operation = approving(town.ledger, town.code, town.context("treasurer"), id_)
    agreed = agreement_of(town.ledger, town.code, town.at, operation, Given("treasurer"))
    assert agreed[:2] == ("donations", id_)
    town.do(_CREDENTIALS[who], lambda context: approving(town.ledger, town.code, context, id_))


@says("the donations are paid")
def pay(town: Town) -> None:
    context = town.context("treasurer")
    town.begin()
    told = pay_donations(town.ledger, town.code, context, town.names["distribution"])
    assert told["refused"] == {}


@says("the shares are")
def shares(town: Town, rows: Rows) -> None:
    told = read_distribution(
        town.ledger, town.code, town.context("treasurer"), town.names["distribution"]
    )["shares"]
    assert isinstance(told, list)
    found = [{name: str(share[name]) for name in rows[0]} for share in told]
    assert found == list(rows)
