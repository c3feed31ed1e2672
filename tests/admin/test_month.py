"""A month's end on the desk without JavaScript: from the dropped files to the certificate."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import orjson
import pytest

from ledger.books.papers import BankLine, FundOrder
from ledger.documents.writing import Writing
from ledger.proof.certificate import certificate_problems
from tests.admin.conftest import serving
from tests.admin.test_desks import as_, fields_of
from tests.admin.town import Town, town
from tests.banking import camt_files as camt
from tests.documents.test_press import assert_accessible

PAGE = "/treasury/month"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[str, Town]]:
    """Found a town of its own, because signing closes its days."""
    with town(tmp_path) as made:
        (tmp_path / "demo-tokens.json").write_bytes(orjson.dumps(made.tokens))
        with serving(tmp_path) as address:
            yield address, made


def month_file(made: Town, on: date) -> bytes:
    """Write the fund's statement of a day: a fee, and money that nobody knows."""
    iban = made.ledger.reads.rulebook("roue")[0].bank_accounts["nef"].iban
    day = on.isoformat()
    text = "<RmtInf><Ustrd>FRAIS TENUE DE COMPTE</Ustrd></RmtInf>"
    fee = camt.entry(
        "3.20", sign="DBIT", booked=day, valued=day, reference="F1", details=camt.detail(text)
    )
    gift = camt.entry("15.00", booked=day, valued=day, reference="F2")
    balances = camt.balance("OPBD", "0.00", on=day), camt.balance("CLBD", "11.80", on=day)
    holder = camt.account(f"<IBAN>{iban}</IBAN>")
    told = camt.statement(*balances, fee, gift, identifier="M", holder=holder)
    return camt.message(told).encode()


def drop(page: httpx.Client, *files: bytes) -> httpx.Response:
    hidden = fields_of(page.get(PAGE), f"{PAGE}/files")
    named = [("file", (f"file-{n}.xml", data, "text/xml")) for n, data in enumerate(files)]
    return page.post(f"{PAGE}/files", data=hidden, files=named)


def test_a_month_from_the_files_to_the_certificate(place: tuple[str, Town]) -> None:
    address, made = place
    on = datetime.now(UTC).date().replace(day=1) - timedelta(days=1)
    with as_(address, "treasurer") as first, as_(address, "treasurer-2") as second:
        read = drop(first, month_file(made, on), b"not a statement").text
        assert "2 nouvelles sur 2 lignes" in read
        assert "Ce fichier bancaire est illisible" in read
        assert "0 nouvelles sur 2 lignes" in drop(first, month_file(made, on)).text
        assert f'action="{PAGE}/prepare"' not in first.get(PAGE).text
        refused = first.post(f"{PAGE}/prepare", data={**hidden(first), "key": "too-early"})
        assert refused.status_code == 409

        (fee,) = made.ledger.reads.having(BankLine, "roue", "amount", [-320])
        path = f"/treasury/lines/{fee.id}"
        seen = first.post(path, data=fields_of(first.get(path), path))
        assert first.post(path, data=fields_of(seen, path)).status_code == 303
        assert "la banque a pris 3,20" in first.get(PAGE).text.replace("3.20", "3,20")
        again = {**hidden(first), "key": "cover", "line": fee.id}
        assert first.post(f"{PAGE}/fees", data=again).status_code == 404
        assert len(made.ledger.reads.having(FundOrder, "roue", "euros", [320])) == 1

        noted = {**fields_of(first.get(PAGE), f"{PAGE}/notes"), "cause": "un don, reçu à écrire"}
        assert first.post(f"{PAGE}/notes", data=noted).status_code == 303
        shown = first.get(PAGE)
        assert "un don, reçu à écrire" in shown.text
        prepared = first.post(f"{PAGE}/prepare", data=fields_of(shown, f"{PAGE}/prepare"))
        assert prepared.status_code == 303
        assert f'action="{PAGE}/sign"' not in first.get(PAGE).text
        sign = fields_of(second.get(PAGE), f"{PAGE}/sign")
        own = {**sign, **hidden(first), "key": "alone"}
        assert first.post(f"{PAGE}/sign", data=own).status_code == 409
        assert second.post(f"{PAGE}/sign", data={**sign, "digest": "0" * 64}).status_code == 409
        sign["key"] = "second-look"
        assert second.post(f"{PAGE}/sign", data=sign).status_code == 303
        signed = first.get(f"{PAGE}/{on}/certificate").content
        assert certificate_problems(signed, made.ledger.key.public_key()) == []
        assert first.get(f"{PAGE}/yesterday/certificate").status_code == 404
        paper = first.get(f"{PAGE}/{on}/certificate.pdf")
        assert paper.headers["content-type"] == "application/pdf"
        assert f'href="{PAGE}/{on}/certificate.pdf"' in first.get(PAGE).text
        title = f"Certificat de rapprochement au {Writing('fr').day(on)}"
        assert_accessible(paper.content, language="fr", title=title)


def hidden(page: httpx.Client) -> dict[str, str]:
    """Give the token of a session's forms, and the day."""
    said = fields_of(page.get(PAGE), f"{PAGE}/files")
    return {"csrf": said["csrf"], "on": said["on"]}
