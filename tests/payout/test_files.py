"""A payment that is due goes to the bank once, whatever happens while its file is made."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ledger.books.context import Context
from ledger.books.journal import Plan
from ledger.books.papers import PaymentFile, Redemption, Rulebook
from ledger.books.terms import Terms, digest, told
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE
from ledger.operations.due import read_dues
from ledger.operations.fund import OrderTransfer
from ledger.operations.grant import Given
from ledger.operations.member import ChangeMember, RegisterMember
from ledger.operations.payout import (
    CancelPaymentFile,
    MakePaymentFile,
    PayAgain,
    ReleasePaymentFile,
    file_content,
)
from ledger.operations.redemption import ApproveRedemption, RequestRedemption
from ledger.proof.reader import open_source
from ledger.proof.verifier import verify
from ledger.refusals import NotInState
from ledger.store.shelf import Needs, Shelf
from tests.fund.house import House, camt, house, line
from tests.people.seat import agreement_of

SHOPS = {
    "boulangerie": "FR1420041010050500013M02606",
    "librairie": "FR7630006000011234567890189",
}


@pytest.fixture
def town(database_url: str) -> Iterator[House]:
    """Open the demo currency, with two shops that have units and say where they bank."""
    with house(database_url) as made:
        for shop, iban in SHOPS.items():
            made.post(Convert(shop, 100_000, "bank"))
            made.post(ChangeMember(shop, name=f"L'{shop} & fils", iban=iban))
        yield made
    with open_source(database_url) as source:
        report = verify(source, None)
    assert report.sound, [problem.sentence("en") for problem in report.problems]


def due(town: House, shop: str, units: int = 10_000) -> str:
    """Let a shop ask for euros and another person approve; gives the redemption's id."""
    id_ = str(town.post(RequestRedemption(shop, units), person=shop)["id"])
    town.post(ApproveRedemption(id_), person="treasurer-2")
    return id_


def state(town: House, id_: str) -> tuple[str, str]:
    found = town.ledger.reads.paper(Redemption, CODE, id_)
    assert found is not None
    return found.state, found.file


def content(town: House, file: object) -> bytes:
    return file_content(town.ledger, CODE, town.context(), str(file))[1]


def test_what_is_due_goes_out_in_one_file_and_the_banks_lines_settle_it(town: House) -> None:
    first, second = due(town, "boulangerie"), due(town, "librairie", 20_000)
    waiting = str(town.post(RequestRedemption("librairie", 100), person="x")["id"])
    made = town.post(MakePaymentFile("nef"))
    assert (made["payments"], made["euros"], made["state"]) == (2, "285.00", "live")
    assert state(town, first) == state(town, second) == ("sent", made["id"])
    assert state(town, waiting) == ("requested", "")
    file = content(town, made["id"])
    assert file == content(town, made["id"])
    assert b"<Nm>L'boulangerie + fils</Nm>" in file
    assert SHOPS["librairie"].encode() in file
    assert town.refusal(MakePaymentFile("nef")) == "nothing-to-pay"
    paper = town.ledger.reads.paper(Redemption, CODE, first)
    assert paper is not None
    words = f"/EndToEndId/{paper.reference}"
    town.drop(
        camt(
            line("95.00", words, bank_reference="b1", sign="DBIT"), opening="95.00", closing="0.00"
        )
    )
    assert state(town, first) == ("paid", made["id"])
    assert state(town, second) == ("sent", made["id"])


def test_the_same_key_makes_the_same_file_although_nothing_is_due_any_more(town: House) -> None:
    due(town, "boulangerie")
    context = town.context()
    answers = [town.ledger.post_and_wait(CODE, MakePaymentFile("nef"), context) for _ in range(2)]
    assert [answer.replayed for answer in answers] == [False, True]
    assert answers[0].body == answers[1].body


