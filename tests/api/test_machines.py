"""Machines: a credential draws tokens of an hour, for as little as it asks, while it is good."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from api import dependencies, oauth
from api.scopes import scope_of
from ledger.books.context import Context
from ledger.books.journal import Plan
from ledger.books.papers import Credential
from ledger.operations.access import SCOPES
from ledger.operations.grant import Given
from ledger.operations.guess import MOST, MOST_FROM_ONE_PLACE
from ledger.operations.member import ChangeMember
from ledger.operations.person import ChangePerson, InvitePerson
from ledger.operations.token import CreateToken, DrawToken, RevokeToken, token_hash
from ledger.store.shelf import Shelf
from tests.api.service import Service, is_problem, new_key

PAYMENT = {"from": "boulangerie", "to": "librairie", "units": "0.01"}
_numbers = count(1)
NOBODY = httpx.Auth()
"""Sends no header."""


@pytest.fixture(autouse=True)
def _open_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test come from an address of its own."""
    place = f"place-{next(_numbers)}"

    monkeypatch.setattr(oauth, "place_of", lambda _request: place)


def client(
    service: Service,
    *scopes: str,
    person: str = "shop:boulangerie",
    ends: datetime | None = None,
) -> tuple[str, str]:
    """Make a credential of the bakery; gives id and secret."""
    secret = f"of-a-machine-{next(_numbers)}"
    made = CreateToken(token_hash(secret), "shop", "boulangerie", person, scopes, ends)
    return str(service.do(made)["id"]), secret


def ask(service: Service, pair: tuple[str, str], scope: str = "") -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_id": pair[0], "client_secret": pair[1]}
    return service.http.post("/oauth/token", data={**form, "scope": scope})


def drawn(service: Service, pair: tuple[str, str], scope: str = "") -> str:
    answer = ask(service, pair, scope)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def refused(answer: httpx.Response, status: int, error: str) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) == (status == 401)


