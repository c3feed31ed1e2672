"""The vocabulary: names say what an account is, and nothing lopsided can be written down."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.books import accounts
from ledger.books.accounts import Account, Fund, account_of
from ledger.books.context import Context, town_day
from ledger.books.journal import Plan, Posting, unguarded
from ledger.books.papers import BankAccount, Credential, PaymentRequest
from ledger.books.terms import Terms, in_force
from ledger.money import EUR, Asset
from tests.rules.values import AT, DAY, NEF, ROU, outstanding, rulebook


@pytest.mark.parametrize(
    ("name", "asset", "floor", "ceiling", "owner"),
    [
        ("member:a", ROU, 0, None, "a"),
        ("gift:c:a@2027-01-31", ROU, 0, None, "a"),
        ("gift:c:a", ROU, 0, None, "a"),
        ("held:r", ROU, 0, None, None),
        ("notes:public", ROU, 0, None, None),
        ("issued:digital", ROU, None, 0, None),
        ("backing:digital", EUR, None, 0, None),
        ("sponsor:s", EUR, None, 0, None),
        ("payable:redemptions", EUR, None, 0, None),
        ("mandate:lyon", EUR, None, 0, None),
        ("bank:nef", EUR, None, None, None),
        ("till:halles", EUR, 0, None, None),
        ("receivable:a", EUR, 0, None, None),
        ("transit", EUR, None, None, None),
        ("suspense", EUR, None, None, None),
        ("income:interest", EUR, None, None, None),
    ],
)
def test_a_name_says_what_an_account_may_hold(
    name: str, asset: Asset, floor: int | None, ceiling: int | None, owner: str | None
) -> None:
    assert account_of(name, ROU) == Account(name, asset, floor, ceiling, owner)


def test_what_is_owed_to_associations_is_read_together() -> None:
    found = account_of(accounts.donation("ikastola"), ROU)
    assert (found.asset, found.ceiling, found.owner) == (EUR, 0, accounts.DONATIONS_OWED)


@pytest.mark.parametrize("name", ["", "wallet:a", "Member:a", "members"])
def test_the_plan_of_accounts_knows_no_other(name: str) -> None:
    with pytest.raises(ValueError, match="has no"):
        account_of(name, ROU)


@pytest.mark.parametrize(
    ("floor", "ceiling", "balance", "holds"),
    [
        (0, None, 0, True),
        (0, None, -1, False),
        (None, 0, 0, True),
        (None, 0, 1, False),
        (None, None, -1, True),
        (-5, 5, 5, True),
        (-5, 5, -6, False),
    ],
)
def test_an_account_keeps_its_limits(
    floor: int | None,
    ceiling: int | None,
    balance: int,
    holds: bool,  # noqa: FBT001 - a table's column
) -> None:
    assert Account("x", EUR, floor, ceiling, None).holds(balance) is holds


def test_names_of_accounts_are_made_and_taken_apart() -> None:
    pocket = accounts.gift("roue-20", "alice", "2027-04-03")
    assert pocket == "gift:roue-20:alice@2027-04-03"
    assert accounts.gift("roue-20", "alice", None) == accounts.public_name(pocket)
    assert accounts.expiry_of(pocket) == "2027-04-03"
    assert accounts.expiry_of("member:alice") is None
    assert (accounts.campaign_of(pocket), accounts.holder_of(pocket)) == ("roue-20", "alice")
    assert (accounts.held("r"), accounts.bank("b"), accounts.till("t")) == (
        "held:r",
        "bank:b",
        "till:t",
    )
    assert (accounts.member("m"), accounts.sponsor("s")) == ("member:m", "sponsor:s")
    assert (Fund("paper").issued, Fund("paper").backing) == ("issued:paper", "backing:paper")
    assert Fund("digital", "sud").issued == "issued:digital:sud"


@pytest.mark.parametrize(
    ("source", "target", "amount"), [("a", "b", 0), ("a", "b", -1), ("a", "a", 1)]
)
def test_what_moves_nothing_is_no_arrow(source: str, target: str, amount: int) -> None:
    with pytest.raises(ValueError, match="not an arrow"):
        Posting(source, target, amount, EUR)


def test_an_arrow_runs_back_whole_or_in_part_and_is_shown_without_its_pocket() -> None:
    arrow = Posting("gift:c:a@2027-01-31", "member:shop", 1_200, ROU)
    assert arrow.reversed() == Posting("member:shop", "gift:c:a@2027-01-31", 1_200, ROU)
    assert arrow.reversed(5).amount == 5
    assert arrow.shown() == {
        "source": "gift:c:a",
        "target": "member:shop",
        "amount": "12.00",
        "asset": "ROU",
    }


def test_a_plan_leaves_an_entry_for_arrows_or_a_seal() -> None:
    arrow = Posting("a", "b", 1, EUR)
    assert Plan(kind="x", postings=(arrow,)).leaves_entry
    assert Plan(kind="x", sealed=True).leaves_entry
    assert not Plan(kind="x").leaves_entry


def _issue(medium: str, units: int, cents: int, unit: Asset) -> tuple[Posting, ...]:
    fund = Fund(*medium.split(":"))
    return (
        Posting(fund.issued, "member:a", units, unit),
        Posting(fund.backing, "bank:nef", cents, EUR),
    )


@given(cents=st.integers(1, 10**12), scale=st.integers(2, 6))
def test_units_and_euros_move_together_at_par(cents: int, scale: int) -> None:
    unit = Asset("UNI", scale)
    units = cents * 10 ** (scale - 2)
    assert unguarded(_issue("digital", units, cents, unit), unit) is None
    assert unguarded(_issue("digital", units + 1, cents, unit), unit) == Fund("digital")
    only = _issue("digital:sud", units, cents, unit)[:1]
    assert unguarded(only, unit) == Fund("digital", "sud")


def test_one_fund_does_not_back_another() -> None:
    mixed = (*_issue("digital", 100, 100, ROU)[:1], *_issue("paper", 100, 100, ROU)[1:])
    assert unguarded(mixed, ROU) in {Fund("digital"), Fund("paper")}
    assert unguarded((Posting("member:a", "member:b", 5, ROU),), ROU) is None


def test_terms_are_those_of_the_day() -> None:
    old, new = Terms(since=date(2026, 1, 1)), Terms(since=date(2027, 1, 1), donation_bps=300)
    assert in_force([new, old], date(2026, 12, 31)) is old
    assert in_force([new, old], date(2027, 1, 1)) is new
    assert rulebook(terms=(old, new)).terms_on(date(2026, 1, 1)) is old
    with pytest.raises(LookupError, match="2025-12-31"):
        in_force([new, old], date(2025, 12, 31))


def test_the_accounting_day_is_the_day_in_paris() -> None:
    assert town_day(datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC)) == date(2026, 10, 31)
    assert town_day(datetime(2026, 10, 31, 23, 0, 0, tzinfo=UTC)) == date(2026, 11, 1)
    asked = Context(datetime(2026, 6, 30, 22, tzinfo=UTC), "", "", "", "", "", "", b"")
    assert asked.day == date(2026, 7, 1)


def test_a_credential_is_good_until_revoked_or_over() -> None:
    good = Credential("c", "h", "member", "a", "p")
    assert good.good_at(AT)
    later = AT + timedelta(seconds=1)
    assert Credential("c", "h", "member", "a", "p", expires_at=later).good_at(AT)
    assert not Credential("c", "h", "member", "a", "p", expires_at=AT).good_at(AT)
    assert not Credential("c", "h", "member", "a", "p", revoked_at=later).good_at(AT)


def test_a_payment_request_expires_by_itself() -> None:
    ends = AT + timedelta(minutes=5)
    asked = PaymentRequest("q", "shop", 1, "", "ABC", "IRIS", AT, ends)
    assert asked.state_at(ends - timedelta(microseconds=1)) == "pending"
    assert asked.state_at(ends) == "expired"
    paid = PaymentRequest("q", "shop", 1, "", "ABC", "IRIS", AT, ends, state="paid")
    assert paid.state_at(ends) == "paid"


def test_a_rulebook_finds_the_account_of_a_fund() -> None:
    south = BankAccount("sud", "digital", "X", "FR77", "sud")
    book = rulebook(bank_accounts={"nef": NEF, "sud": south})
    assert book.fund_account(Fund("digital")) is NEF
    assert book.fund_account(Fund("digital", "sud")) is south
    assert book.fund_account(Fund("paper")) is None
    assert NEF.account == "bank:nef"
    assert outstanding(id="12", day=DAY).number == 12