def test_who_cannot_be_paid_is_named_with_what_blocks_it(town: House) -> None:
    blocks = {due(town, "boulangerie"): ""}
    for iban, block in [
        ("", "no-iban"),
        ("FR0012", "iban-invalid"),
        ("CH9300762011623852957", "iban-far"),
    ]:
        town.post(RegisterMember(block, "pro", "Une boutique", iban=iban))
        town.post(Convert(block, 100_000, "bank"))
        blocks[due(town, block)] = block
    told = {each.paper.id: each.block for each in read_dues(town.ledger, CODE, town.context())}
    assert told == blocks
    paid, blocked, *_ = blocks
    assert town.post(MakePaymentFile("nef"))["changed"] == [paid]
    town.post(ChangeMember("no-iban", iban=SHOPS["librairie"]))
    assert town.post(MakePaymentFile("nef"))["changed"] == [blocked]


def test_an_unknown_account_and_one_without_dues_are_refused(town: House) -> None:
    due(town, "boulangerie")
    assert town.refusal(MakePaymentFile("elsewhere")) == "not-found"
    assert town.refusal(MakePaymentFile("credit-municipal")) == "nothing-to-pay"


def test_a_file_that_never_left_is_cancelled_by_another_person_and_paid_by_the_next(
    town: House,
) -> None:
    paid = due(town, "boulangerie")
    made = town.post(MakePaymentFile("nef"))
    cancel = CancelPaymentFile(str(made["id"]), "never sent")
    assert town.refusal(cancel) == "same-person"
    town.post(cancel, person="treasurer-2")
    assert state(town, paid) == ("approved", "")
    with pytest.raises(NotInState):
        content(town, made["id"])
    assert town.refusal(cancel, person="treasurer-2") == "not-in-state"
    again = town.post(MakePaymentFile("nef"))
    assert state(town, paid) == ("sent", again["id"])


def test_a_file_of_which_the_bank_has_shown_a_payment_is_not_cancelled(town: House) -> None:
    paid = due(town, "boulangerie")
    due(town, "librairie")
    made = town.post(MakePaymentFile("nef"))
    paper = town.ledger.reads.paper(Redemption, CODE, paid)
    assert paper is not None
    town.drop(
        camt(
            line("95.00", paper.reference, bank_reference="b1", sign="DBIT"),
            opening="95.00",
            closing="0.00",
        )
    )
    cancel = CancelPaymentFile(str(made["id"]), "never sent")
    assert town.refusal(cancel, person="treasurer-2") == "not-in-state"


def test_a_transfer_that_came_back_goes_out_again_when_a_person_says_so(town: House) -> None:
    paid = due(town, "boulangerie")
    assert town.refusal(PayAgain("elsewhere")) == "not-found"
    town.post(MakePaymentFile("nef"))
    assert town.refusal(PayAgain(paid)) == "not-in-state"
    paper = town.ledger.reads.paper(Redemption, CODE, paid)
    assert paper is not None
    out = line("95.00", paper.reference, bank_reference="b1", sign="DBIT")
    back = line("95.00", paper.reference, bank_reference="b2")
    town.drop(camt(out, opening="95.00", closing="0.00", id_="S-1"))
    town.drop(camt(back, closing="95.00", id_="S-2"))
    assert state(town, paid)[0] == "bounced"
    assert town.refusal(MakePaymentFile("nef")) == "nothing-to-pay"
    (left,) = read_dues(town.ledger, CODE, town.context())
    assert left.block == "returned"
    town.post(PayAgain(paid))
    assert town.refusal(PayAgain(paid)) == "not-in-state"
    again = town.post(MakePaymentFile("nef"))
    assert state(town, paid) == ("sent", again["id"])


