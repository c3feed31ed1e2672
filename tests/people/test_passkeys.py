"""Passkeys in a real Chromium with an authenticator of its own making, and the second person."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from ledger.books.papers import Redemption
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE
from ledger.operations.grant import ChangeGrant, GiveGrant, Given
from tests.people.house import House

pytestmark = pytest.mark.browser

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

Sit = Callable[[], Page]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Start the Chromium of the machine."""
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def sit(browser: Browser, doors: list[str]) -> Iterator[Sit]:
    """Give each person a browser with an authenticator; an error in it fails the test."""
    heard: list[str] = []
    contexts: list[BrowserContext] = []

    def sit_down() -> Page:
        context = browser.new_context(base_url=doors[0], locale="fr-FR")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: heard.append(str(error)))
        devices = context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        return page

    yield sit_down
    for context in contexts:
        context.close()
    assert heard == []


def enrol(page: Page, link: str) -> None:
    """Use a link, make a passkey, and sign in with it."""
    page.goto(f"/enrol/{link}")
    page.click("main button[type=submit]")
    page.click("form[data-passkey=make] button")
    expect(page.locator("section.good code")).to_have_count(10)
    page.locator("form[action='/logout']").last.click()
    page.goto("/sign-in")
    page.click("form[data-passkey=use] button")
    page.wait_for_url(re.compile(r"/(access|treasury|till)$"))


def state(house: House, id_: str) -> str:
    """Read what became of a redemption."""
    found = house.ledger.reads.paper(Redemption, CODE, id_)
    assert found
    return found.state


def test_a_passkey_signs_in_and_approves_what_another_asked(house: House, sit: Sit) -> None:
    house.do(Convert("boulangerie", 100_00, "bank"))
    ana, link = house.link("ana-key", "shop", "boulangerie")
    treasury = str(house.do(GiveGrant(ana, Given("treasurer")))["id"])
    asking = sit()
    enrol(asking, link)
    expect(asking.locator(".people button")).to_have_count(2)
    asking.click(".people button:has-text('boulangerie')")
    asking.goto("/till/redemptions")
    asking.fill("#units", "95,00")
    asking.click("main button[type=submit]")
    asking.click("main button[type=submit]")
    asking.goto("/till/redemptions")
    asking.locator("main table a").first.click()
    redemption = asking.url.rpartition("/")[2]

    # A second tab of whoever asked, who may also act as treasurer: not for one's own asking.
    tab = asking.context.new_page()
    tab.goto("/access")
    tab.click(f".people button[value='{treasury}']")
    tab.goto(f"/redemptions/{redemption}")
    expect(tab.get_by_role("alert")).to_contain_text("seconde personne")
    expect(tab.locator("form[action$='/approve']")).to_have_count(0)
    forced = tab.evaluate(
        """async (path) => {
            const csrf = document.querySelector("[name=csrf]").value;
            const body = new URLSearchParams({ csrf, key: "second-tab" });
            return (await fetch(path, { method: "POST", body })).status;
        }""",
        f"/redemptions/{redemption}/approve",
    )
    assert forced == 409
    assert state(house, redemption) == "requested"

    _, link = house.link("bea-key", "treasurer")
    approving = sit()
    enrol(approving, link)
    approving.goto(f"/redemptions/{redemption}")
    approving.click("form[action$='/approve'] button")
    expect(approving.locator("main")).to_contain_text("boulangerie")
    assert state(house, redemption) == "requested"
    approving.click("form[data-passkey=use] button")
    approving.wait_for_url(re.compile("/done/"))
    assert state(house, redemption) == "approved"
    house.do(ChangeGrant(treasury, "", "revoked"))
