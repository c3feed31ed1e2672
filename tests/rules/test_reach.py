"""What a bonus reached and where it went; and when it came straight back."""

from datetime import timedelta

from ledger.books.journal import Entry, Posting
from ledger.money import EUR
from ledger.rules.reach import (
    bonuses_of,
    course_of,
    discreet,
    grouped,
    shown_course,
    shown_groups,
)
from ledger.rules.round_trip import round_trips, shown, traffic_of
from tests.rules.values import AT, ROU

HOUR, DAYS = timedelta(hours=1), timedelta(days=14)
CAMPAIGN = "roue-20"


def entry(number: int, kind: str, hours: int, *arrows: tuple[str, str, int], **facts: str) -> Entry:
    postings = tuple(
        Posting(source, target, amount, EUR if "backing" in source + target else ROU)
        for source, target, amount in arrows
    )
    at = AT + hours * HOUR
    return Entry("roue", number, at, kind, "x", facts, postings, (), "", b"", b"")


def conversion(number: int, member: str, hours: int = 0, bonus: int = 20_00) -> Entry:
    arrows = [
        ("backing:digital", "bank:nef", 100_00),
        ("issued:digital", f"member:{member}", 100_00),
    ]
    if bonus:
        arrows.append(("backing:digital", "sponsor:city", bonus))
        arrows.append(("issued:digital", f"gift:{CAMPAIGN}:{member}@2027-01-01", bonus))
    return entry(number, "conversion", hours, *arrows, member=member)


def payment(  # noqa: PLR0913, PLR0917 - who, where, when, and out of which pocket
    number: int, member: str, shop: str, hours: int, gift: int, own: int
) -> Entry:
    arrows = [
        (source, f"member:{shop}", units)
        for source, units in (
            (f"gift:{CAMPAIGN}:{member}@2027-01-01", gift),
            (f"member:{member}", own),
        )
        if units
    ]
    return entry(number, "payment", hours, *arrows, **{"from": member, "to": shop})


def redeemed(number: int, shop: str, hours: int, units: int) -> Entry:
    fee = units * 5 // 100
    return entry(
        number,
        "redemption-approval",
        hours,
        ("held:r", "issued:digital", units),
        ("payable:redemptions", "backing:digital", units - fee),
        ("income:redemption-fees", "backing:digital", fee),
        member=shop,
    )


def test_three_friends_and_one_shop_are_a_ring() -> None:
    friends = ("ada", "bea", "cem")
    journal = [conversion(number, who) for number, who in enumerate(friends, 1)]
    journal += [payment(9, who, "kiosk", 1, 20_00, 100_00) for who in friends]
    # A stall with sixty customers, and nothing redeemed.
    for number in range(60):
        journal += [
            conversion(100 + number, f"m{number}"),
            payment(200 + number, f"m{number}", "stall", 2, 20_00, 100_00),
        ]
    journal.append(redeemed(300, "kiosk", 25, 360_00))
    (ring,) = round_trips(traffic_of(journal), within=DAYS, least_bps=5_000)
    assert (ring.shop, ring.bonus, ring.fees, ring.net) == ("kiosk", 60_00, 18_00, 42_00)
    told = shown(ring, ROU, named=True)
    assert (told["members"], told["units"], told["net"]) == (3, "360.00", "42.00")
    legs = told["legs"]
    assert isinstance(legs, list)
    assert legs[0] == {
        "member": "ada",
        "conversion": 1,
        "campaigns": [CAMPAIGN],
        "units": "120.00",
        "bonus": "20.00",
        "fee": "6.00",
        "minutes_to_payment": 60,
        "minutes_to_redemption": 24 * 60,
    }
    discreetly = shown(ring, ROU, named=False)
    assert (discreetly["members"], discreetly["legs"]) == (None, [])


