"""Every no is a problem document with the same members, and a slug has one status."""

import string

import pytest

from api.problems import problem
from ledger.refusals import Malformed, NotNow, Refusal, TooMany, all_refusals
from tests.api.service import Service, is_problem

MEMBERS = {"type", "title", "status", "detail", "retryable"}


@pytest.mark.parametrize("kind", all_refusals(), ids=lambda kind: str(kind.slug))
def test_no_fact_takes_the_place_of_a_member(kind: type[Refusal]) -> None:
    facts = {name for _, name, _, _ in string.Formatter().parse(kind.sentence) if name}
    assert not facts & MEMBERS


def test_a_slug_belongs_to_one_refusal() -> None:
    slugs = [kind.slug for kind in all_refusals()]
    assert len(slugs) == len(set(slugs))
    assert {kind.status for kind in all_refusals()} == {401, 403, 404, 409, 422, 429, 503}


@pytest.mark.parametrize("refusal", [NotNow(), TooMany()])
def test_what_may_pass_later_says_when(refusal: Refusal) -> None:
    answer = problem(refusal)
    assert answer.headers["retry-after"] == "1"
    assert b'"retryable":true' in bytes(answer.body)


def test_several_errors_are_told_at_once() -> None:
    errors = [{"pointer": "/a", "detail": "x"}, {"pointer": "/b", "detail": "y"}]
    assert Malformed(errors).facts["errors"] == errors


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/no-such-page", 404),
        ("GET", "/v1/roue/no-such-page", 404),
        ("GET", "/v1/no-such-town", 404),
        ("GET", "/v1/no-such-town/journal", 404),
        ("GET", "/v1/roue/journal/999999", 404),
        ("GET", "/v1/roue/journal/0", 422),
        ("GET", "/v1/roue/journal?limit=501", 422),
        ("GET", "/v1/roue/members?limit=x", 422),
        ("DELETE", "/v1/roue/journal", 405),
    ],
)
def test_a_wrong_address_is_a_problem_too(
    service: Service, method: str, path: str, status: int
) -> None:
    answer = service.send(method, path, "treasurer")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert {*MEMBERS} <= set(answer.json())


@pytest.mark.parametrize(
    "path",
    [
        "/v1/ro%00ue",
        "/v1/roue/members?after=%00",
        "/v1/roue/operations/%00",
        "/v1/roue/redemptions?state=%00",
        "/v1/roue/fund/lines?state=%00&after=%00",
        "/v1/roue/members/%00",
        "/v1/roue/campaigns?after=%FF%00",
    ],
)
def test_a_zero_byte_in_an_address_is_no_fault_of_ours(service: Service, path: str) -> None:
    answer = service.get(path, "treasurer")
    assert answer.status_code in {404, 422}, answer.text


def test_a_refusal_names_its_facts(service: Service) -> None:
    alice = service.join()
    body = {"from": alice, "to": "librairie", "units": "1.00"}
    told = is_problem(service.post("payments", f"member:{alice}", body), 409, "insufficient-units")
    assert (told["units"], told["available"]) == ("1.00", "0.00")
    assert told["detail"] == "1.00 units were asked and 0.00 can be used."
    assert told["retryable"] is False
