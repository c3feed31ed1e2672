"""Every page of the access matrix: read by axe, titled, small, and within a narrow screen."""

import re
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.admin.test_browser import (  # noqa: F401 - fixtures are asked for by name
    DESK,
    WCAG,
    Sit,
    browser,
    lived_in,
    sit,
)
from tests.walls.table import Line, read

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("lived_in")]

NARROW: Final = (320, 640)
LARGEST: Final = 100_000
"""Bytes of a page."""
PEOPLE: Final = {
    "member": "member:alice",
    "shop": "shop:boulangerie",
    "till": "till:boulangerie",
    "office": "office:comptoir-halles",
    "officer": "officer:avignon",
    "approver": "approver:avignon",
    "sponsor": "sponsor:grand-avignon",
    "treasurer": "treasurer",
    "admin": "admin",
    "auditor": "auditor",
}
OK: Final = 200


def opens(line: Line, role: str) -> bool:
    return line.cells[role][0] == OK and not line.public


def pages() -> dict[str, list[str]]:
    """List the pages whose address names nothing, each under the first role that it opens for."""
    found: dict[str, list[str]] = {role: [] for role in ("", *PEOPLE)}
    for line in read().values():
        if line.method != "GET" or line.machine or "{" in line.path:
            continue
        role = "" if line.public else next((role for role in PEOPLE if opens(line, role)), None)
        if role is not None:
            found[role].append(line.path)
    return {role: paths for role, paths in found.items() if paths}


@pytest.mark.parametrize(("role", "paths"), pages().items())
def test_every_page_is_for_everybody(sit: Sit, role: str, paths: list[str]) -> None:  # noqa: F811 - it is asked for by name
    page = sit(PEOPLE.get(role, ""), NARROW)
    faults: list[str] = []
    for path in paths:
        answer = page.request.get(path)
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        text = answer.text()
        page.goto(path)
        title = page.title().partition(" · ")[0].strip()
        if not title or page.locator("h1").count() != 1:
            faults.append(f"{path}: title {title!r}, {page.locator('h1').count()} h1")
        if len(text.encode()) > LARGEST:
            faults.append(f"{path}: {len(text.encode())} bytes")
        if re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", text):
            faults.append(f"{path}: a style or script in the page")
        for size in (NARROW, DESK):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wide > 0:
                faults.append(f"{path}: {wide} px too wide at {size[0]}")
            found = Axe().run(page, options=WCAG)
            if found.violations_count:
                faults.append(f"{path} at {size[0]}\n{found.generate_report()}")
    assert faults == []
