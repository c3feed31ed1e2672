"""A spreadsheet of 300 rows: looked at, corrected, approved, funded, credited once each."""

import io
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import openpyxl
import orjson
import pytest

from ledger.books.disbursements import Disbursement, Run
from ledger.books.papers import BankLine
from ledger.operations.consent import RecordConsent, WithdrawConsent
from ledger.operations.demo import CODE
from ledger.operations.disbursement import approving, checking, credit_funded, told_run
from ledger.operations.grant import Given
from ledger.operations.line import ExplainLine
from ledger.operations.mandate import GrantMandate
from ledger.operations.member import RegisterMember
from ledger.proof.reader import open_source
from ledger.proof.verifier import verify
from tests.councils.desk import Desk
from tests.fund.house import NEF, camt, line
from tests.people.seat import agreement_of
from tests.proof.tampering import found_in
from tests.walls.runs import MANDATE

ROWS: Final = 300
FAULTS: Final[dict[int, tuple[tuple[object, object, object], str]]] = {
    10: (("nobody-here", "100.00", "allowance"), "unknown-person"),
    20: (("p019x", "100.00", "allowance"), "no-consent"),
    30: (("p030", "9000.00", "allowance"), "over-cap"),
    40: (("p040", "1800.00", "salary"), "wages-to-own-account"),
    50: (("p049", "100.49", "allowance"), "row-twice"),
    60: (("p060", "100,60", "allowance"), "euros-with-comma"),
    70: (("p070", "=50+50", "allowance"), "formula-cell"),
    80: (("p080", "100.80", "allowance"), "consent-not-in-force"),
    90: (("p090", "100.90", "allowance"), "consent-withdrawn"),
    100: (("p100", "100.00", "invoice"), "mandate-object"),
    110: (("p110", "a hundred", "allowance"), "unreadable-euros"),
    120: (("p120", None, "allowance"), "empty-cell"),
}


def right(number: int) -> tuple[object, object, object]:
    return f"p{number:03}", f"100.{number % 100:02}", "allowance"


