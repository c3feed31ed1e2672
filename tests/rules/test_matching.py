"""A bank line and what it may be: each rung of the ladder, its reason, and how sure it is."""

from datetime import timedelta

import pytest

from ledger.books.papers import Identity, Sponsor
from ledger.rules.matching import Candidates, Proposal, propose, why
from ledger.rules.reasons import REASONS
from ledger.rules.split import Part
from tests.rules.values import DAY, line, order, outstanding, person, redemption

SPONSOR = Sponsor("s", "S", "RF5")
OWN = {"FR77": "paper", "FR76": "nef"}


def proposed(
    amount: int, candidates: Candidates, **more: object
) -> list[tuple[str, str, str, bool]]:
    found = propose(line(amount, **more), candidates)
    assert all(proposal.reason in REASONS for proposal in found)
    return [(p.cause, p.id, p.reason, p.exact) for p in found]


def test_our_own_reference_decides_alone() -> None:
    members = Candidates(members=[person()])
    assert proposed(1_000, members) == [("conversion", "a", "reference", True)]
    assert proposed(-1_000, members, counterparty="A") == []
    away = Candidates(members=[person(status="suspended")])
    assert proposed(1_000, away) == [("conversion", "a", "reference", False)]
    assert proposed(5, Candidates(sponsors=[SPONSOR])) == [("deposit", "s", "reference", True)]


def test_two_references_whose_amounts_make_the_line_share_it() -> None:
    named = [("conversion", "a"), ("conversion", "b")]
    two = Candidates(members=[person(), person(id="b")], named=named)
    shared = ("split", "", "split-text", False)
    whole = [("conversion", id_, "reference", False) for id_ in ("a", "b")]
    assert proposed(12_000, two, text="20 for A, 100 for B") == [shared, *whole]
    assert proposed(12_000, two, text="for A and B") == whole


def test_whoever_owes_may_be_paying_back_so_a_person_decides() -> None:
    owing = Candidates(members=[person()], claims={"a": 1_000})
    assert proposed(1_000, owing) == [
        ("conversion", "a", "reference", False),
        ("repayment", "a", "claim", False),
    ]
    assert proposed(900, owing) == [("conversion", "a", "reference", False)]


def test_an_entry_made_by_hand_is_recognised() -> None:
    known = Candidates(members=[person()], outstanding=[outstanding()])
    assert proposed(1_000, known) == [("entry", "7", "hand-entry", True)]
    assert proposed(999, known) == [("conversion", "a", "reference", True)]
    unnamed = Candidates(outstanding=[outstanding()])
    assert proposed(1_000, unnamed) == [("entry", "7", "hand-entry", False)]
    assert proposed(1_000, unnamed, booked_on=DAY + timedelta(days=11)) == []
    twice = [outstanding(), outstanding(id="8")]
    holder = Candidates(outstanding=twice, identities=[Identity("a")])
    assert proposed(1_000, holder) == [("entry", "7", "hand-entry-iban", True)]


@pytest.mark.parametrize(
    ("amount", "state", "told"),
    [
        (-9_500, "approved", ("redemption", "r", "reference", True)),
        (-9_500, "bounced", ("redemption", "r", "reference", True)),
        (-9_500, "sent", ("redemption", "r", "reference", True)),
        (-9_500, "requested", ("redemption", "r", "amount-differs", False)),
        (-9_500, "paid", ("redemption", "r", "amount-differs", False)),
        (-9_499, "approved", ("redemption", "r", "amount-differs", False)),
        (9_500, "paid", ("bounce", "r", "reference", True)),
        (9_500, "approved", ("bounce", "r", "amount-differs", False)),
    ],
)
def test_a_redemption_is_paid_or_bounces(
    amount: int, state: str, told: tuple[str, str, str, bool]
) -> None:
    assert proposed(amount, Candidates(redemptions=[redemption(state=state)])) == [told]


def test_a_redemption_is_recognised_by_its_payee_and_amount() -> None:
    due = Candidates(theirs=[redemption(state="approved"), redemption(id="r2", state="sent")])
    assert proposed(-9_500, due, iban="FR1") == [("redemption", "r", "payee-iban", True)]
    assert proposed(-9_499, due, iban="FR1") == []
    paid = Candidates(theirs=[redemption(state="paid")])
    assert proposed(9_500, paid) == []
    assert proposed(9_500, paid, returned="AC04") == [("bounce", "r", "payee-iban", True)]
    late = DAY + timedelta(days=61)
    assert proposed(9_500, paid, returned="AC04", booked_on=late) == []
    assert proposed(-9_500, paid, iban="FR1") == []
    named = Candidates(redemptions=[redemption(state="paid")], theirs=[redemption(state="paid")])
    assert proposed(9_500, named, returned="AC04") == [("bounce", "r", "reference", True)]


def test_an_own_transfer_is_recognised_on_its_own_side() -> None:
    orders = Candidates(orders=[order()])
    assert proposed(-1_000, orders) == [("order", "o", "reference", True)]
    assert proposed(1_000, orders) == [("order", "o", "amount-differs", False)]
    assert proposed(1_000, orders, account="paper") == [("order", "o", "reference", True)]
    assert proposed(-1, orders) == [("order", "o", "amount-differs", False)]
    left = Candidates(orders=[order(state="left")])
    assert proposed(-1_000, left) == [("order", "o", "amount-differs", False)]


