"""The desks in a real Chromium: nothing is asked outside, and axe finds nothing to say."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from tests.admin.test_desks import as_, ask, change, fields_of, units_of
from tests.admin.test_treasury import bank_file, drop, paid_by
from tests.admin.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("lived_in")]

PHONE, DESK = (360, 740), (1280, 800)
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}

EXPECTED = re.compile("responded with a status of|ERR_INTERNET_DISCONNECTED")
"""What Chromium itself says of a page that refuses, and of a network taken away on purpose."""

Sit = Callable[..., Page]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Start the Chromium of the machine."""
    # Both cores may be busy with other tests.
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        # Root may not use the sandbox; nothing but our own pages is opened.
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def sit(browser: Browser, house: str) -> Iterator[Sit]:
    """Sit down as somebody; at the end, whatever was said or asked outside fails the test."""
    heard: list[str] = []
    contexts: list[BrowserContext] = []

    def guard(route: Route) -> None:
        if route.request.url.startswith(house):
            route.continue_()
        else:
            heard.append(f"asked {route.request.url}")
            route.abort()

    def sit_down(person: str = "", size: tuple[int, int] = PHONE, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=house,
            viewport={"width": size[0], "height": size[1]},
            locale="fr-FR",
            java_script_enabled=scripts,
        )
        context.route("**/*", guard)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: heard.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: heard.append(str(error)))
        if person:
            page.goto("/demo")
            page.click(f'button[value="{person}"]')
        return page

    yield sit_down
    for context in contexts:
        context.close()
    assert [said for said in heard if not EXPECTED.search(said)] == []


@pytest.fixture(scope="module")
def lived_in(house: str, roue: Town) -> dict[str, str]:
    """Let the town live a little, and give the pages that show it."""
    with (
        as_(house, "office:comptoir-halles") as counter,
        as_(house, "till:boulangerie") as till,
        as_(house, "shop:boulangerie") as shop,
        as_(house, "member:alice") as alice,
    ):
        confirmation = fields_of(change(counter, "alice", "30"), "/counter")
        counter.post("/counter", data=confirmation)
        paid, waiting, gone = (ask(till, "4,80") for _ in range(3))
        alice.post(f"/p/{paid}", data=fields_of(alice.get(f"/p/{paid}"), f"/p/{paid}"))
        leave = f"/till/{gone}/cancel"
        till.post(leave, data=fields_of(till.get(f"/till/{gone}"), leave))
        typed = {**fields_of(shop.get("/till/redemptions"), "/till/redemptions"), "units": "1"}
        sure = fields_of(shop.post("/till/redemptions", data=typed), "/till/redemptions")
        shop.post("/till/redemptions", data=sure)
        redemption = re.search(r"/redemptions/[0-9a-z]+", shop.get("/till/redemptions").text)
        number = re.search(r"/till/payments/\d+", till.get(f"/till/{paid}").text)
    assert redemption
    assert number
    with as_(house, "treasurer") as treasurer:
        entry = number[0].rpartition("/")[2]
        path = f"/corrections/{entry}"
        reason = {**fields_of(treasurer.get(f"/audit/{entry}"), path), "reason": "essai"}
        correction = treasurer.post(path, data=reason).headers["location"]
    assert units_of(roue, "alice")
    return {
        "paid": paid,
        "waiting": waiting,
        "gone": gone,
        "payment": number[0],
        "correction": correction,
        "redemption": redemption[0],
        "done": f"/done/{confirmation['key']}",
    }


VISITS = {
    "": (
        "/",
        "/?next=/till",
        "/demo",
        "/problems",
        "/problems/same-person",
        "/docs",
        "/nowhere",
        "/r/nonsense",
        "/p/{waiting}",
        "/p/{paid}",
        "/p/{gone}",
        "/?lang=en",
    ),
    "till:boulangerie": ("/till", "/till/{waiting}", "/till/{paid}", "/till/{gone}", "{payment}"),
    "shop:boulangerie": ("{payment}", "/till/redemptions", "{redemption}", "/wallet"),
    "member:alice": ("/wallet", "/wallet/top-up?euros=20", "/p/{waiting}", "/p/{paid}", "/counter"),
    "office:comptoir-halles": ("/", "/counter", "{done}"),
    "sponsor:grand-avignon": ("/", "/sponsor"),
    "treasurer": (
        "/treasury",
        "/treasury/lines",
        "/treasury/lines/explained",
        "/treasury/month",
        "/treasury/deposits",
        "/treasury/history",
        "{correction}",
        "/office",
        "/office/members/alice",
        "{redemption}",
        "/counter",
        "/audit",
        "/audit/5",
    ),
}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("person", VISITS)
def test_pages_are_accessible_and_fit(
    sit: Sit, lived_in: dict[str, str], person: str, size: tuple[int, int]
) -> None:
    page = sit(person, size)
    for path in VISITS[person]:
        page.goto(path.format(**lived_in))
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"


