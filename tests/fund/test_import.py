"""A bank file becomes entries once, however often and in whatever pieces it comes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ledger.books.papers import BankLine, Outstanding
from ledger.operations import statement
from ledger.operations.campaign import Deposit
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE
from ledger.operations.line import ExplainLine
from ledger.operations.matching import Fate, list_lines
from ledger.operations.member import ChangeMember
from ledger.operations.reference import reference_for
from ledger.operations.statement import KEPT_AT_ONCE
from ledger.refusals import StatementOfUnknownAccount, UnreadableStatement
from tests.banking.camt_files import entry
from tests.fund.house import House, camt, house, line

ALICE = reference_for(CODE, "member", "alice")
BRUNO = reference_for(CODE, "member", "bruno")
ALICES_IBAN = "FR1420041010050500013M02606"


@pytest.fixture
def town(database_url: str) -> Iterator[House]:
    with house(database_url) as opened:
        yield opened


def waiting(town: House) -> list[BankLine]:
    return town.ledger.reads.having(BankLine, CODE, "state", ["waiting"])


def test_a_transfer_with_a_reference_becomes_units_with_their_bonus(town: House) -> None:
    told = town.drop(camt(line("10.00", f"merci {ALICE}", bank_reference="A1"), closing="10.00"))
    assert (told["new"], told["matched"], told["waiting"]) == (1, 1, 0)
    assert (told["opening"], told["closing"]) == ("0.00", "10.00")
    assert [(s, t.partition("@")[0], a) for s, t, a in town.arrows(town.head)] == [
        ("backing:digital", "bank:nef", 1000),
        ("issued:digital", "member:alice", 1000),
        ("backing:digital", "sponsor:grand-avignon", 200),
        ("issued:digital", "gift:roue-20:alice", 200),
    ]


def test_the_same_file_and_an_overlapping_one_add_nothing_twice(town: House) -> None:
    first = line("10.00", ALICE, bank_reference="A1")
    second = line("7.00", "loyer", bank_reference="A2")
    third = line("5.00", BRUNO, bank_reference="A3", on="2026-11-21")
    day = camt(first, second, closing="17.00")
    week = camt(first, second, third, closing="22.00", on="2026-11-21", id_="WEEK")
    assert town.drop(day)["new"] == 2
    head = town.head
    again = town.drop(day)
    assert (again["new"], again["duplicates"], town.head) == (0, 2, head)
    later = town.drop(week)
    assert (later["new"], later["duplicates"], later["matched"]) == (1, 2, 1)
    assert town.balances("bank:nef", "member:alice", "member:bruno") == {
        "bank:nef": 2_600_000 + 2200,
        "member:alice": 1000,
        "member:bruno": 500,
    }


def test_two_identical_lines_of_one_day_are_two_conversions(town: House) -> None:
    twins = [line("10.00", ALICE, bank_reference="") for _ in range(2)]
    data = camt(*twins, closing="20.00")
    assert town.drop(data)["matched"] == 2
    assert town.drop(data)["new"] == 0
    assert town.balances("member:alice")["member:alice"] == 2000


def test_an_unexplained_line_waits_in_suspense_until_somebody_explains_it(town: House) -> None:
    town.post(ChangeMember("alice", iban=ALICES_IBAN, name="Alice Martin"))
    told = town.drop(
        camt(
            line("25.00", "marché", bank_reference="A1", iban=ALICES_IBAN, name="MARTIN Alice"),
            line("3.20", "FRAIS", bank_reference="A2", sign="DBIT"),
            closing="21.80",
        )
    )
    assert (told["matched"], told["waiting"]) == (0, 2)
    assert town.balances("suspense")["suspense"] == -2500 + 320
    shown = {
        str(o["euros"]): o
        for o in list_lines(town.ledger, CODE, state="waiting", after="", limit=9)
    }
    assert shown["25.00"]["proposals"] == [
        {
            "cause": "conversion",
            "id": "alice",
            "exact": False,
            "reason": "the IBAN and the name are those of alice",
        }
    ]
    mine = str(shown["25.00"]["id"])
    answer = town.post(ExplainLine(mine, "nef", "conversion", "alice"))
    assert answer["state"] == "matched"
    assert town.arrows(town.head)[0] == ("backing:digital", "suspense", 2500)
    assert town.refusal(ExplainLine(mine, "nef", "conversion", "alice")) == "not-in-state"
    town.post(ExplainLine(str(shown["3.20"]["id"]), "nef", "bank-fee"))
    assert town.balances("suspense", "expense:bank-fees") == {
        "suspense": 0,
        "expense:bank-fees": 320,
    }


def test_a_wrong_digit_is_proposed_by_the_iban_and_said(town: House) -> None:
    town.post(ChangeMember("alice", iban=ALICES_IBAN))
    broken = ALICE[:-1] + ("A" if ALICE[-1] != "A" else "B")
    town.drop(camt(line("25.00", broken, bank_reference="A1", iban=ALICES_IBAN), closing="25.00"))
    [shown] = list_lines(town.ledger, CODE, state="waiting", after="", limit=9)
    assert shown["proposals"] == [
        {
            "cause": "conversion",
            "id": "alice",
            "exact": False,
            "reason": "the IBAN is that of alice; the reference has a wrong digit",
        }
    ]


def test_a_conversion_made_by_hand_is_recognised_when_the_bank_tells(town: House) -> None:
    made = town.post(Convert("alice", 1000, "bank"))
    told = town.drop(camt(line("10.00", ALICE, bank_reference="A1"), closing="10.00"))
    assert told["matched"] == 1
    assert town.balances("member:alice")["member:alice"] == 1000
    [found] = town.ledger.reads.having(BankLine, CODE, "state", ["matched"])
    assert (found.cause, found.entry) == ("entry", made["entry"])
    # A second transfer of the same amount is another one.
    more = camt(
        line("10.00", ALICE, bank_reference="A2"), opening="10.00", closing="20.00", id_="S-2"
    )
    assert town.drop(more)["matched"] == 1
    assert town.balances("member:alice")["member:alice"] == 2000


def test_a_deposit_made_by_hand_leaves_suspense_when_it_is_recognised(town: House) -> None:
    made = town.post(Deposit("grand-avignon", 5000, "nef"))
    told = town.drop(camt(line("50.00", "subvention", bank_reference="A1"), closing="50.00"))
    assert told["waiting"] == 1
    [found] = waiting(town)
    town.post(ExplainLine(found.id, "nef", "entry", str(made["entry"])))
    assert town.arrows(town.head) == [("bank:nef", "suspense", 5000)]
    assert town.balances("suspense", "bank:nef") == {"suspense": 0, "bank:nef": 2_600_000 + 5000}
    spent = town.ledger.reads.paper(Outstanding, CODE, str(made["entry"]))
    assert spent is not None
    assert spent.state == "matched"
    assert town.refusal(ExplainLine(found.id, "nef", "entry", str(made["entry"]))) == "not-in-state"


def test_a_sponsors_transfer_becomes_its_deposit(town: House) -> None:
    reference = reference_for(CODE, "sponsor", "grand-avignon")
    town.drop(camt(line("100.00", reference, bank_reference="A1"), closing="100.00"))
    assert town.arrows(town.head) == [("sponsor:grand-avignon", "bank:nef", 10_000)]


def test_a_sponsors_deposit_by_hand_is_not_booked_again_by_its_transfer(town: House) -> None:
    made = town.post(Deposit("grand-avignon", 10_000, "nef"))
    held = town.balances("sponsor:grand-avignon")
    reference = reference_for(CODE, "sponsor", "grand-avignon")
    told = town.drop(camt(line("100.00", reference, bank_reference="A1"), closing="100.00"))
    assert (told["matched"], told["waiting"]) == (0, 1)
    assert town.balances("sponsor:grand-avignon") == held
    [found] = waiting(town)
    town.post(ExplainLine(found.id, "nef", "entry", str(made["entry"])))
    assert town.balances("sponsor:grand-avignon") == held


def test_a_statement_that_does_not_add_up_is_kept_and_posts_nothing(town: House) -> None:
    head = town.head
    told = town.drop(camt(line("10.00", ALICE, bank_reference="A1"), closing="11.00"))
    assert (told["new"], told["matched"], told["waiting"]) == (1, 0, 0)
    assert "closing" in str(told["warnings"])
    assert town.head == head + 1  # the statement itself, without arrows
    assert town.arrows(town.head) == []
    assert town.balances("bank:nef")["bank:nef"] == 2_600_000
    assert "11.00" not in str(town.fund()["accounts"])  # nor is it what the bank says
    [left] = list_lines(town.ledger, CODE, state="waiting", after="", limit=9)
    assert left["state"] == "new"
    town.post(ExplainLine(str(left["id"]), "nef", "conversion", "alice"))
    assert town.arrows(town.head)[0] == ("backing:digital", "bank:nef", 1000)


def test_a_gap_between_statements_is_said_with_its_days(town: House) -> None:
    town.drop(camt(line("10.00", ALICE, bank_reference="A1"), closing="10.00", on="2026-11-18"))
    told = town.drop(camt(opening="15.00", closing="15.00", on="2026-11-20", id_="S-2"))
    [warning] = told["warnings"] if isinstance(told["warnings"], list) else []
    assert "15.00" in warning
    assert "2026-11-18" in warning


def test_the_books_keep_a_line_whose_member_left(town: House) -> None:
    town.post(ChangeMember("alice", status="suspended"))
    told = town.drop(camt(line("10.00", ALICE, bank_reference="A1"), closing="10.00"))
    assert (told["matched"], told["waiting"]) == (0, 1)


def test_a_statement_of_another_account_is_refused_by_its_last_characters(town: House) -> None:
    with pytest.raises(StatementOfUnknownAccount) as refused:
        town.drop(camt(closing="0.00"), account_="exploitation")
    assert "0176" in refused.value.detail
    assert "2157" not in refused.value.detail


def batch(value: str, *parts: tuple[str, str], bank_reference: str, sign: str = "CRDT") -> str:
    """Write a line that is a batch of payments, `(amount, words)` each; none of one without."""
    details = "".join(
        f'<TxDtls><Amt Ccy="EUR">{amount}</Amt><RmtInf><Ustrd>{words}</Ustrd></RmtInf></TxDtls>'
        for amount, words in parts
    )
    return entry(
        value,
        sign=sign,
        booked="2026-11-20",
        valued="2026-11-20",
        reference=bank_reference,
        details=details,
    )


def test_each_payment_of_a_batch_is_explained_on_its_own(town: House) -> None:
    data = camt(
        batch("36.00", ("10.00", ALICE), ("0.00", "rien"), ("26.00", "?"), bank_reference="B1"),
        closing="36.00",
    )
    told = town.drop(data)
    assert (told["lines"], told["new"], told["duplicates"]) == (1, 1, 0)
    assert town.balances("member:alice", "suspense") == {"member:alice": 1000, "suspense": -2600}
    again = town.drop(data)
    assert (again["lines"], again["new"], again["duplicates"]) == (1, 0, 1)
    # The same line told as one sum, and another told as one sum first and itemised later.
    whole = batch("36.00", bank_reference="B1"), batch("12.00", bank_reference="B2")
    told = town.drop(camt(*whole, closing="48.00", id_="S-2"))
    assert (told["new"], told["duplicates"]) == (1, 1)
    later = batch("12.00", ("5.00", BRUNO), ("7.00", BRUNO), bank_reference="B2")
    told = town.drop(camt(later, closing="12.00", id_="S-3"))
    assert (told["new"], told["duplicates"]) == (0, 1)
    assert town.balances("bank:nef")["bank:nef"] == 2_600_000 + 4800


def test_a_batch_that_does_not_sum_up_stays_one_line(town: House) -> None:
    data = camt(
        batch("36.00", ("10.00", "x"), ("25.00", "y"), bank_reference="B1"), closing="36.00"
    )
    assert town.drop(data)["new"] == 1
    [found] = waiting(town)
    assert found.amount == 3600


def test_what_is_no_statement_leaves_no_trace(town: House) -> None:
    head = town.head
    with pytest.raises(UnreadableStatement):
        town.drop(b"hello")
    assert town.head == head


def test_an_import_cut_short_is_finished_by_the_next(town: House) -> None:
    data = camt(line("10.00", ALICE, bank_reference="A1"), closing="10.00")
    town.drop(data)
    # As after a kill between keeping the line and explaining it: another line is still new.
    [found] = town.ledger.reads.having(BankLine, CODE, "state", ["matched"])
    assert found.state == "matched"
    more = camt(
        line("5.00", BRUNO, bank_reference="A2"), opening="10.00", closing="16.00", id_="S-2"
    )
    town.drop(more)
    [new] = town.ledger.reads.having(BankLine, CODE, "state", ["new"])
    assert town.drop(data)["matched"] == 0  # its statement is marked, so it is left to a person
    assert replace(new) in town.ledger.reads.having(BankLine, CODE, "state", ["new"])


def test_what_a_kill_left_unexplained_is_explained_by_the_next_import(
    town: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = camt(line("10.00", ALICE, bank_reference="A1"), closing="10.00")
    with monkeypatch.context() as killed:
        killed.setattr(statement, "certain_steps", lambda *_: [])
        killed.setattr(statement, "explain_lines", lambda *_: Fate(0, 0))
        town.drop(data)
    assert [line.state for line in town.ledger.reads.papers(BankLine, CODE)] == ["new"]
    told = town.drop(data)
    assert (told["new"], told["duplicates"], told["matched"]) == (0, 1, 1)
    assert town.balances("member:alice")["member:alice"] == 1000


def test_the_steps_of_an_import_leave_no_key_behind(town: House) -> None:
    def kept() -> int:
        with town.ledger.database.reading() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM operation").scalar_one())

    before = kept()
    assert town.drop(camt(line("10.00", ALICE, bank_reference="A1"), closing="10.00"))["matched"]
    assert kept() == before


def test_a_long_file_is_explained_by_its_days_whatever_its_order(town: House) -> None:
    days = [f"2026-11-{number:02}" for number in range(20, 10, -1)]
    lines = [
        line("1.00", ALICE, bank_reference=f"{day}/{number}", on=day)
        for day in days
        for number in range(KEPT_AT_ONCE // 5)
    ]
    told = town.drop(camt(*lines, closing=f"{len(lines)}.00"))
    assert (told["new"], told["matched"]) == (len(lines), len(lines))
    found = town.ledger.reads.papers(BankLine, CODE, order="entry")
    assert [line.booked_on for line in found] == sorted(line.booked_on for line in found)
    # Part by part: each is kept in one entry, and its lines are explained behind it.
    kept = [e for e in town.ledger.reads.entries(CODE, limit=999) if e.kind == "statement"]
    assert [e.facts["new"] for e in kept] == [KEPT_AT_ONCE, KEPT_AT_ONCE]
    # In one batch, so that a line is put once.
    assert kept[1].number == kept[0].number + KEPT_AT_ONCE + 1
    assert town.drop(camt(*lines, closing=f"{len(lines)}.00"))["duplicates"] == len(lines)
