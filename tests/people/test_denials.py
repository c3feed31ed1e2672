"""Who is turned away is counted by pseudonyms; from where lies sealed, and is opened by reason."""

import secrets
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from admin.dependencies import FormNotOurs
from admin.words import words
from api.dependencies import operator
from ledger.books.context import GUEST
from ledger.books.trail import NOBODY, PLACES_OF_GUESTS, Asker, Denial, Origin, denied
from ledger.operations.demo import CODE
from ledger.operations.denial import Denials
from ledger.operations.origin import KEPT, address_of, forget_origins
from ledger.operations.session import OpenSession
from ledger.refusals import NotNow, NotSignedIn, RoleMayNot
from tests.people.browser import browser, csrf, post, sign_in
from tests.people.house import House
from tests.vault.test_erasure import traces_of

ADDRESS = "127.0.0.1"
TITLES = (NotSignedIn.title, RoleMayNot.title, FormNotOurs.title)
ELSEWHERE = "203.0.113.77"


def told(house: House, door: str, path: str, who: str, **more: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {house.tokens.get(who, who)}"}
    method = "POST" if "json" in more else "GET"
    if "json" in more:
        headers["Idempotency-Key"] = secrets.token_hex(8)
    url = f"{door}/v1/{CODE}/{path}"
    return httpx.request(method, url, headers=headers, timeout=60, **more)  # type: ignore[arg-type] # what httpx takes


def counts(house: House, door: str) -> dict[tuple[str, str, str], int]:
    items = told(house, door, "denials", "auditor").json()["items"]
    found: dict[tuple[str, str, str], int] = {}
    for each in items:
        place = each["slug"], each["role"], each["route"].replace("/v1/{currency}", "")
        found[place] = found.get(place, 0) + each["count"]
    return found


def test_whoever_meets_a_wall_of_the_api_is_counted(house: House, doors: list[str]) -> None:
    door = doors[0]
    before, head = counts(house, door), house.ledger.reads.rulebook(CODE)[1].number
    pay = {"from": "bruno", "to": "librairie", "units": "1.00"}
    for _ in range(2):
        assert told(house, door, "payments", "member:alice", json=pay).status_code == 404
    assert told(house, door, "fund", "member:alice").status_code == 403
    assert told(house, door, "fund", "made-up").status_code == 401
    assert told(house, door, "members/nobody-here", "treasurer").status_code == 404
    assert told(house, door, "nowhere", "made-up").status_code == 404
    assert told(house, door, "fund", "treasurer").status_code == 200
    short = {**pay, "from": "alice", "units": "999999.00"}
    assert told(house, door, "payments", "member:alice", json=short).status_code == 409
    after = counts(house, door)
    assert {place: n - before.get(place, 0) for place, n in after.items()} == {
        **dict.fromkeys(before, 0),
        ("not-found", "member", "POST /payments"): 2,
        ("role-may-not", "member", "GET /fund"): 1,
        ("not-identified", GUEST, ""): 1,
        ("not-found", "treasurer", "GET /members/{id}"): 1,
    }
    assert house.ledger.reads.rulebook(CODE)[1].number == head, "no crowd fills the journal"


def test_only_the_auditor_reads_it_and_opens_an_address_with_a_reason(
    house: House, doors: list[str]
) -> None:
    door = doors[0]
    for who in ("treasurer", "admin", "member:alice", "till:boulangerie"):
        assert told(house, door, "denials", who).status_code == 403
    told_of = told(house, door, "denials", "auditor").json()["items"]
    mine = next(each for each in told_of if each["role"] == "till")
    why = {"reason": "who tries this?"}
    assert told(house, door, f"origins/{mine['id']}", "treasurer", json=why).status_code == 403
    assert told(house, door, "origins/nowhere", "auditor", json=why).status_code == 404
    assert told(house, door, f"origins/{mine['id']}", "auditor", json={"reason": " x "}).is_error
    opened = told(house, door, f"origins/{mine['id']}", "auditor", json=why).json()
    assert opened["address"] == ADDRESS
    entry = house.ledger.reads.entry(CODE, opened["entry"])
    assert entry
    assert (entry.kind, dict(entry.facts)) == ("origin-opened", {"origin": mine["id"]})
    assert ADDRESS not in str(told(house, door, "denials", "auditor").json())


def test_the_desks_count_too_and_say_it_in_words(house: House, doors: list[str]) -> None:
    with browser(doors[0]) as stranger, browser(doors[0]) as eve, browser(doors[0]) as alice:
        assert sign_in(stranger, "nobody-here", "not the password").status_code == 401
        post(alice, "/demo", person="member:alice")
        assert alice.get("/treasury").status_code == 403
        assert alice.post("/wallet/code", data={"csrf": "another's"}).status_code == 403
        post(eve, "/demo", person="auditor")
        page = eve.get("/audit/denials").text
        french = map(words("fr").say, (*TITLES, "member"))
        for said in (*french, "GET /treasury", "POST /wallet/code"):
            assert said in page, said
        assert ADDRESS not in page
        assert alice.get("/audit/denials").status_code == 403
        english = eve.get("/audit/denials?lang=en").text
        assert "Turned away" in english
        origin = next(d.id for d in all_denials(house) if d.slug == "not-signed-in")
        fields = {"csrf": csrf(eve, "/audit/denials"), "origin": origin, "key": "opened-once"}
        refused = eve.post("/audit/origins", data={**fields, "reason": ""})
        assert refused.status_code == 422
        opened = eve.post("/audit/origins", data={**fields, "key": "again", "reason": "a guess"})
        assert ADDRESS in opened.text


def all_denials(house: House) -> list[Denial]:
    at = operator().at
    day = timedelta(days=1)
    return house.ledger.reads.denials(CODE, at - day, at + day, "", limit=500)


def test_a_sign_in_names_its_origin_and_so_does_what_is_done_in_it(
    house: House, doors: list[str]
) -> None:
    with browser(doors[0]) as treasurer:
        post(treasurer, "/demo", person="treasurer")
        page = "/office/members/bruno"
        form = {"csrf": csrf(treasurer, page), "key": "from-where", "status": "active"}
        treasurer.post(page, data={**form, "commune": "Apt"})
    entry = house.ledger.reads.entries(CODE, newest=True, limit=1)[0]
    assert entry.kind == "member"
    assert ADDRESS not in str(entry)
    assert address_of(house.ledger, CODE, str(entry.facts["origin"])) == ADDRESS


def test_no_address_stands_in_the_open(house: House, database: str) -> None:
    person, _ = house.person("member", "bruno")
    opened = OpenSession("h" * 64, person, "password", 1, "a browser", address=ELSEWHERE)
    house.ledger.note(CODE, opened, replace(operator(), role=GUEST, actor=GUEST, person=""))
    entry = house.ledger.reads.entries(CODE, newest=True, limit=1)[0]
    assert entry.kind == "sign-in"
    assert address_of(house.ledger, CODE, str(entry.facts["origin"])) == ELSEWHERE
    for address in (ELSEWHERE, ADDRESS):
        assert address.encode() not in traces_of(database)


def test_guests_share_few_counts_and_others_have_one_each() -> None:
    at = operator().at
    ids = {denied("s", f"r{n}", NOBODY, f"198.51.100.{n}", at).id for n in range(250)}
    assert len(ids) == PLACES_OF_GUESTS
    someone = Asker("credential", "p1", "member", "alice")
    assert denied("s", "r", someone, "a", at).id == denied("s", "r", someone, "b", at).id
    assert denied("s", "r", someone, "a", at).id != denied("s", "q", someone, "a", at).id
    later = at + timedelta(hours=1)
    assert denied("s", "r", someone, "a", at).id != denied("s", "r", someone, "a", later).id


def test_what_cannot_be_written_now_is_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered, at = Denials(house.ledger, operator), operator().at
    someone = Asker("kept-for-later", "p1", "member", "alice")
    for _ in range(3):
        gathered.add(CODE, denied("role-may-not", "GET /x", someone, ELSEWHERE, at), ELSEWHERE)
    gathered.add("made-up", denied("role-may-not", "GET /x", someone, ELSEWHERE, at), ELSEWHERE)
    gathered.add(CODE, denied("insufficient-units", "GET /x", someone, ELSEWHERE, at), ELSEWHERE)

    def away(*_: object) -> None:
        raise NotNow

    with monkeypatch.context() as patch:
        patch.setattr(type(house.ledger), "note", away)
        gathered.flush()
    gathered.flush()
    gathered.flush()
    mine = [each for each in all_denials(house) if each.actor == "kept-for-later"]
    assert [(each.slug, each.count) for each in mine] == [("role-may-not", 3)]
    assert address_of(house.ledger, CODE, mine[0].id) == ELSEWHERE


def test_addresses_are_forgotten_after_a_year(house: House) -> None:
    gathered, at = Denials(house.ledger, operator), operator().at
    old = at - KEPT - timedelta(days=32)
    someone = Asker("long-ago", "p1", "member", "alice")
    for when in (old, at):
        gathered.add(CODE, denied("role-may-not", "GET /x", someone, ELSEWHERE, when), ELSEWHERE)
    gathered.flush()
    ids = [denied("role-may-not", "GET /x", someone, "", when).id for when in (old, at)]
    assert [address_of(house.ledger, CODE, id_) for id_ in ids] == [ELSEWHERE, ELSEWHERE]
    assert forget_origins(house.ledger, CODE, operator()) == 1
    assert forget_origins(house.ledger, CODE, operator()) == 0
    assert [address_of(house.ledger, CODE, id_) for id_ in ids] == ["", ELSEWHERE]
    assert house.ledger.reads.paper(Origin, CODE, ids[0])