def with_token(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": new_key()}


def pay(service: Service, token: str, query: str = "", body: object = None) -> httpx.Response:
    where = f"/v1/roue/payments{query}"
    return service.http.post(where, headers=with_token(token), json=body or PAYMENT)


def test_a_machine_draws_a_token_of_an_hour_by_basic_or_in_the_form(service: Service) -> None:
    pair = client(service)
    form = {"grant_type": "client_credentials"}
    for answer in (ask(service, pair), service.http.post("/oauth/token", data=form, auth=pair)):
        told = answer.json()
        assert answer.status_code == 200, answer.text
        assert (told["token_type"], told["expires_in"]) == ("Bearer", 3600)
        assert told["scope"].split() == list(SCOPES)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["pragma"] == "no-cache"
        service.post(
            "conversions",
            "treasurer",
            {"member": "boulangerie", "euros": "1.00", "channel": "bank"},
        )
        assert pay(service, told["access_token"]).status_code == 201
    # Its keys are the credential's: a repetition under the next hour's token does nothing twice.
    headers = {"Idempotency-Key": "over-the-hour"}
    told = [
        service.http.post(
            "/v1/roue/payments",
            headers={**headers, "Authorization": f"Bearer {drawn(service, pair)}"},
            json=PAYMENT,
        )
        for _ in range(2)
    ]
    assert told[0].json() == told[1].json()
    assert told[1].headers["idempotent-replay"] == "true"


@pytest.mark.parametrize(
    ("fields", "auth", "status", "error"),
    [
        ({"grant_type": "password"}, NOBODY, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, NOBODY, 400, "invalid_request"),
        ({"client_secret": "wrong"}, NOBODY, 401, "invalid_client"),
        ({"client_secret": ""}, NOBODY, 401, "invalid_client"),
        ({"client_id": "nobody"}, NOBODY, 401, "invalid_client"),
        ({"client_id": "a\0b"}, NOBODY, 401, "invalid_client"),
        ({}, httpx.BasicAuth("somebody", "else"), 400, "invalid_request"),
        ({"scope": "everything"}, NOBODY, 400, "invalid_scope"),
    ],
)
def test_what_is_wrong_is_said_as_the_rfc_says_it(
    service: Service,
    fields: dict[str, str],
    auth: httpx.Auth,
    status: int,
    error: str,
) -> None:
    id_, secret = client(service)
    form = {"grant_type": "client_credentials", "client_id": id_, "client_secret": secret}
    answer = service.http.post("/oauth/token", data={**form, **fields}, auth=auth)
    refused(answer, status, error)
    assert secret not in answer.text


def test_a_form_that_is_none_or_says_a_thing_twice_is_refused(service: Service) -> None:
    id_, secret = client(service)
    form = f"grant_type=client_credentials&client_id={id_}&client_secret={secret}"
    kind = {"Content-Type": oauth.FORM}
    twice = service.http.post("/oauth/token", content=f"{form}&client_id={id_}", headers=kind)
    refused(twice, 400, "invalid_request")
    plain = service.http.post("/oauth/token", content=form, headers={"Content-Type": "text/plain"})
    refused(plain, 400, "invalid_request")
    for odd in (b"Bearer x", "Basic é".encode(), b"Basic !!"):
        headers = {b"Authorization": odd, b"Content-Type": oauth.FORM.encode()}
        answer = service.http.post("/oauth/token", content=form, headers=headers)
        refused(answer, 401, "invalid_client")
    assert service.http.post("/oauth/token", content=form, headers=kind).status_code == 200


def test_a_token_does_less_than_its_credential_and_never_more(service: Service) -> None:
    pair = client(service, "read", "payments")
    refused(ask(service, pair, "read redemptions"), 400, "invalid_scope")
    assert ask(service, pair).json()["scope"] == "read payments"
    narrow = drawn(service, pair, "read")
    assert service.get("members/boulangerie/wallet", headers=with_token(narrow)).status_code == 200
    # The ordinary way, the short way (the token is known by now), and a preview say the same.
    for query in ("", "?preview=false", "?preview=true", ""):
        answer = pay(service, narrow, query)
        assert is_problem(answer, 403, "insufficient-scope")["scope"] == "payments"
        challenge = 'Bearer error="insufficient_scope", scope="payments"'
        assert answer.headers["www-authenticate"] == challenge
    paying = drawn(service, pair, "payments")
    wallet = service.get("members/boulangerie/wallet", headers=with_token(paying))
    is_problem(wallet, 403, "insufficient-scope")
    assert pay(service, paying).status_code in {201, 409}
    # The secret itself, sent as a bearer token, is no wider.
    redemption = service.http.post(
        "/v1/roue/redemptions",
        headers=with_token(pair[1]),
        json={"member": "boulangerie", "units": "1.00"},
    )
    is_problem(redemption, 403, "insufficient-scope")
    # And opens no page, where scopes are not asked for.
    for token in (pair[1], paying):
        at = service.now()
        assert service.ledger.reads.badge(token_hash(token), at, kind="machine")
        assert service.ledger.reads.badge(token_hash(token), at, kind="browser") is None


def test_a_role_stays_a_role_whatever_the_scope(service: Service) -> None:
    token = drawn(service, client(service), "fund")
    answer = service.http.post(
        "/v1/roue/fund/accounts",
        headers=with_token(token),
        json={"slug": "x", "bank": "x", "iban": "FR7630006000011234567890189", "medium": "digital"},
    )
    is_problem(answer, 403, "role-may-not")


def test_a_token_is_of_one_currency(service: Service) -> None:
    token = drawn(service, client(service))
    answer = service.http.post("/v1/sol/payments", headers=with_token(token), json=PAYMENT)
    is_problem(answer, 404, "not-found")
    read = service.http.get("/v1/sol/journal", headers=with_token(token))
    is_problem(read, 404, "not-found")


def test_what_takes_the_credential_away_takes_its_tokens_at_once(service: Service) -> None:
    pair = client(service)
    token = drawn(service, pair)
    assert pay(service, token).status_code in {201, 409}
    service.do(RevokeToken(pair[0]))
    for query in ("", "?preview=true"):
        is_problem(pay(service, token, query), 401, "not-identified")
    is_problem(service.get("journal", headers=with_token(token)), 401, "not-identified")
    refused(ask(service, pair), 401, "invalid_client")


def test_a_suspended_person_has_no_token_and_a_suspended_member_only_reads(
    service: Service,
) -> None:
    machine = service.do(
        InvitePerson("till-machine", "", "", Given("shop", "boulangerie"), "machine")
    )
    service.do(ChangePerson(machine["id"], "active"))
    pair = client(service, person=machine["id"])
    token = drawn(service, pair)
    service.do(ChangePerson(machine["id"], "suspended"))
    is_problem(pay(service, token), 401, "not-identified")
    refused(ask(service, pair), 401, "invalid_client")
    service.do(ChangePerson(machine["id"], "active"))
    assert pay(service, token).status_code in {201, 409}
    service.do(ChangeMember("boulangerie", status="suspended"))
    try:
        is_problem(pay(service, drawn(service, pair)), 409, "member-not-active")
        wallet = service.get("members/boulangerie/wallet", headers=with_token(token))
        assert wallet.status_code == 200
    finally:
        service.do(ChangeMember("boulangerie", status="active"))


def test_an_hour_later_it_opens_nothing(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = client(service, ends=service.now() + timedelta(minutes=90))
    token = drawn(service, pair)
    pay(service, token)
    later = service.now() + timedelta(hours=1)
    monkeypatch.setattr(dependencies, "clock", lambda: later)
    is_problem(pay(service, token), 401, "not-identified")
    is_problem(service.get("journal", headers=with_token(token)), 401, "not-identified")


def test_a_token_does_not_outlive_its_credential_nor_draws_others(service: Service) -> None:
    short = client(service, ends=service.now() + timedelta(minutes=5))
    assert 200 < ask(service, short).json()["expires_in"] <= 300
    pair = client(service)
    token = drawn(service, pair)
    (kept,) = [
        found
        for found in service.ledger.reads.having(Credential, "roue", "client", [pair[0]])
        if found.token_hash == token_hash(token)
    ]
    refused(ask(service, (kept.id, token)), 401, "invalid_client")
    answer = service.ledger.post_and_wait("roue", RevokeToken(kept.id), service.operator())
    assert answer.status == 404


def test_of_guesses_at_once_no_more_than_allowed_are_judged(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = client(service)
    judged: list[str] = []
    plan = DrawToken.plan

    def judge(self: DrawToken, shelf: Shelf, context: Context) -> Plan:
        judged.append(self.secret_hash)
        return plan(self, shelf, context)

    monkeypatch.setattr(DrawToken, "plan", judge)
    with ThreadPoolExecutor(16) as many:
        told = list(many.map(lambda n: ask(service, (pair[0], f"wrong {n}")), range(40)))
    assert sorted({answer.status_code for answer in told}) == [401, 429]
    assert len(judged) == MOST
    answer = ask(service, pair)
    is_problem(answer, 429, "too-many-guesses")
    assert 60 <= int(answer.headers["retry-after"]) <= 900
    assert len(judged) == MOST


def test_right_secrets_lock_nobody_out_and_wrong_ones_only_where_they_come_from(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = [client(service) for _ in range(3)]
    for number in range(MOST_FROM_ONE_PLACE + 3):
        assert ask(service, pairs[number % 3]).status_code == 200
    for _ in range(MOST):
        refused(ask(service, (pairs[0][0], "wrong")), 401, "invalid_client")
    assert ask(service, pairs[0]).status_code == 429
    assert ask(service, pairs[1]).status_code == 200
    monkeypatch.setattr(oauth, "place_of", lambda _request: "elsewhere")
    assert ask(service, pairs[0]).status_code == 200


def test_a_credential_that_draws_without_end_is_told_to_wait(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.operations.token.MOST_DRAWN", 2)
    pair = client(service)
    drawn(service, pair)
    token = drawn(service, pair)
    is_problem(ask(service, pair), 429, "too-many-guesses")
    assert pay(service, token).status_code in {201, 409}


def test_a_scope_that_nobody_knows_is_not_given(service: Service) -> None:
    made = CreateToken(token_hash("odd"), "shop", "boulangerie", "", ("everything",))
    answer = service.ledger.post_and_wait("roue", made, service.operator())
    assert answer.status == 422


def operations(service: Service) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in service.http.get("/openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_operation_says_its_scope(service: Service) -> None:
    """A route whose word is in no line of api/scopes.py fails here: add it there."""
    guarded = [each for each in operations(service) if each[2].get("security")]
    assert len(guarded) > 60
    for path, method, operation in guarded:
        (needed,) = operation["security"][1].values()
        assert needed == [scope_of(method.upper(), path)]
        assert set(needed) <= set(SCOPES), path
