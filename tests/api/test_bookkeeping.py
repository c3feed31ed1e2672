"""The books for the accountant over HTTP: exports, settings, closings."""

import io
import zipfile

import pytest

from ledger.operations.demo import SIREN
from tests.api.service import Service, is_problem


@pytest.mark.parametrize("reader", ["treasurer", "auditor"])
def test_every_form_of_export_is_a_file(service: Service, reader: str) -> None:
    year = service.operator().day.year
    service.join(units=1_000)
    for form, name, start in (
        ("fec", f"{SIREN}FEC{year}1231.txt", b"JournalCode\tJournalLib\t"),
        ("hledger", f"roue-{year}.journal", b"; La Roue\n"),
        ("csv", f"roue-{year}.csv", b"\xef\xbb\xbfentry;"),
        ("xlsx", f"roue-{year}.xlsx", b"PK"),
    ):
        answer = service.get(f"exports/{form}?year={year}", reader)
        assert answer.status_code == 200
        assert name in answer.headers["content-disposition"]
        assert answer.content.startswith(start)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        assert book.testzip() is None


def test_exports_are_for_treasurer_and_auditor(service: Service) -> None:
    for who in ("admin", "member:alice", "office:comptoir-halles"):
        is_problem(service.get("exports/fec", who), 403, "role-may-not")
    is_problem(service.get("exports/fec"), 401, "not-identified")
    is_problem(service.get("exports/pdf", "treasurer"), 422, "malformed-request")
    is_problem(service.get("exports/fec?year=2001", "treasurer"), 409, "bookkeeping-missing")


def test_bookkeeping_is_told_and_read(service: Service) -> None:
    year = service.operator().day.year
    body = {"year": year, "siren": SIREN, "chart": "pca-2018", "changes": ["till=5311 Caisses"]}
    assert service.post("bookkeeping", "treasurer", body).status_code == 201
    assert service.get("bookkeeping", "auditor").json()["items"] == [body]
    wrong = {**body, "siren": "123456789"}
    is_problem(service.post("bookkeeping", "treasurer", wrong), 422, "malformed-request")
    is_problem(service.post("bookkeeping", "admin", body), 403, "role-may-not")


def test_a_year_that_goes_on_is_not_closed(service: Service) -> None:
    year = service.operator().day.year
    refused = service.post("closings", "treasurer", {"year": year})
    is_problem(refused, 409, "period-not-over")
    is_problem(service.post(f"closings/{year}/confirm", "treasurer-2"), 404, "not-found")
    items = service.get("closings", "treasurer").json()["items"]
    assert [(each["year"], each["state"], each["over"]) for each in items] == [
        (year, "open", False)
    ]
