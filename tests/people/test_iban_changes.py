"""Where a member is paid changes by two people and two days, and nothing is paid meanwhile."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from api.dependencies import operator
from ledger.books.context import Context
from ledger.books.iban_change import IbanChange
from ledger.books.journal import Plan
from ledger.books.papers import Identity, Notice, Rulebook
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE
from ledger.operations.due import read_dues
from ledger.operations.iban_change import ApproveIbanChange, AskIbanChange, CancelIbanChange
from ledger.operations.member import ChangeMember, RegisterMember, read_member
from ledger.operations.nightly import do_nightly
from ledger.operations.notice import unsent
from ledger.operations.payout import MakePaymentFile, file_content
from ledger.operations.redemption import ApproveRedemption, RequestRedemption
from ledger.store.shelf import Needs, Shelf
from tests.people.house import House, again
from tests.people.test_guardians import sitting

OLD: Final = "FR1420041010050500013M02606"
NEW: Final = "FR7630006000011234567890189"
OTHER: Final = "DE89370400440532013000"


@dataclass(frozen=True)
class Bank:
    """A shop that is paid on an IBAN, two treasurers, and the shop's owner."""

    house: House
    shop: str
    first: Context
    second: Context
    owner: Context


def bank(house: House, shop: str) -> Bank:
    house.do(RegisterMember(shop, "pro", "Le Lavoir", "old@example.org", OLD))
    return Bank(
        house,
        shop,
        house.with_token(f"first-{shop}", "treasurer"),
        house.with_token(f"second-{shop}", "treasurer"),
        house.with_token(f"owner-{shop}", "shop", shop),
    )


def owe(bank: Bank) -> None:
    _, head = bank.house.ledger.reads.rulebook(CODE)
    # Other tests were there two days later, and the journal's clock never goes back.
    bank.house.do(
        Convert(bank.shop, 100_00, "bank"), replace(operator(), at=datetime.fromisoformat(head.at))
    )
    asked = bank.house.do(RequestRedemption(bank.shop, 10_00), again(bank.owner))
    bank.house.do(ApproveRedemption(str(asked["id"])), again(bank.second))


def agreed(bank: Bank, iban: str = NEW) -> dict[str, Any]:
    """Ask for another IBAN and let the second person agree."""
    bank.house.do(ChangeMember(bank.shop, iban=iban), again(bank.first))
    return bank.house.do(ApproveIbanChange(bank.shop), again(bank.second))


def change_of(bank: Bank) -> IbanChange:
    found = bank.house.ledger.reads.paper(IbanChange, CODE, bank.shop)
    assert found
    return found


def in_force(bank: Bank, context: Context) -> Context:
    """Give the context of a request at the instant from which the change counts."""
    at = change_of(bank).effective_at
    assert at
    return replace(again(context), at=at)


def paid_at(bank: Bank, context: Context) -> tuple[str, str]:
    dues = read_dues(bank.house.ledger, CODE, context)
    (mine,) = (due for due in dues if getattr(due.paper, "member", "") == bank.shop)
    return mine.iban, mine.block


def told(bank: Bank) -> list[tuple[str, str]]:
    found = bank.house.ledger.reads.having(Notice, CODE, "subject", [bank.shop])
    return [(notice.kind, notice.address) for notice in found]


def identity_of(bank: Bank) -> Identity:
    found = bank.house.ledger.reads.paper(Identity, CODE, bank.shop)
    assert found
    return found


def test_a_browser_confirms_before_it_agrees(house: House) -> None:
    shop = bank(house, "puits")
    house.do(ChangeMember("puits", iban=NEW), again(shop.first))
    person, grant = house.person("treasurer")
    sat = replace(sitting(house, person, grant), role="treasurer", holder="")
    assert house.slug(ApproveIbanChange("puits"), sat) == "confirm-first"


def test_another_iban_waits_for_a_second_person_and_two_days(house: House) -> None:
    shop = bank(house, "lavoir")
    owe(shop)
    assert paid_at(shop, again(shop.first)) == (OLD, "")
    house.do(ChangeMember(shop.shop, iban=NEW), again(shop.first))
    read = read_member(house.ledger, CODE, again(shop.owner), "lavoir")
    assert read["iban"] == OLD
    assert read["iban_change"] == {
        "member": "lavoir",
        "state": "asked",
        "asked_at": change_of(shop).asked_at.isoformat().replace("+00:00", "Z"),
        "asked_by": "first-lavoir",
        "approved_by": None,
        "effective_at": None,
    }
    assert paid_at(shop, again(shop.first)) == (OLD, "iban-changing")
    assert house.slug(MakePaymentFile("nef"), again(shop.first)) == "nothing-to-pay"
    assert house.slug(ApproveIbanChange("lavoir"), again(shop.first)) == "same-person"
    assert house.slug(ApproveIbanChange("lavoir"), again(shop.owner)) == "role-may-not"
    before = again(shop.first).at
    house.do(ApproveIbanChange("lavoir"), again(shop.second))
    after = in_force(shop, shop.first)
    assert after.at >= before + timedelta(hours=48)
    sooner = replace(after, at=after.at - timedelta(seconds=1))
    assert paid_at(shop, sooner) == (OLD, "iban-changing")
    assert paid_at(shop, after) == (NEW, "")
    assert house.slug(CancelIbanChange("lavoir"), in_force(shop, shop.owner)) == "not-in-state"


