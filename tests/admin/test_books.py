"""The accountant's page: years with their files, settings, and a closing by two persons."""

import re

import httpx

from ledger.operations.demo import SIREN
from tests.admin.conftest import sign_in


def csrf(page: httpx.Response) -> dict[str, str]:
    found = {
        name: re.search(f'name="{name}" value="([^"]+)"', page.text) for name in ("csrf", "key")
    }
    return {name: match[1] for name, match in found.items() if match}


def test_the_accountant_finds_every_file_of_a_year(visitor: httpx.Client) -> None:
    sign_in(visitor, "auditor")
    page = visitor.get("/books?lang=en")
    assert page.status_code == 200
    links = re.findall(r'href="(/books/\d{4}/[a-z]+)"', page.text)
    assert {link.rpartition("/")[2] for link in links} == {"fec", "xlsx", "csv", "hledger"}
    assert '<form method="post" action="/books' not in page.text
    for link in links:
        answer = visitor.get(link)
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["cache-control"] == "no-store"


def test_the_treasurer_tells_whose_books_they_are(visitor: httpx.Client) -> None:
    sign_in(visitor, "treasurer")
    page = visitor.get("/books?lang=en")
    form = {**csrf(page), "year": "2999", "siren": "123 456 789", "chart": "pca-2025"}
    wrong = visitor.post("/books", data=form)
    assert wrong.status_code == 422
    assert "nine digits" in wrong.text
    form |= {"siren": SIREN, "changes": "bank:nef=51211 La Nef; till=5301 Caisses"}
    form["key"] = csrf(wrong)["key"]
    assert visitor.post("/books", data=form).status_code == 303
    assert "51211 La Nef ; till=5301 Caisses" in visitor.get("/books").text


def test_a_year_that_goes_on_cannot_be_closed_here_either(visitor: httpx.Client) -> None:
    sign_in(visitor, "treasurer")
    form = csrf(visitor.get("/books"))
    assert visitor.post("/books/2998", data=form).status_code == 409
    form = {**csrf(visitor.get("/books")), "step": "confirm"}
    assert visitor.post("/books/2998", data=form).status_code == 404