def test_transfers_between_own_accounts_go_out_in_a_file_of_their_own(town: House) -> None:
    order = OrderTransfer("bank:nef", "bank:credit-municipal", 12_000, "billets déposés")
    ordered = town.post(order)
    redeemed = due(town, "boulangerie")
    made = town.post(MakePaymentFile("nef", "orders"))
    assert made["changed"] == [ordered["id"]]
    assert state(town, redeemed) == ("approved", "")
    file = content(town, made["id"])
    assert b"FR7644729000010000000000275" in file
    assert str(ordered["reference"]).encode() in file
    assert town.refusal(MakePaymentFile("nef", "orders")) == "nothing-to-pay"
    town.post(CancelPaymentFile(str(made["id"]), "by hand instead"), person="treasurer-2")
    assert town.refusal(PayAgain(str(ordered["id"]), "orders")) == "not-in-state"
    assert town.refusal(PayAgain("elsewhere", "orders")) == "not-found"
    assert town.post(MakePaymentFile("nef", "orders"))["changed"] == [ordered["id"]]


@dataclass(frozen=True)
class Decide:
    """New terms, as an assembly would decide them."""

    terms: Terms

    def needs(self, _book: Rulebook, _context: Context) -> Needs:
        """See Operation."""
        return Needs()

    def plan(self, shelf: Shelf, _context: Context) -> Plan:
        """See Operation."""
        before = digest([told(terms) for terms in shelf.book.terms])
        facts = {**told(self.terms), "person": "a", "proposed_by": "b", "before": before}
        return Plan(kind="terms", papers=(self.terms,), facts=facts, sealed=True)


def test_where_the_terms_say_so_a_second_person_lets_the_file_go(town: House) -> None:
    town.post(Decide(Terms(since=town.at.date(), payouts_need_second=True)))
    due(town, "boulangerie")
    made = town.post(MakePaymentFile("nef"))
    assert made["state"] == "drafted"
    with pytest.raises(NotInState):
        content(town, made["id"])
    release = ReleasePaymentFile(str(made["id"]))
    assert town.refusal(release) == "same-person"
    wanted = agreement_of(town.ledger, CODE, town.at, release, Given("treasurer"))
    assert wanted == ("payment-file", made["id"], "95.00 EUR", "nef")
    town.post(release, person="treasurer-2")
    assert content(town, made["id"])
    assert town.refusal(release, person="treasurer-3") == "not-in-state"


def test_who_drafted_a_file_takes_it_back_alone(town: House) -> None:
    town.post(Decide(Terms(since=town.at.date(), payouts_need_second=True)))
    paid = due(town, "boulangerie")
    made = town.post(MakePaymentFile("nef"))
    town.post(CancelPaymentFile(str(made["id"]), "wrong day"))
    assert state(town, paid) == ("approved", "")


# -- crashes and crowds ------------------------------------------------------------------------


def in_process(url: str, moment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.payout.killed", url, moment])


@pytest.mark.parametrize(("moment", "files"), [("before", 0), ("after", 1)])
def test_a_kill_leaves_the_whole_file_or_nothing(
    town: House, database_url: str, moment: str, files: int
) -> None:
    paid = [due(town, "boulangerie", 1_000 + n) for n in range(5)]
    town.ledger.writer.close()
    assert in_process(database_url, moment).wait(60) == -signal.SIGKILL
    kept = town.ledger.reads.papers(PaymentFile, CODE)
    assert len(kept) == files
    wanted = ("sent", kept[0].id) if kept else ("approved", "")
    assert {state(town, id_) for id_ in paid} == {wanted}
    assert in_process(database_url, "never").wait(60) == 0
    (file,) = town.ledger.reads.papers(PaymentFile, CODE)
    assert {state(town, id_) for id_ in paid} == {("sent", file.id)}


def test_two_processes_at_once_make_one_file(town: House, database_url: str) -> None:
    paid = [due(town, "boulangerie", 1_000 + n) for n in range(20)]
    town.ledger.writer.close()
    running = [in_process(database_url, "never") for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    (file,) = town.ledger.reads.papers(PaymentFile, CODE)
    assert file.payments == 20
    assert {state(town, id_) for id_ in paid} == {("sent", file.id)}
    assert file.content.count("<EndToEndId>") == 20
    # What went out is what is owed, to the cent, and each once.
    assert file.euros == -town.balances("payable:redemptions")["payable:redemptions"]
