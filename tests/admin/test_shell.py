"""What every page keeps: the policy, the language, the session, and forms that only we send."""

import re
from types import SimpleNamespace

import httpx
import pytest
from starlette.requests import Request

from admin import dependencies
from admin.answers import refusals
from admin.words import words
from api.settings import Settings
from ledger.operations.demo import PEOPLE
from ledger.operations.journal import receipt_of
from ledger.proof.receipt import Receipt, sign_receipt
from tests.admin.conftest import sign_in
from tests.admin.town import Town

PAGES = (
    "/",
    "/demo",
    "/problems",
    "/problems/same-person",
    "/docs",
    "/docs/payments",
    "/nowhere",
    "/r/nonsense",
)


def token(page: httpx.Response) -> str:
    match = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert match
    return match[1]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_strict_policy(visitor: httpx.Client, path: str) -> None:
    page = visitor.get(path, headers={"accept": "text/html"})
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "data:" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(
    visitor: httpx.Client, path: str
) -> None:
    text = visitor.get(path, headers={"accept": "text/html"}).text
    assert not re.search(r"<style|<script(?![^>]* src=)|\sstyle=|\son[a-z]+=", text)
    assert re.findall(r'(?:href|src|action)="(?:[a-z]+:|//)[^"]*"', text) == []


def test_files_are_kept_for_ever_under_the_hash_of_their_content(visitor: httpx.Client) -> None:
    sheet = re.search(r'href="(/static/[0-9a-f]{16}/comptoir\.css)"', visitor.get("/").text)
    assert sheet
    answer = visitor.get(sheet[1])
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.content) < 12 * 1024
    assert visitor.get("/static/0000000000000000/comptoir.css").status_code == 404
    assert visitor.get("/static/0000000000000000/..%2f..%2fapp.py").status_code == 404


def test_french_is_spoken_unless_another_language_is_wanted(visitor: httpx.Client) -> None:
    assert 'lang="fr"' in visitor.get("/").text
    assert 'lang="en"' in visitor.get("/", headers={"accept-language": "de, en;q=0.5"}).text
    assert 'lang="fr"' in visitor.get("/", headers={"accept-language": "en;q=0.2, fr"}).text
    assert 'lang="en"' in visitor.get("/?lang=en").text
    assert 'lang="en"' in visitor.get("/", headers={"accept-language": "fr"}).text, "remembered"
    assert 'lang="fr"' in visitor.get("/?lang=fr").text


def test_the_first_page_says_how_much_circulates_and_how_it_is_covered(
    visitor: httpx.Client, roue: Town
) -> None:
    issued = -roue.ledger.reads.balances("roue", ["issued:digital"])["issued:digital"]
    for language, cover in (("fr", "couvertes à 10"), ("en", "covered at 10")):
        text = visitor.get(f"/?lang={language}").text
        assert words(language).amount(issued) in text
        assert cover in text


def test_an_empty_house_says_what_to_do_first(empty_house: str) -> None:
    page = httpx.get(empty_house)
    assert page.status_code == 200
    assert "comptoir init" in page.text
    assert httpx.get(f"{empty_house}/demo").status_code == 404


@pytest.mark.parametrize("person", PEOPLE)
def test_each_demo_person_can_sign_in_and_out(visitor: httpx.Client, person: str) -> None:
    assert f'value="{person}"' in visitor.get("/demo").text
    answer = visitor.post("/demo", data={"person": person})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("comptoir-session=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    page = visitor.get("/")
    assert f">{person}</a>" in page.text
    assert visitor.post("/logout", data={"csrf": token(page)}).status_code == 303
    assert person not in visitor.get("/").text


def test_signing_in_leads_back_only_into_this_house(visitor: httpx.Client) -> None:
    for wanted, led in (("/p/abc", "/p/abc"), ("//evil.example", "/wallet"), ("/\\e", "/wallet")):
        answer = visitor.post("/demo", data={"person": "member:alice", "next": wanted})
        assert answer.headers["location"] == led


def test_an_unknown_person_or_token_is_nobody(visitor: httpx.Client) -> None:
    assert visitor.post("/demo", data={"person": "root"}).status_code == 404
    visitor.cookies.set("comptoir-session", "guessed")
    assert "/logout" not in visitor.get("/").text


def test_a_bearer_token_opens_no_page(visitor: httpx.Client, roue: Town) -> None:
    for name in ("treasurer", "member:alice"):
        visitor.cookies.set("comptoir-session", roue.tokens[name])
        assert "/logout" not in visitor.get("/").text
        assert visitor.get("/wallet").headers["location"].startswith("/?next=")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
    ],
)
def test_forms_from_other_sites_are_refused(visitor: httpx.Client, headers: dict[str, str]) -> None:
    sign_in(visitor, "member:alice")
    right = token(visitor.get("/"))
    assert visitor.post("/logout", data={"csrf": right}, headers=headers).status_code == 403
    assert visitor.post("/demo", data={"person": "admin"}, headers=headers).status_code == 403