def test_what_is_no_ring() -> None:
    def rings(*journal: Entry) -> int:
        return len(round_trips(traffic_of(journal), within=DAYS, least_bps=5_000))

    paid = payment(2, "ada", "kiosk", 1, 20_00, 100_00)
    assert rings(conversion(1, "ada"), paid, redeemed(3, "kiosk", 2, 120_00)) == 1
    # Without a bonus; too little of it; before the payment; too late; somewhere else.
    assert rings(conversion(1, "ada", bonus=0), paid, redeemed(3, "kiosk", 2, 120_00)) == 0
    little = payment(2, "ada", "kiosk", 1, 20_00, 39_99)
    assert rings(conversion(1, "ada"), little, redeemed(3, "kiosk", 2, 59_99)) == 0
    assert rings(conversion(1, "ada"), paid, redeemed(3, "kiosk", 0, 120_00)) == 0
    assert rings(conversion(1, "ada"), paid, redeemed(3, "kiosk", 15 * 24, 120_00)) == 0
    assert rings(conversion(1, "ada"), paid, redeemed(3, "bakery", 2, 120_00)) == 0
    late = payment(2, "ada", "kiosk", 15 * 24, 20_00, 100_00)
    assert rings(conversion(1, "ada"), late, redeemed(3, "kiosk", 15 * 24, 120_00)) == 0
    assert rings(late, entry(4, "member", 0)) == 0


def test_a_unit_is_counted_once() -> None:
    journal = [
        conversion(1, "ada"),
        payment(2, "ada", "kiosk", 1, 20_00, 40_00),
        payment(3, "ada", "kiosk", 2, 0, 60_00),
        redeemed(4, "kiosk", 3, 60_00),
        redeemed(5, "kiosk", 4, 200_00),
    ]
    (ring,) = round_trips(traffic_of(journal), within=DAYS, least_bps=5_000)
    assert ring.bonus == 20_00
    assert ring.legs[0].units == 120_00


def test_a_bonus_is_followed_from_hand_to_hand() -> None:
    journal = [
        payment(1, "old", "kiosk", 0, 0, 5_00),  # from before the tracing began
        conversion(2, "ada"),
        entry(3, "conversion", 0, ("issued:digital", "gift:other:ada", 3_00), member="ada"),
        payment(4, "ada", "kiosk", 1, 15_00, 0),
        entry(5, "expiry", 2, (f"gift:{CAMPAIGN}:ada@2027-01-01", "issued:digital", 5_00)),
        payment(6, "kiosk", "bakery", 3, 0, 10_00),
        entry(7, "redemption-request", 4, ("member:bakery", "held:r", 10_00)),
        redeemed(8, "bakery", 5, 10_00),
        entry(9, "refund", 6, ("member:kiosk", "member:ada", 8_00)),
    ]
    course = course_of(journal, CAMPAIGN, ROU)
    assert (course.given, course.spent, course.expired) == (20_00, 15_00, 5_00)
    # The kiosk had 5.00 of others before: first in, first out.
    assert (course.redeemed, course.handed) == (5_00, {2: 5_00})
    told = shown_course(course, ROU)
    assert told["hands_before_redemption_hundredths"] == 200
    assert told["places"] == []  # one person's alone
    assert (
        shown_course(course_of([], CAMPAIGN, ROU), ROU)["hands_before_redemption_hundredths"]
        is None
    )
    assert [(found.number, cents) for found, cents in bonuses_of(journal, CAMPAIGN)] == [(2, 20_00)]


def people(name: str, count: int) -> list[tuple[str, str, int]]:
    return [(name, f"{name}-{number}", 1_00) for number in range(count)]


def test_few_people_are_told_together_or_not_at_all() -> None:
    assert shown_groups(grouped(people("avignon", 4))) == []
    assert shown_groups(grouped(people("avignon", 5))) == [
        {"name": "avignon", "members": 5, "amount": "5.00"}
    ]
    # One small commune would be what is missing to the whole: the next smallest goes with it.
    told, rest = discreet(grouped([*people("a", 9), *people("b", 6), *people("c", 1)]))
    assert set(told) == {"a"}
    assert rest is not None
    assert (len(rest.members), rest.amount) == (7, 7_00)
    rows = shown_groups(grouped([*people("a", 9), *people("c", 2), *people("d", 3)]))
    assert [(row["name"], row["members"]) for row in rows] == [("a", 9), ("", 5)]