def test_an_own_transfer_without_its_reference_is_known_by_both_accounts() -> None:
    waits = Candidates(transfers=[order(), order(id="p")], own=OWN)
    assert proposed(-1_000, waits, iban="FR77") == [("order", "o", "own-iban", True)]
    arrived = [("order", "o", "own-iban", True)]
    assert proposed(1_000, waits, account="paper", iban="FR76") == arrived
    some = [("order", "o", "own-amount", False), ("order", "p", "own-amount", False)]
    assert proposed(-1_000, waits) == some
    assert proposed(-1_000, waits, iban="FR99") == []
    late = DAY + timedelta(days=46)
    assert proposed(-1_000, waits, iban="FR99", booked_on=late) == []
    done = Candidates(transfers=[order(state="left")], own=OWN)
    nobody = [("transfer", "paper", "own-unordered", False)]
    assert proposed(-1_000, done, iban="FR77") == nobody
    assert proposed(-1_001, waits, iban="FR77") == nobody
    assert proposed(-1_001, waits, iban="FR76") == []


def test_what_the_bank_takes_back_is_of_the_conversion_it_paid() -> None:
    first = line(1_000, id="1", entry=5, references=("RF9",))
    second = line(1_000, id="2", entry=6, explained_by=8, booked_on=DAY + timedelta(days=1))
    back = {"booked_on": DAY + timedelta(days=5), "counterparty": "A"}
    one = Candidates(past=[first])
    assert proposed(-1_000, one, **back) == [("return", "5", "taken-back", False)]
    assert proposed(-1_000, one, returned="MD06", **back) == [("return", "5", "returned", True)]
    assert proposed(-999, one, returned="MD06", **back) == []
    assert proposed(-1_000, one, booked_on=DAY + timedelta(days=428), iban="FR1") == []
    both = Candidates(past=[first, second])
    assert proposed(-1_000, both, returned="MD06", **back) == [
        ("return", "8", "returned", False),
        ("return", "5", "returned", False),
    ]
    told = proposed(-1_000, both, returned="MD06", references=("RF9",), **back)
    assert told == [("return", "5", "returned", True)]


def test_two_certain_causes_are_none() -> None:
    both = Candidates(members=[person(), person(id="b")])
    assert [exact for *_, exact in proposed(1_000, both)] == [False, False]


def test_what_is_certain_stands_first_and_is_named_once() -> None:
    mixed = Candidates(redemptions=[redemption()], sponsors=[SPONSOR])
    assert [p[0] for p in proposed(5, mixed)] == ["deposit", "bounce"]
    known = Candidates(
        identities=[Identity("a")], remembered={("conversion", "a"): 3, ("conversion", "b"): 1}
    )
    assert proposed(5, known) == [
        ("conversion", "a", "iban", False),
        ("conversion", "b", "remembered", False),
    ]


def test_an_iban_proposes_and_a_name_or_a_slip_adds_to_it() -> None:
    known = Candidates(identities=[Identity("a", "Zoé Martin", iban="FR1")])
    assert proposed(5, known, counterparty="MARTIN  zoé") == [
        ("conversion", "a", "iban-name", False)
    ]
    assert proposed(5, known, counterparty="Somebody") == [("conversion", "a", "iban", False)]
    nameless = Candidates(identities=[Identity("a", iban="FR1")])
    assert proposed(5, nameless) == [("conversion", "a", "iban", False)]
    slip = Candidates(identities=[Identity("a")], broken_references=["RF00"])
    assert proposed(5, slip) == [("conversion", "a", "iban-broken-reference", False)]
    assert proposed(-5, known, iban="FR1") == []
    assert proposed(5, known, returned="AC04") == []
    sure = Candidates(members=[person()], identities=[Identity("b")])
    assert proposed(5, sure) == [("conversion", "a", "reference", True)]


def test_what_a_person_said_before_is_remembered() -> None:
    seen = Candidates(remembered={("bank-fee", ""): 2, ("conversion", "a"): 3})
    found = propose(line(5, iban="FR1"), seen)
    assert [why(p, "en") for p in found] == [
        "IBAN seen 3 times for a",
        "IBAN seen 2 times for the same cause",
    ]
    assert why(found[0], "fr") == "IBAN vu 3 fois pour a"
    assert proposed(5, seen, returned="AC04") == []


@pytest.mark.parametrize(
    ("amount", "more", "told"),
    [
        (-320, {"text": "FRAIS DE TENUE", "iban": "FR1"}, ("bank-fee", "", "fee-words", False)),
        (-320, {"text": "prlv"}, ("bank-fee", "", "no-payee", False)),
        (5, {"text": "Intérêts créditeurs"}, ("interest", "", "interest-words", False)),
        (-320, {"text": "prlv", "counterparty": "EDF"}, None),
        (5, {"text": "don"}, None),
    ],
)
def test_words_say_what_nothing_else_does(
    amount: int, more: dict[str, str], told: tuple[str, str, str, bool] | None
) -> None:
    assert proposed(amount, Candidates(), **more) == ([told] if told else [])


def test_a_line_that_names_several_is_taken_apart() -> None:
    named = [("conversion", "r"), ("conversion", "b")]
    told = propose(line(12_000, text="20 for r, 100 for b"), Candidates(named=named))
    parts = (Part("conversion", "r", 2_000), Part("conversion", "b", 10_000))
    assert told == [Proposal("split", "", "split-text", parts=parts)]
    two = [redemption(state="approved"), redemption(id="r2", state="sent", euros=500)]
    many = propose(line(-10_000, counterparty="X"), Candidates(redemptions=two))
    assert many[0].reason == "split-references"
    assert sum(part.amount for part in many[0].parts) == -10_000
    sent = [redemption(state="sent"), redemption(id="r2", state="sent", euros=500)]
    assert proposed(-10_000, Candidates(sent=sent)) == [("split", "", "split-sent", False)]
    assert proposed(-10_001, Candidates(sent=sent), counterparty="X") == []
