"""The auditor adds services' sheets up again, and knows every ceiling of a mandate."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from ledger.proof.book import Book, Check, Sheet
from ledger.proof.claim_checks import Redemptions
from ledger.proof.rows import (
    KeptCurrency,
    KeptEntry,
    KeptMandate,
    KeptPosting,
    KeptRedemption,
    KeptSheet,
)
from ledger.proof.service_checks import Mandates, Services

Event = tuple[str, Any, list[tuple[str, str, int]]]
AT = "2026-11-20T12:00:00.000000Z"
POOL, DAY = "avignon:piscine", "2026-11-20"
ACCOUNT = f"service:{POOL}"
OPENED: Event = ("service", {"service": POOL, "last_sheet": 127}, [])
PAID: Event = (
    "payment",
    {"service": POOL, "service_day": DAY, "revenue:tickets": 4_00, "revenue:lessons": 6_00},
    [("member:alice", ACCOUNT, 10_00)],
)
BACK: Event = (
    "refund",
    {"service": POOL, "service_day": DAY, "revenue:tickets": 1_00},
    [(ACCOUNT, "member:alice", 1_00)],
)
TOTALS = {
    "service": POOL,
    "sheet": 128,
    "since": DAY,
    "until": DAY,
    "payments": 1,
    "refunds": 1,
    "redeemed": 9_00,
    "euros": 9_00,
    "fee": 0,
    "gross:lessons": 6_00,
    "gross:tickets": 4_00,
    "returned:tickets": 1_00,
    "redemption": "r-1",
}
CLOSED: Event = ("sheet", TOTALS, [(ACCOUNT, "issued:digital", 9_00)])
KEPT = KeptSheet(
    f"{POOL}:128",
    POOL,
    128,
    DAY,
    DAY,
    '{"lessons":600,"tickets":400}',
    '{"tickets":100}',
    1,
    1,
    9_00,
    9_00,
    0,
    "r-1",
    4,
)


def book(
    *sheets: KeptSheet,
    mandates: tuple[KeptMandate, ...] = (),
    redemptions: tuple[KeptRedemption, ...] = (),
) -> Book:
    return Book(
        "roue",
        KeptCurrency("ROUE", 2, 0, b"", AT),
        {},
        {},
        [],
        [],
        {each.id: each for each in redemptions},
        {each.id: each for each in sheets},
        {each.id: each for each in mandates},
        {},
        {},
    )


def seen(check: Check, *events: Event, tallies: Iterable[tuple[str, int, int]] = ()) -> list[str]:
    """Let entries pass by; gives the slugs of what is wrong."""
    slugs = []
    for number, (kind, facts, arrows) in enumerate(events, 1):
        text = facts if isinstance(facts, str) else json.dumps(facts)
        entry = KeptEntry(number, number - 1, AT, kind, "x", text, "[]", None, b"")
        postings = [
            KeptPosting(number, place, source, target, amount, "ROU", 0, 0)
            for place, (source, target, amount) in enumerate(arrows)
        ]
        slugs += [each.slug for each in check.entry(Sheet(entry, postings, list(tallies), []))]
    return slugs + [each.slug for each in check.end()]


def changed(event: Event, **facts: str | int) -> Event:
    return event[0], event[1] | facts, event[2]


def test_a_day_that_adds_up_is_sound() -> None:
    elsewhere: Event = ("payment", {}, [("member:alice", "member:shop", 1)])
    assert seen(Services(book(KEPT)), OPENED, PAID, BACK, CLOSED, elsewhere) == []


@pytest.mark.parametrize(
    ("paid", "slug"),
    [
        (changed(PAID, service="avignon:cantine"), "service"),
        (changed(PAID, **{"revenue:tickets": 5_00}), "service"),
        (changed(PAID, **{"revenue:tickets": 0, "revenue:lessons": 10_00}), "service"),
        (("payment", "[", PAID[2]), "service"),
        (("conversion", PAID[1], PAID[2]), "service"),
    ],
)
def test_what_a_service_takes_must_say_for_what(paid: Event, slug: str) -> None:
    assert slug in seen(Services(book(KEPT)), OPENED, paid, BACK, CLOSED)


@pytest.mark.parametrize(
    ("closed", "slug"),
    [
        (changed(CLOSED, sheet=129), "sheet-number"),
        (changed(CLOSED, sheet="128"), "sheet-number"),
        (changed(CLOSED, payments=2), "sheet-totals"),
        (changed(CLOSED, redeemed=8_00), "sheet-totals"),
        (changed(CLOSED, **{"gross:tickets": 3_00}), "sheet-totals"),
        (changed(CLOSED, until="2026-11-19"), "sheet-totals"),
        (changed(CLOSED, fee=1), "sheet"),
    ],
)
def test_a_sheet_must_be_the_next_and_add_up(closed: Event, slug: str) -> None:
    assert slug in seen(Services(book(KEPT)), OPENED, PAID, BACK, closed)


@pytest.mark.parametrize(
    "kept",
    [
        (),
        (KEPT._replace(gross="{"),),
        (KEPT._replace(entry=3),),
        (KEPT._replace(number=127),),
        (KEPT._replace(redemption=""),),
        (KEPT, KEPT._replace(id=f"{POOL}:129", number=129)),
    ],
)
def test_the_sheet_that_is_kept_is_the_one_that_was_sealed(kept: tuple[KeptSheet, ...]) -> None:
    assert seen(Services(book(*kept)), OPENED, PAID, BACK, CLOSED) == ["sheet"]


def test_nothing_counts_on_a_day_that_a_sheet_has_covered() -> None:
    assert seen(Services(book(KEPT)), OPENED, PAID, BACK, CLOSED, PAID) == ["service"]


MANDATE = KeptMandate("m", "avignon", "2026-01-01", "2026-12-31", 100, "granted")
SAID = {
    "mandate": "m",
    "authority": "avignon",
    "since": "2026-01-01",
    "until": "2026-12-31",
    "ceiling": 100,
}
GRANTED: list[Event] = [("mandate-proposal", SAID, []), ("mandate-grant", SAID, [])]


def test_a_mandate_is_what_was_sealed() -> None:
    assert seen(Mandates(book(mandates=(MANDATE,))), *GRANTED) == []
    assert seen(Mandates(book()), *GRANTED) == ["mandate"]
    assert seen(Mandates(book(mandates=(MANDATE,)))) == ["mandate"]
    larger = MANDATE._replace(ceiling=101)
    assert seen(Mandates(book(mandates=(larger,))), *GRANTED) == ["mandate"]
    revoked: Event = ("mandate-revocation", SAID, [])
    assert seen(Mandates(book(mandates=(MANDATE,))), *GRANTED, revoked) == ["mandate"]


def test_what_is_used_of_a_mandate_is_counted_against_its_ceiling() -> None:
    used: Event = ("disbursement-credit", {}, [])
    check = Mandates(book(mandates=(MANDATE,)))
    assert seen(check, *GRANTED) == []
    assert seen(check, used, tallies=[("mandate:m", 5, 100), ("bonus:x", 1, 2)]) == []
    assert seen(check, used, tallies=[("mandate:m", 5, 101)]) == ["mandate-ceiling"]
    assert seen(check, used, tallies=[("mandate:n", 5, 100)]) == ["mandate-ceiling"]


def test_a_sheet_owes_the_treasury_all_that_it_redeems() -> None:
    row = KeptRedemption("r-1", "avignon", 9_00, 9_00, "approved", "piscine 128")
    whole: Event = ("sheet", TOTALS, [("payable:treasury:avignon", "backing:digital", 9_00)])
    assert seen(Redemptions(book(redemptions=(row,))), whole) == []
    netted: Event = ("sheet", TOTALS, [("payable:treasury:avignon", "backing:digital", 8_00)])
    assert seen(Redemptions(book(redemptions=(row,))), netted) == ["redemption"]
    kept: Event = ("sheet", {"service": POOL}, [])
    assert seen(Redemptions(book()), kept) == []