def test_a_change_in_force_is_paid_and_then_written_by_the_night(house: House) -> None:
    shop = bank(house, "moulin")
    owe(shop)
    agreed(shop)
    made = house.do(MakePaymentFile("nef"), in_force(shop, shop.first))
    assert NEW.encode() in file_content(house.ledger, CODE, again(shop.first), str(made["id"]))[1]
    assert do_nightly(house.ledger, CODE, in_force(shop, operator())).ibans
    assert (identity_of(shop).iban, change_of(shop).state, change_of(shop).iban) == (
        NEW,
        "done",
        "",
    )


def test_the_contact_of_before_is_told_each_step(house: House) -> None:
    shop = bank(house, "cafe")
    house.do(ChangeMember("cafe", email="thief@example.org", iban=NEW), again(shop.first))
    assert sorted(told(shop)) == [
        ("email-changed", "old@example.org"),
        ("iban-change-asked", "old@example.org"),
    ]
    waiting = {(notice.kind, address) for notice, address in unsent(house.ledger, CODE)}
    assert set(told(shop)) <= waiting
    house.do(CancelIbanChange("cafe"), again(shop.owner))
    assert ("iban-change-cancelled", "thief@example.org") in told(shop)
    assert change_of(shop).iban == ""
    assert house.slug(ApproveIbanChange("cafe"), again(shop.second)) == "not-in-state"
    assert read_member(house.ledger, CODE, again(shop.owner), "cafe")["iban"] == OLD


def test_a_contact_moved_just_before_the_asking_is_told_too(house: House) -> None:
    shop = bank(house, "gare")
    early = replace(again(shop.first), at=again(shop.first).at + timedelta(days=4))
    for after, email in (
        (0, "stale@example.org"),
        (3, "thief@example.org"),
        (4, "two@example.org"),
    ):
        when = replace(again(shop.first), at=early.at + timedelta(days=after))
        house.do(ChangeMember("gare", email=email), when)
    asking = replace(again(shop.first), at=early.at + timedelta(days=4, hours=1))
    house.do(ChangeMember("gare", iban=NEW), asking)
    asked = [address for kind, address in told(shop) if kind == "iban-change-asked"]
    # Not `old@`, which was replaced more than two days before.
    assert sorted(asked) == ["stale@example.org", "thief@example.org", "two@example.org"]
    when = replace(again(shop.second), at=asking.at)
    house.do(ApproveIbanChange("gare"), when)
    agreed = [address for kind, address in told(shop) if kind == "iban-change-approved"]
    assert sorted(agreed) == sorted(asked)


def test_what_is_agreed_to_is_the_change_that_was_read(house: House) -> None:
    shop = bank(house, "port")
    later = datetime.fromisoformat(house.ledger.reads.rulebook(CODE)[1].at) + timedelta(minutes=1)
    house.do(ChangeMember("port", iban=NEW), replace(again(shop.first), at=later))
    read = change_of(shop).asked_at
    house.do(CancelIbanChange("port"), again(shop.owner))
    later += timedelta(minutes=1)
    house.do(ChangeMember("port", iban=OTHER), replace(again(shop.first), at=later))
    assert house.slug(ApproveIbanChange("port", read), again(shop.second)) == "not-in-state"
    house.do(ApproveIbanChange("port", change_of(shop).asked_at), again(shop.second))


def test_a_first_iban_counts_at_once_and_only_by_a_treasurer(house: House) -> None:
    house.do(RegisterMember("four", "pro", "Le Four"))
    owner = house.with_token("owner-four", "shop", "four")
    asked = house.do(AskIbanChange("four", OLD), owner)
    assert asked["state"] == "asked"
    # While that waits, a treasurer cannot pass beside it.
    first = house.with_token("first-four", "treasurer")
    assert house.slug(ChangeMember("four", iban=NEW), first) == "not-in-state"
    house.do(CancelIbanChange("four"), again(owner))
    house.do(ChangeMember("four", iban=NEW), again(first))
    assert read_member(house.ledger, CODE, again(owner), "four")["iban"] == NEW


def test_a_stranger_neither_asks_nor_withdraws(house: House) -> None:
    shop = bank(house, "source")
    stranger = house.with_token("stranger", "shop", "boulangerie")
    house.do(ChangeMember(shop.shop, iban=NEW), again(shop.first))
    for operation in (AskIbanChange("source", NEW), CancelIbanChange("source")):
        assert house.slug(operation, again(stranger)) == "not-found"
    assert house.slug(ChangeMember("source", iban="FR76 1"), again(shop.second)) == "not-in-state"


def test_a_change_that_is_in_force_is_not_lost_under_the_next(house: House) -> None:
    shop = bank(house, "forge")
    agreed(shop)
    house.do(ChangeMember("forge", iban=OLD), in_force(shop, shop.first))
    assert (identity_of(shop).iban, change_of(shop).iban, change_of(shop).state) == (
        NEW,
        OLD,
        "asked",
    )


def test_the_database_itself_refuses_one_person_as_both(house: House) -> None:
    shop = bank(house, "pont")
    agreed(shop)
    same = replace(change_of(shop), approved_by=shop.first.person)
    with pytest.raises(Exception, match="iban_change_second"):
        house.do(Put(same))


@dataclass(frozen=True)
class Put:
    """Write a paper past every rule."""

    paper: object

    def needs(self, _book: Rulebook, _context: Context) -> Needs:
        """See Operation."""
        return Needs()

    def plan(self, _shelf: Shelf, _context: Context) -> Plan:
        """See Operation."""
        return Plan(kind="put", papers=(self.paper,))