def test_https_before_a_proxy_is_https() -> None:
    """The proxy speaks plain http to the server; what the outside sees is the public address."""
    for public, secure in (
        ("https://roue.example", True),
        ("http://roue.example", False),
        ("", False),
    ):
        state = SimpleNamespace(settings=Settings(public_url=public))
        asked = {
            "type": "http",
            "scheme": "http",
            "path": "/",
            "query_string": b"",
            "headers": [(b"host", b"inside:8000"), (b"origin", b"https://roue.example")],
            "app": SimpleNamespace(state=state),
        }
        request = Request(asked)
        assert dependencies.marked_secure(request) is secure
        named = (dependencies.session_cookie(request), dependencies.language_cookie(request))
        assert all(name.startswith("__Host-") is secure for name in named)
        if secure:
            dependencies.check_origin(request)
        else:
            with pytest.raises(dependencies.FormNotOurs):
                dependencies.check_origin(request)


@pytest.mark.parametrize(
    ("public", "came", "host"),
    [
        ("https://roue.example", "inside:8000", "roue.example"),
        ("http://127.0.0.1:8000", "localhost:8000", "localhost"),
        ("http://[::1]:8000", "localhost:8000", "localhost"),
        ("", "roue.example", "roue.example"),
    ],
)
def test_a_passkey_is_good_where_there_is_a_name(public: str, came: str, host: str) -> None:
    asked = {
        "type": "http",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "path": "/",
        "query_string": b"",
        "headers": [(b"host", came.encode())],
        "app": SimpleNamespace(state=SimpleNamespace(settings=Settings(public_url=public))),
    }
    site = dependencies.site_of(Request(asked), "La Roue")
    assert site.host == host
    assert site.origin.partition("://")[2] == (came if site.host in came else host)


def test_forms_of_another_session_are_refused(visitor: httpx.Client) -> None:
    sign_in(visitor, "member:alice")
    hers = token(visitor.get("/"))
    sign_in(visitor, "member:bruno")
    assert visitor.post("/logout", data={"csrf": hers}).status_code == 403
    assert visitor.post("/logout", data={}).status_code == 403


@pytest.mark.parametrize("slug", refusals())
def test_every_refusal_has_its_page_in_both_languages(visitor: httpx.Client, slug: str) -> None:
    for language in ("fr", "en"):
        page = visitor.get(f"/problems/{slug}?lang={language}")
        assert page.status_code == 200
        assert slug in page.text


def test_a_receipt_is_checked_by_anybody(visitor: httpx.Client, roue: Town) -> None:
    ledger = roue.ledger
    entry = ledger.reads.entry("roue", 5)
    assert entry
    receipt = receipt_of(ledger, entry)
    good = visitor.get(f"/r/{receipt}").text
    assert "Ce reçu est valable" in good
    assert words("fr").clock(entry.at) in good
    for number, hash_ in ((999_999, entry.hash), (5, bytes(32))):
        stray = sign_receipt(ledger.key, "roue", number, hash_)
        assert "absent du journal" in visitor.get(f"/r/{stray}").text
    parsed = Receipt.parse(receipt)
    forged = Receipt("roue", 6, parsed.hash, parsed.signature)
    assert "pas un de nos reçus" in visitor.get(f"/r/{forged}").text
    for nonsense in ("roue", "a.b.c.d", "roue.1.%C3%A9.x", "x" * 3000, "roue.1.AA.AA"):
        assert visitor.get(f"/r/{nonsense}").status_code == 200
    pasted = visitor.get("/r", params={"word": f" {receipt} "})
    assert pasted.headers["location"] == f"/r/{receipt}"


def test_browsers_get_pages_and_machines_do_not(house: str, visitor: httpx.Client) -> None:
    browser = {"accept": "text/html"}
    assert "existe pas</h1>" in visitor.get("/nowhere", headers=browser).text
    fault = httpx.get(f"{house}/fault", headers=browser)
    assert fault.status_code == 500
    assert "Quelque chose a cassé" in fault.text
    for path in ("/v1/nowhere", "/v1/fault"):
        answer = httpx.get(house + path, headers=browser)
        assert answer.status_code in {404, 500}
        assert "<html" not in answer.text
