"""What is read: pages with links, statements for people and spreadsheets, receipts, proofs."""

import csv
import io
from itertools import pairwise
from typing import Any

from ledger.operations.checkpoint import make_checkpoint
from ledger.operations.conversion import Convert
from ledger.operations.member import ChangeMember
from ledger.proof.receipt import Receipt
from tests.api.service import Service, is_problem

LINE = {"entry", "at", "kind", "counterparty", "reference", "units_in", "units_out", "balance"}


def all_pages(service: Service, path: str, who: str | None) -> list[list[dict[str, Any]]]:
    """Follow the links from page to page."""
    pages: list[list[dict[str, Any]]] = []
    following: str | None = f"/v1/roue/{path}"
    while following:
        answer = service.get(following, who)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json()["items"])
        following = answer.links.get("next", {}).get("url")
        assert len(pages) < 500
    return pages


def test_lists_are_read_page_by_page_without_a_gap(service: Service) -> None:
    for _ in range(3):
        service.join()
    for path, key in (("members", "id"), ("journal", "entry"), ("fund/lines", "id")):
        whole = service.get(f"{path}?limit=500", "treasurer").json()["items"]
        pages = all_pages(service, f"{path}?limit=2", "treasurer")
        assert [item for page in pages for item in page] == whole
        assert all(len(page) <= 2 for page in pages)
        assert [item[key] for item in whole] == sorted(item[key] for item in whole)
    assert len(service.get("journal", "auditor").json()["items"]) <= 50


def test_a_statement_runs_from_the_newest_line_with_its_balance(service: Service) -> None:
    alice = service.join(units=1_000)
    who = f"member:{alice}"
    body = {"from": alice, "to": "librairie", "units": "3.00", "reference": "a book"}
    entry = service.post("payments", who, body).json()["entry"]
    lines = service.get(f"members/{alice}/statement", who).json()["items"]
    assert all(set(line) == LINE | {"guardian"} for line in lines)
    told = [(line["kind"], line["units_in"], line["units_out"], line["balance"]) for line in lines]
    assert told == [("payment", "0.00", "3.00", "9.00"), ("conversion", "12.00", "0.00", "12.00")]
    newest = lines[0]
    assert (newest["entry"], newest["counterparty"], newest["reference"]) == (
        entry,
        "librairie",
        "a book",
    )
    theirs = service.get("members/librairie/statement?limit=1", "shop:librairie").json()["items"]
    assert (theirs[0]["counterparty"], theirs[0]["units_in"]) == (alice, "3.00")


def test_a_statement_is_whole_page_by_page_whatever_its_entries_hold(service: Service) -> None:
    """An entry of many arrows takes no place from the others on its page."""
    for ordinal in range(6):
        service.campaign(f"many-{ordinal}", "grand-avignon", rate_bps=100, budget=10_000)
    shop = service.join("pro", "shop")
    for _ in range(6):
        club = service.join("association", "shop", units=1_000)
        body = {"from": club, "to": shop, "units": "1.00"}
        paid = service.post("payments", f"shop:{club}", body).json()
        assert len(paid["postings"]) == 7
    whole = service.get(f"members/{shop}/statement", f"shop:{shop}").json()["items"]
    assert len(whole) == 6
    for limit in (1, 2, 5, 6):
        pages = all_pages(service, f"members/{shop}/statement?limit={limit}", f"shop:{shop}")
        assert [line for page in pages for line in page] == whole


def test_a_statement_opens_right_in_a_french_spreadsheet(service: Service) -> None:
    alice = service.join(units=1_000)
    who = f"member:{alice}"
    for reference in ("=1+1", "+33 6", "-5", "@SUM(A1)", 'say "hi"; bye', "p\xe2t\xe9"):
        body = {"from": alice, "to": "librairie", "units": "0.50", "reference": reference}
        assert service.post("payments", who, body).status_code == 201
    answer = service.get(f"members/{alice}/statement", who, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    text = answer.content.decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:]), delimiter=";"))
    assert set(rows[0]) == LINE
    references = [row["reference"] for row in rows][::-1]
    assert references[1:] == [
        *("'=1+1", "'+33 6", "'-5", "'@SUM(A1)", 'say "hi"; bye', "p\xe2t\xe9"),
    ]
    assert (rows[0]["units_out"], rows[0]["balance"]) == ("0,50", "9,00")


def test_a_statement_as_csv_says_when_there_is_more(service: Service) -> None:
    alice = service.join(units=1_000)
    for _ in range(2):
        service.do(Convert(alice, 100, "card"))
    path, who = f"members/{alice}/statement?limit=2", f"member:{alice}"
    answer = service.get(path, who, headers={"Accept": "text/csv"})
    assert answer.links["next"]["url"] == service.get(path, who).links["next"]["url"]


def test_a_receipt_is_checked_with_the_public_key_alone(service: Service) -> None:
    alice = service.join()
    body = {"member": alice, "euros": "10.00", "channel": "bank"}
    told = service.post("conversions", "treasurer", body).json()
    receipt = Receipt.parse(told["receipt"])
    key = service.ledger.key.public_key()
    assert receipt.holds(key)
    assert (receipt.currency, receipt.number) == ("roue", told["entry"])
    entry = service.get(f"journal/{told['entry']}", "auditor").json()
    assert (entry["hash"], entry["receipt"]) == (receipt.hash.hex(), told["receipt"])
    forged = Receipt(receipt.currency, receipt.number + 1, receipt.hash, receipt.signature)
    assert not forged.holds(key)


def test_the_journal_is_a_chain_without_names(service: Service) -> None:
    alice = service.join(units=100)
    service.do(ChangeMember(alice, name="Secret Name", email="secret@example.org"))
    body = {"from": alice, "to": "librairie", "units": "1.00", "reference": "a secret"}
    service.post("payments", f"member:{alice}", body)
    entries = [entry for page in all_pages(service, "journal", "auditor") for entry in page]
    assert [entry["entry"] for entry in entries] == list(range(1, len(entries) + 1))
    for before, entry in pairwise(entries):
        assert entry["previous_hash"] == before["hash"]
    assert "ecret" not in str(entries)


def test_an_entry_is_proved_under_the_newest_checkpoint(service: Service) -> None:
    make_checkpoint(service.ledger, "roue", service.operator())
    head = service.head()
    proof = service.get("journal/proofs/1", "auditor").json()
    assert (proof["entry"], proof["checkpoint"]["size"]) == (1, head)
    assert service.get("/v1/roue").json()["checkpoint"] == proof["checkpoint"]
    listed = service.get("checkpoints?limit=500").json()["items"]
    assert listed[-1] == proof["checkpoint"]
    is_problem(service.get(f"journal/proofs/{head + 1}", "auditor"), 404, "not-found")


def test_the_service_says_how_it_is(service: Service) -> None:
    assert service.get("/healthz").json() == {"status": "alive"}
    ready = service.get("/readyz").json()
    assert ready["status"] == "ready"
    assert ready["journals"]["roue"] == service.head()
    assert "python_info" in service.get("/metrics").text