def test_pages_are_accessible_in_the_dark(sit: Sit, lived_in: dict[str, str]) -> None:
    page = sit("treasurer", PHONE)
    page.emulate_media(color_scheme="dark")
    for path in ("/", "/treasury", "/p/{paid}", "/p/{gone}", "/demo", "/counter", "{redemption}"):
        page.goto(path.format(**lived_in))
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


def test_three_touches_and_both_screens_turn_green(sit: Sit) -> None:
    till, phone = sit("till:boulangerie"), sit("member:alice")
    till.goto("/till")
    for sign in ("2", ",", "5", "0", "9"):
        till.click(f'button[data-sign="{sign}"]')
    expect(till.locator("#units")).to_have_value("2,50")
    till.get_by_role("button", name="Encaisser").click()
    expect(till.locator("figure svg")).to_be_visible()
    code = till.locator("b.typed").inner_text()
    phone.goto("/wallet")
    phone.fill("#code", code)
    phone.get_by_role("button", name="Payer").click()
    phone.get_by_role("button", name="Confirmer le paiement").click()
    expect(phone.locator(".good h1")).to_have_text("Payé")
    # Nobody touches the till: it hears.
    expect(till.locator(".good h1")).to_have_text("Payé")
    assert till.locator(".word b").inner_text() == phone.locator(".word b").inner_text()


def test_a_till_that_lost_the_network_does_not_guess(sit: Sit) -> None:
    till = sit("till:boulangerie")
    till.goto("/till")
    till.fill("#units", "1")
    till.get_by_role("button", name="Encaisser").click()
    expect(till.locator("figure svg")).to_be_visible()
    expect(till.locator("[data-offline]")).to_be_hidden()
    till.context.set_offline(offline=True)
    expect(till.locator("[data-offline]")).to_be_visible()
    till.context.set_offline(offline=False)
    expect(till.locator("[data-offline]")).to_be_hidden()
    expect(till.locator("figure svg")).to_be_visible()


def test_a_double_click_changes_cash_once(sit: Sit, roue: Town) -> None:
    counter = sit("office:comptoir-halles", DESK)
    before = units_of(roue, "bruno")
    counter.goto("/counter")
    counter.fill("#member", "bruno")
    counter.fill("#euros", "12,50")
    counter.get_by_role("button", name="Voir avant de confirmer").click()
    counter.get_by_role("button", name="Confirmer").dblclick()
    expect(counter.locator(".good h1")).to_have_text(re.compile("est fait"))
    counter.go_back()
    counter.get_by_role("button", name="Confirmer").click()
    expect(counter.locator(".good h1")).to_have_text(re.compile("est fait"))
    assert units_of(roue, "bruno") - before in {12_50, 15_00}


def test_a_bank_line_is_explained_where_it_stands(sit: Sit, house: str, roue: Town) -> None:
    with as_(house, "treasurer") as treasurer:
        content = bank_file(roue, paid_by("bonjour", "3.33"), closing="3.33", identifier="M-B")
        drop(treasurer, content)
    page = sit("treasurer", DESK)
    page.goto("/treasury/lines")
    # The articles change their words and keep their place, so this one is held by its name.
    name = page.locator("article", has_text="3,33").get_attribute("id")
    line = page.locator(f'[id="{name}"]')
    line.locator("summary").first.click()
    line.locator("input[name=id]:not([type=hidden])").fill("nobody")
    line.get_by_role("button", name="Voir avant de confirmer").click()
    expect(line.locator(".refused")).to_contain_text("Introuvable")
    page.reload()
    line.locator("summary").first.click()
    line.locator("input[name=id]:not([type=hidden])").fill("maraicher")
    line.get_by_role("button", name="Voir avant de confirmer").click()
    expect(line.locator(".arrows li")).to_have_count(2)
    line.get_by_role("button", name="Confirmer").click()
    expect(line.locator(".good h1")).to_have_text(re.compile("est fait"))
    assert page.url.endswith("/treasury/lines")


def test_a_payment_needs_no_script(sit: Sit) -> None:
    till = sit("till:boulangerie", scripts=False)
    phone = sit("member:alice", scripts=False)
    till.goto("/till")
    expect(till.locator(".keys")).to_be_hidden()
    till.fill("#units", "0,50")
    till.get_by_role("button", name="Encaisser").click()
    phone.goto("/wallet")
    phone.fill("#code", till.locator("b.typed").inner_text())
    phone.get_by_role("button", name="Payer").click()
    phone.get_by_role("button", name="Confirmer le paiement").click()
    expect(phone.locator(".good h1")).to_have_text("Payé")
    till.locator("a", has_text="Regarder à nouveau").click()
    expect(till.locator(".good h1")).to_have_text("Payé")