def sheet(rows: list[tuple[object, object, object]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(("member", "euros", "kind"))
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def settle(council: Desk) -> None:
    """Let 300 people and one without a consent join, and the council grant a mandate."""
    home = council.home
    today = home.context().day
    joined: list[Any] = [RegisterMember("p019x", "person")]
    joined += [RegisterMember(f"p{number:03}", "person") for number in range(1, ROWS + 1)]
    consents = [
        RecordConsent(
            "avignon",
            f"p{number:03}",
            "private-law" if number == 40 else "elected",
            share_bps=3000,
            cap=500_00,
            since=date(2026, 1, 1),
            until=today - timedelta(days=1) if number == 80 else None,
        )
        for number in range(1, ROWS + 1)
    ]
    for lot in (joined, consents):
        asked = [(each, home.context()) for each in lot]
        answers = home.ledger.post_many(CODE, asked)
        assert not any(answer.refused for answer in answers)
    withdrawn = next(
        str(answer.json()["id"])
        for given, answer in zip(consents, answers, strict=True)
        if given.member == "p090"
    )
    home.post(WithdrawConsent("avignon", withdrawn))
    home.post(replace(MANDATE, id="m", authority="avignon", ceiling=50_000_00))
    council.do("approver:avignon", GrantMandate("avignon", "m"))


def check(council: Desk, content: bytes, *, drop: bool = False, preview: bool = False) -> Any:  # noqa: ANN401 - an answer
    context = replace(council.context("officer:avignon"), preview=preview)
    operation = checking(
        council.ledger,
        CODE,
        context,
        authority="avignon",
        rows=content,
        words="Novembre",
        drop=drop,
    )
    return council.ledger.post_and_wait(CODE, operation, context).json()


def told(council: Desk, run: str) -> dict[str, Any]:
    seen = told_run(council.ledger, CODE, council.context("officer:avignon"), "avignon", run)
    return dict(orjson.loads(orjson.dumps(seen)))


@pytest.mark.timeout(300)
def test_three_hundred_rows_twelve_of_them_faulty(council: Desk, database_url: str) -> None:
    settle(council)
    numbers = range(1, ROWS + 1)
    first = sheet([FAULTS[n][0] if n in FAULTS else right(n) for n in numbers])
    before = council.home.head
    seen = check(council, first, preview=True)
    fates = {row["row"]: row["fate"] for row in seen["rows"]}
    assert {n: fate for n, fate in fates.items() if fate != "ok"} == {
        n: fate for n, (_, fate) in FAULTS.items()
    }
    assert {row["row"]: row["place"] for row in seen["rows"]}[70] == "B71"
    assert (seen["state"], council.home.head) == ("draft", before)
    assert check(council, first)["slug"] == "rows-faulty"
    # Corrected: the two whose consents ended and the one who is paid wages stay out of it.
    out = {40, 80, 90}
    run = check(council, sheet([right(n) for n in numbers if n not in out]))
    id_, wanted = (
        str(run["id"]),
        sum(10_000 * 3000 // 10_000 + (n % 100) * 3 // 10 for n in numbers if n not in out),
    )
    assert (run["rows_due"], run["euros"]) == (
        ROWS - len(out),
        f"{wanted // 100}.{wanted % 100:02}",
    )
    approval = approving(council.ledger, CODE, council.context("approver:avignon"), "avignon", id_)
    at = council.home.at
    agreed = agreement_of(council.ledger, CODE, at, approval, Given("approver", "avignon"))
    assert agreed == ("run", id_, f"{run['euros']} EUR", f"avignon: {run['rows_due']}")
    council.do("approver:avignon", approval)
    fund(council, id_)
    asked = [sys.executable, "-m", "tests.councils.killed_run", database_url, "150"]
    killed = subprocess.run(asked, check=False, capture_output=True, timeout=120)
    assert killed.returncode == -9, killed.stderr
    half = council.ledger.reads.having(Disbursement, CODE, "state", ["credited"])
    assert 0 < len(half) <= 150
    assert credit_funded(council.ledger, CODE, council.home.context()) == ROWS - len(out) - len(
        half
    )
    assert credit_funded(council.ledger, CODE, council.home.context()) == 0
    _agrees(council, id_, wanted, database_url)


def fund(council: Desk, run: str) -> None:
    """Let the bank line of the run be kept and explained, and nobody be credited yet."""
    paper = council.ledger.reads.paper(Run, CODE, run)
    assert paper is not None
    euros = f"{paper.total // 100}.{paper.total % 100:02}"
    home = council.home
    # Certain lines wait for a person here, so that nothing is credited before the process dies.
    home.drop(camt(line(euros, "votre virement", bank_reference="A1", iban=NEF), closing=euros))
    (waiting,) = council.ledger.reads.having(BankLine, CODE, "amount", [paper.total])
    home.post(ExplainLine(waiting.id, "nef", "disbursement", run, authority="avignon"))


def _agrees(council: Desk, run: str, wanted: int, url: str) -> None:
    """Compare euros, units and what the run tells, to the cent; then let the auditor read."""
    after = told(council, run)
    credited = [row for row in after["rows"] if row["state"] == "credited"]
    assert len({row["entry"] for row in credited}) == len(credited) == after["rows_in_all"]
    text = f"{wanted // 100}.{wanted % 100:02}"
    assert (after["state"], after["credited_euros"], after["received_euros"]) == (
        "closed",
        text,
        text,
    )
    names = [f"member:p{number:03}" for number in range(1, ROWS + 1)]
    assert sum(council.home.balances(*names).values()) == wanted
    assert council.home.balances("mandate:avignon")["mandate:avignon"] == 0
    with open_source(url) as source:
        assert found_in(verify(source)) == set()
