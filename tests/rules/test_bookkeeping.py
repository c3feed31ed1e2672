"""Each entry as an accountant keeps it: balanced lines in euros, holder by holder."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.books import accounts
from ledger.books.accounts import KINDS, Fund
from ledger.books.journal import Entry, Posting
from ledger.money import EUR, Asset
from ledger.refusals import AccountNotMapped, Malformed
from ledger.rules.bookkeeping import (
    CARRIED,
    LOST,
    MIRRORS,
    Chart,
    Head,
    changed,
    decimals_of,
    euro_lines,
    journal_of,
    letters_of,
    opening_lines,
    subject_of,
)
from ledger.rules.charts import CHARTS

UNIT = Asset("ROU", 2)
FUND = Fund("digital")
CHART = Chart(
    CHARTS["pca-2025"],
    media={"nef": "digital", "municipal": "paper", "ours": "operating"},
    holders={"r1": "boulangerie"},
)
ACCOUNTS = [
    *("bank:nef", "bank:municipal", "bank:ours", "till:halles", "transit"),
    *("suspense", "opening"),
    *("member:alice", "gift:roue-20:alice@2027-01-01", "held:r1", "notes:public"),
    *("sponsor:city", "payable:redemptions", "payable:donations:school", "payable:treasury:town"),
    *(
        "mandate:town",
        "service:town:pool",
        "receivable:alice",
        "income:redemption-fees",
        "income:interest",
    ),
    *("income:differences", "expense:bank-fees", "expense:donations", "expense:differences"),
]


def told(
    *postings: Posting, chart: Chart = CHART, unit: Asset = UNIT
) -> list[tuple[str, str, int]]:
    lines = euro_lines(postings, chart, unit)
    assert sum(line.amount for line in lines) == 0
    return [(line.head.number, line.auxiliary, line.amount) for line in lines]


def test_a_conversion_debits_the_bank_and_credits_the_holder() -> None:
    assert told(
        Posting(FUND.backing, "bank:nef", 10_00, EUR),
        Posting(FUND.issued, "member:alice", 10_00, UNIT),
        Posting(FUND.backing, "sponsor:city", 2_00, EUR),
        Posting(FUND.issued, "gift:roue-20:alice@2027-01-01", 2_00, UNIT),
    ) == [("5121", "", 1000), ("46731", "city", 200), ("46721", "alice", -1200)]


def test_a_payment_moves_the_debt_from_holder_to_holder() -> None:
    assert told(
        Posting("gift:roue-20:alice@2027-01-01", "member:shop", 2_00, UNIT),
        Posting("member:alice", "member:shop", 3_00, UNIT),
    ) == [("46721", "alice", 500), ("46721", "shop", -500)]


def test_a_redemption_turns_the_debt_to_a_holder_into_a_payable_and_a_fee() -> None:
    asked = Posting("member:boulangerie", "held:r1", 100_00, UNIT)
    assert told(asked) == [("46721", "boulangerie", 10000), ("467219", "boulangerie", -10000)]
    assert told(
        Posting("held:r1", FUND.issued, 100_00, UNIT),
        Posting("payable:redemptions", FUND.backing, 95_00, EUR),
        Posting("income:redemption-fees", FUND.backing, 5_00, EUR),
    ) == [("467219", "boulangerie", 10000), ("46741", "", -9500), ("7088", "", -500)]


def test_what_stays_within_one_account_is_no_accountants_entry() -> None:
    assert told(Posting("gift:roue-20:alice@2027-01-01", "member:alice", 1, UNIT)) == []


def test_a_unit_with_more_decimals_keeps_them() -> None:
    fine = Asset("FIN", 4)
    assert decimals_of(fine) == 4
    assert told(
        Posting(FUND.backing, "bank:nef", 1, EUR),
        Posting(FUND.issued, "member:alice", 100, fine),
        unit=fine,
    ) == [("5121", "", 100), ("46721", "alice", -100)]
    assert told(Posting("member:a", "member:b", 1, fine), unit=fine) == [
        *(("46721", "a", 1), ("46721", "b", -1)),
    ]


@pytest.mark.parametrize("plan", CHARTS)
@pytest.mark.parametrize("name", ACCOUNTS)
def test_every_account_of_the_books_has_a_number(plan: str, name: str) -> None:
    head = Chart(CHARTS[plan], CHART.media, CHART.holders).head(name)
    assert head.number[:3].isdigit()


def test_no_kind_and_no_named_account_of_the_plan_is_left_out() -> None:
    shown = {name.partition(":")[0] for name in ACCOUNTS} | MIRRORS
    assert shown == KINDS
    named = {
        value
        for key, value in vars(accounts).items()
        if key.isupper() and isinstance(value, str) and value.partition(":")[0] in KINDS
    }
    for name in named:
        known = name if name != accounts.DONATIONS_OWED else f"{name}:school"
        assert CHART.head(known).number


@pytest.mark.parametrize("name", ["income:rent", "bank:elsewhere", "stock:safe"])
def test_an_account_without_a_number_is_named(name: str) -> None:
    with pytest.raises(AccountNotMapped) as refused:
        CHART.head(name)
    assert refused.value.facts["account"] == name


def test_the_most_precise_number_wins() -> None:
    heads = changed(CHARTS["pca-2018"], ["bank:nef=51211 La Nef", "income:rent=752 Loyers"])
    chart = Chart(heads, CHART.media, {})
    assert chart.head("bank:nef") == Head("51211", "La Nef")
    assert chart.head("bank:municipal").number == "5122"
    assert chart.head("income:rent").number == "752"
    assert chart.head("till:halles").number == "531"
    assert chart.auxiliary("held:unknown") == ""
    assert chart.auxiliary("payable:donations:school") == "school"


@pytest.mark.parametrize(
    "line", ["", "bank:nef", "bank:nef=51 x", "bank:nef=512 ", "bank:nef=512 a\tb", "=512 x"]
)
def test_a_change_of_the_chart_that_does_not_read_is_pointed_at(line: str) -> None:
    with pytest.raises(Malformed) as refused:
        changed({}, ["member=467 ok", line])
    assert "/changes/1" in str(refused.value)


def test_a_year_opens_with_what_the_years_before_left() -> None:
    assets = dict.fromkeys(("bank:nef", FUND.backing, "income:interest"), EUR)
    units = {"member:alice": UNIT, FUND.issued: UNIT}
    left = {
        "bank:nef": 13_00,
        FUND.backing: -10_00,
        "member:alice": 10_00,
        FUND.issued: -10_00,
        "income:interest": -3_00,
    }
    lines = opening_lines(left, assets | units, CHART, UNIT)
    assert [(line.head, line.auxiliary, line.amount) for line in lines] == [
        (CHART.heads["bank@digital"], "", 1300),
        (CHART.heads["member"], "alice", -1000),
        (CHART.heads[CARRIED], "", -300),
    ]
    spent = {"bank:nef": -1_00, "expense:bank-fees": 1_00}
    lines = opening_lines(spent, dict.fromkeys(spent, EUR), CHART, UNIT)
    assert [(line.head, line.amount) for line in lines] == [
        (CHART.heads[LOST], 100),
        (CHART.heads["bank@digital"], -100),
    ]
    assert opening_lines({}, {}, CHART, UNIT) == ()


@given(st.lists(st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS), st.integers(1))))
def test_whatever_moves_the_lines_balance(moves: list[tuple[str, str, int]]) -> None:
    postings = []
    for source, target, amount in moves:
        for name, way in ((source, -1), (target, 1)):
            asset = accounts.account_of(name, UNIT).asset
            mirror = FUND.backing if asset == EUR else FUND.issued
            ends = (name, mirror) if way < 0 else (mirror, name)
            postings.append(Posting(*ends, amount, asset))
            if asset != EUR:  # what circulates moves with its euros
                ends = (FUND.backing, "bank:nef") if way > 0 else ("bank:nef", FUND.backing)
                postings.append(Posting(*ends, amount, EUR))
    units = sum(
        p.amount * ((p.target == FUND.issued) - (p.source == FUND.issued)) for p in postings
    )
    euros = sum(
        p.amount * ((p.target == FUND.backing) - (p.source == FUND.backing)) for p in postings
    )
    lines = euro_lines(postings, CHART, UNIT)
    assert sum(line.amount for line in lines) == units - euros


@pytest.mark.parametrize(
    ("posting", "code"),
    [
        (Posting(FUND.backing, "bank:nef", 1, EUR), "BQ"),
        (Posting(FUND.backing, "till:halles", 1, EUR), "CA"),
        (Posting("suspense", "payable:redemptions", 1, EUR), "OD"),
        (Posting("member:a", "member:b", 1, UNIT), "UN"),
    ],
)
def test_the_journal_of_an_entry(posting: Posting, code: str) -> None:
    assert journal_of([posting])[0] == code


def entry(number: int, month: int, *postings: Posting, **facts: str | int) -> Entry:
    at = datetime(2026, month, 1, 12, tzinfo=UTC)
    return Entry("roue", number, at, "x", "operator", facts, postings, (), "", b"", b"")


def test_what_settles_itself_is_lettered_and_nothing_else() -> None:
    owed = Posting("payable:redemptions", FUND.backing, 95, EUR)
    paid = Posting("bank:nef", "payable:redemptions", 95, EUR)
    entries = [
        entry(1, 1, owed, redemption="r1"),
        entry(2, 2, owed, redemption="r2"),
        entry(3, 3, paid, redemption="r1"),
        entry(4, 4, paid.reversed(), redemption="r1"),
        entry(5, 5, paid, redemption="r1"),
        entry(6, 6, Posting("bank:nef", "transit", 1, EUR), order="o1"),
        entry(7, 7, Posting("transit", "bank:ours", 1, EUR), order="o1"),
        entry(8, 8, paid),
    ]
    seen = ((subject_of(each), each) for each in entries)
    letters = letters_of(seen, ["payable:redemptions", "transit"])
    assert {number: letter for number, (letter, _) in letters.items()} == {
        **dict.fromkeys((1, 3, 4, 5), "AAA"),
        **dict.fromkeys((6, 7), "AAB"),
    }
    assert letters[1][1].month == 5
    assert letters[6][1].month == 7


def test_letters_never_run_out() -> None:
    pair = Posting("payable:redemptions", "bank:nef", 1, EUR)
    many = [(str(n // 2), entry(n, 1, pair if n % 2 else pair.reversed())) for n in range(40_000)]
    letters = letters_of(many, ["payable:redemptions"])
    assert letters[0][0] == "AAA"
    assert letters[52][0] == "ABA"
    assert letters[39_999][0] == "BDPF"
    assert len({letter for letter, _ in letters.values()}) == 20_000


def test_an_entry_counts_on_the_day_that_was_sealed_with_it() -> None:
    assert entry(1, 5).day.isoformat() == "2026-05-01"
    assert entry(1, 5, counts_on="2026-04-30").day.isoformat() == "2026-04-30"
