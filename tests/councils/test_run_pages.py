"""The pages of runs, as an officer and an approver use them, and the papers that come of one."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.books.disbursements import Consent
from ledger.operations.consent import RecordConsent
from ledger.operations.demo import CODE
from ledger.operations.mandate import GrantMandate
from ledger.operations.statement import import_statement
from scripts.edge import operator
from tests.admin.conftest import serving
from tests.admin.test_desks import as_, fields_of
from tests.admin.town import Town, town
from tests.fund.house import camt, line
from tests.walls.runs import MANDATE

RUNS = "/council/runs"
PASTED = "membre\tmontant\tnature\r\nalice\t1000.33\tallowance\r\nbruno\t240,00\tallowance\r\n"


@pytest.fixture
def roue(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path) as made:
        (tmp_path / "demo-tokens.json").write_text(json.dumps(made.tokens))
        made.do(replace(MANDATE, id="m", authority="avignon"))
        mayor = replace(operator(), person="mayor")
        granted = made.ledger.post_and_wait(CODE, GrantMandate("avignon", "m"), mayor)
        assert not granted.refused
        for member in ("alice", "bruno"):
            made.do(RecordConsent("avignon", member, "elected", share_bps=3000))
        yield made


def test_a_run_from_the_pasted_rows_to_the_voucher(roue: Town, tmp_path: Path) -> None:
    with serving(tmp_path) as house:
        with as_(house, "officer:avignon") as officer:
            form = fields_of(officer.get(RUNS), RUNS)
            sent = {**form, "rows": PASTED, "words": "Novembre"}
            seen = officer.post(RUNS, data=sent)
            assert "écrivez la somme avec un point" in seen.text
            assert "300,09" in seen.text
            right = {**sent, "rows": PASTED.replace("240,00", "240.00")}
            kept = fields_of(officer.post(RUNS, data=right), RUNS)
            made = officer.post(RUNS, data=kept, follow_redirects=True)
            address = str(made.url.path)
            assert "372,09" in made.text
            assert "Approuver" not in made.text
            again = officer.post(RUNS, data=kept, follow_redirects=True)
            assert str(again.url.path) == address
            unclosed = officer.get(f"{address}/voucher.pdf")
            assert unclosed.status_code == 409
        with as_(house, "approver:avignon") as approver:
            form = fields_of(approver.get(address), address)
            awaited = approver.post(address, data=form, follow_redirects=True)
            assert "Virez 372,09" in awaited.text
            assert approver.post(RUNS, data={**form, "rows": PASTED}).status_code == 403
        reference = awaited.text.partition("<code>RF")[2].partition("</code>")[0]
        moved = line("372.09", f"RF{reference}", bank_reference="A1")
        file = camt(moved, closing="372.09")
        import_statement(roue.ledger, CODE, operator(), account="nef", data=file)
        with as_(house, "officer:avignon") as officer:
            assert "372,09 EUR ont été crédités" in officer.get(address).text
            pdf = officer.get(f"{address}/voucher.pdf").content
            assert pdf.startswith(b"%PDF-")
            rows = officer.get(f"{address}/voucher.csv").text
            assert "alice;allowance;1000,33;300,09;700,24" in rows
            slips = officer.get(f"{address}/slips.csv").text
            assert "300,09 EUR" in slips
            assert officer.get(f"{address}/other").status_code == 404
        with as_(house, "officer:avignon") as officer:
            assert officer.get(f"{RUNS}/none").status_code == 404


def test_a_run_is_given_up_at_the_desk_and_a_sheet_that_is_none_is_refused(
    roue: Town, tmp_path: Path
) -> None:
    del roue
    with serving(tmp_path) as house, as_(house, "officer:avignon") as officer:
        form = fields_of(officer.get(RUNS), RUNS)
        refused = officer.post(RUNS, data={**form, "rows": "name\tsum\nalice\t1\n"})
        assert refused.status_code == 422
        assert "A1" in refused.text
        rows = b"member;euros;kind\nalice;100.00;allowance\n"
        seen = officer.post(RUNS, data=form, files={"file": ("rows.csv", rows, "text/csv")})
        kept = fields_of(seen, RUNS)
        made = officer.post(RUNS, data=kept, follow_redirects=True)
        address = str(made.url.path)
        token = fields_of(made, address)
        took = officer.post(address, data={**token, "step": "take", "key": "k"})
        assert took.status_code == 409
        gone = officer.post(address, data=token, follow_redirects=True)
        assert "annulé" in gone.text


def test_a_consent_is_recorded_by_the_officer_and_withdrawn_by_the_person(
    roue: Town, tmp_path: Path
) -> None:
    with serving(tmp_path) as house:
        with as_(house, "officer:avignon") as officer:
            form = fields_of(officer.get("/consents"), "/consents")
            sent = {**form, "member": "maraicher", "status": "other", "share": "12,5", "cap": "80"}
            listed = officer.post("/consents", data=sent, follow_redirects=True)
            assert "12,5" in listed.text
            assert "au plus 80,00" in listed.text
            for wrong in ({"share": "x"}, {"since": "tomorrow"}, {"euros": "5"}):
                assert officer.post("/consents", data={**sent, **wrong}).status_code == 422
        given = roue.ledger.reads.having(Consent, CODE, "member", ["alice"])[0]
        address = f"/consents/avignon/{given.id}"
        with as_(house, "member:bruno") as bruno:
            page = bruno.get("/consents")
            assert address not in page.text
            token = fields_of(page, "/logout")
            assert bruno.post(address, data={**token, "key": "k"}).status_code == 404
        with as_(house, "member:alice") as alice:
            form = fields_of(alice.get("/consents"), address)
            done = alice.post(address, data=form, follow_redirects=True)
            assert "retiré" in done.text
