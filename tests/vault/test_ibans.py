"""An IBAN that cannot be one is refused where it is typed, and not repeated."""

import pytest

from tests.api.service import Service, is_problem

GOOD = "fr14 2004 1010 0505 0001 3m02 606"


@pytest.mark.parametrize(
    "typed",
    [
        "FR1420041010050500013M02607",
        "FR7630006000011234567890188",
        "FR76",
        "DE89370400440532013001",
    ],
    ids=["check-digits", "rib-key", "short", "german"],
)
def test_an_iban_with_a_slip_is_refused(service: Service, typed: str) -> None:
    head = service.head()
    for answer in (
        service.post("members", "treasurer", {"kind": "pro", "iban": typed}),
        service.send("PATCH", "members/librairie", "treasurer", body={"iban": typed}, key=typed),
    ):
        told = is_problem(answer, 422, "malformed-request")
        assert told["errors"][0]["pointer"] == "/iban"
        assert typed not in answer.text
    assert service.head() == head


def test_an_iban_is_kept_in_one_form(service: Service) -> None:
    made = service.post("members", "treasurer", {"kind": "pro", "iban": GOOD})
    assert made.status_code == 201
    assert made.json()["iban"] == GOOD.upper().replace(" ", "")
