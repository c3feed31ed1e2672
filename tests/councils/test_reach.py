"""What a sponsor sees of its campaign in the books, and a ring of three friends."""

from datetime import timedelta
from typing import Any

import pytest

from ledger.operations.conversion import Convert
from ledger.operations.member import RegisterMember
from ledger.operations.payment import Pay
from ledger.operations.reach import read_reach, read_round_trips
from ledger.operations.redemption import ApproveRedemption, RequestRedemption
from ledger.refusals import RoleMayNot, Unknown
from tests.councils.desk import Desk

SPONSOR = "sponsor:grand-avignon"


def test_a_ring_of_friends_is_listed_and_a_campaign_is_followed(council: Desk) -> None:
    home, ledger = council.home, council.ledger
    people = {f"p{number}": "Avignon" if number < 5 else "Sorgues" for number in range(8)}
    for name, commune in people.items():
        home.post(RegisterMember(name, "person", name, commune=commune))
        home.post(Convert(name, 100_00, "bank"))
    friends = ("p0", "p1", "p2")
    for name in friends:
        home.post(Pay(name, "maraicher", 120_00))
    home.at += timedelta(hours=24)
    asked = home.post(RequestRedemption("maraicher", 360_00))
    home.post(ApproveRedemption(str(asked["id"])), person="treasurer-2")

    day = home.at.date()
    span: Any = {"since": day - timedelta(days=7), "until": day}
    told: Any = read_round_trips(ledger, "roue", council.context("treasurer"), **span)
    assert told["bonus"] == "60.00"
    (ring,) = told["rings"]
    assert (ring["shop"], ring["members"], ring["fees"], ring["net"]) == (
        "maraicher",
        3,
        "18.00",
        "42.00",
    )
    seen: Any = read_round_trips(ledger, "roue", council.context(SPONSOR), **span)
    (ring,) = seen["rings"]
    assert (ring["members"], ring["legs"]) == (None, [])
    earlier: Any = {"since": day - timedelta(days=9), "until": day - timedelta(days=8)}
    assert read_round_trips(ledger, "roue", council.context(SPONSOR), **earlier)["rings"] == []

    reach: Any = read_reach(ledger, "roue", council.context(SPONSOR), "roue-20")
    assert reach["reached"] == 8
    # Three of Sorgues are too few, and with them goes whoever would make out how many they are.
    assert reach["communes"] == [{"name": "", "members": 8, "amount": "160.00"}]
    assert dict(reach["course"])["spent"] == "60.00"
    for who in ("officer:avignon", "shop:boulangerie"):
        with pytest.raises(RoleMayNot):
            read_reach(ledger, "roue", council.context(who), "roue-20")
    with pytest.raises(Unknown):
        read_reach(ledger, "roue", council.context(SPONSOR), "none")
