"""What a member asked while it was active is not granted once it is suspended."""

from ledger.operations.conversion import Convert
from ledger.operations.member import ChangeMember
from ledger.operations.redemption import ApproveRedemption, RequestRedemption
from tests.people.house import House, again


def test_the_redemption_of_a_shop_suspended_since_is_not_approved(house: House) -> None:
    second = house.with_token("second", "treasurer")
    house.do(Convert("librairie", 100_00, "bank"))
    asked = house.do(RequestRedemption("librairie", 10_00))
    house.do(ChangeMember("librairie", status="suspended"))
    approve = ApproveRedemption(str(asked["id"]))
    assert house.slug(approve, second) == "member-not-active"
    house.do(ChangeMember("librairie", status="active"))
    assert house.slug(approve) == "same-person"
    house.do(approve, again(second))
    assert house.slug(approve, again(second)) == "not-in-state"
