"""Units issued by hand above the terms' amount are proposed by one person and issued by another."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ledger.books.conversions import HandConversion
from ledger.books.papers import Outstanding
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE
from ledger.operations.fund import OpenOffice
from ledger.operations.grant import Given
from ledger.operations.hand_conversion import (
    ApproveConversion,
    WithdrawConversion,
    approving_conversion,
    list_proposals,
)
from ledger.operations.token import CreateToken, token_hash
from ledger.proof.reader import open_source
from ledger.proof.verifier import verify
from ledger.refusals import Unknown
from tests.fund.house import House, house
from tests.payout.test_files import Decide
from tests.people.seat import agreement_of


@pytest.fixture
def town(database_url: str) -> Iterator[House]:
    with house(database_url) as opened:
        terms = opened.ledger.reads.rulebook(CODE)[0].terms_on(opened.at.date())
        opened.post(Decide(replace(terms, since=opened.at.date(), hand_conversions_above=100_00)))
        yield opened
    with open_source(database_url) as source:
        report = verify(source)
    # The terms of this test come from no two people, which the auditor rightly says.
    assert {problem.slug for problem in report.problems} <= {"terms-persons", "terms-before"}


def test_up_to_the_amount_one_person_issues(town: House) -> None:
    told = town.post(Convert("alice", 100_00, "bank"))
    assert told["entry"] == town.head
    assert town.ledger.reads.papers(HandConversion, CODE) == []


def test_above_it_another_person_sees_it_first(town: House) -> None:
    head = town.head
    asked = town.post(Convert("bruno", 150_00, "bank", reference="virement"))
    assert (asked["state"], "entry" in asked, town.head) == ("proposed", False, head)
    assert (asked["units"], asked["bonus"]) != (None, None)
    assert town.balances("member:bruno")["member:bruno"] == 0
    id_ = str(asked["id"])
    context = town.context()
    listed = list_proposals(town.ledger, CODE, context, state="proposed", after="", limit=9)
    assert [each["id"] for each in listed] == [id_]
    approve = approving_conversion(town.ledger, CODE, context, id_)
    assert town.refusal(approve) == "same-person"
    assert town.refusal(ApproveConversion(id_, "alice"), "treasurer-2") == "not-found"
    wanted = agreement_of(town.ledger, CODE, town.at, approve, Given("treasurer"))
    assert wanted == ("conversion", id_, "150.00 EUR", "bruno")
    done = town.post(approve, "treasurer-2")
    assert (done["state"], done["conversion"], done["entry"]) == ("done", town.head, town.head)
    assert town.balances("member:bruno")["member:bruno"] == 150_00
    entry = town.ledger.reads.entry(CODE, town.head)
    assert entry is not None
    assert (entry.facts["proposed_by"], entry.memo) == ("treasurer", "virement")
    expected = town.ledger.reads.having(Outstanding, CODE, "member", ["bruno"])
    assert [(each.amount, each.state) for each in expected] == [(150_00, "open")]
    assert town.refusal(approve, "treasurer-2") == "not-in-state"
    assert town.refusal(WithdrawConversion(id_)) == "not-in-state"
    assert list_proposals(town.ledger, CODE, context, state="proposed", after="", limit=9) == []


def test_a_proposal_is_taken_back(town: House) -> None:
    id_ = str(town.post(Convert("alice", 100_01, "card"))["id"])
    assert town.post(WithdrawConversion(id_))["state"] == "withdrawn"
    approve = approving_conversion(town.ledger, CODE, town.context(), id_)
    assert town.refusal(approve, "treasurer-2") == "not-in-state"


def test_what_is_refused_is_not_proposed_and_what_is_unknown_not_approved(town: House) -> None:
    assert town.refusal(Convert("nobody", 500_00, "bank")) == "not-found"
    with pytest.raises(Unknown):
        approving_conversion(town.ledger, CODE, town.context(), "none")
    assert town.refusal(WithdrawConversion("none")) == "not-found"
    assert town.refusal(ApproveConversion("none", "alice")) == "not-found"


def test_an_office_counts_its_till_and_waits_for_nobody(town: House) -> None:
    town.post(OpenOffice("mairie", "Mairie"))
    asked = Convert("alice", 500_00, "cash", office="mairie")
    proposed = town.post(asked)
    assert proposed["state"] == "proposed"
    done = town.post(ApproveConversion(str(proposed["id"]), "alice"), "treasurer-2")
    assert (done["entry"], town.balances("till:mairie")["till:mairie"]) == (town.head, 500_00)
    made = town.post(CreateToken(token_hash("a token"), "office", "mairie", "clerk"))
    clerk = replace(town.context("office", holder="mairie", person="clerk"), actor=str(made["id"]))
    answer = town.ledger.post_and_wait(CODE, asked, clerk)
    assert (answer.refused, answer.entry) == (False, town.head)
    assert town.balances("till:mairie")["till:mairie"] == 1000_00
