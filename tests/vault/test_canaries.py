"""Canaries: what must never leak is said to a running service, and looked for wherever it could be.

A control plants a canary where one may stand (in a memo), so that a search gone blind fails.
"""

import contextlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
import pytest
import structlog

from ledger.proof.bundle import write_bundle
from ledger.proof.reader import open_source
from tests.api.service import Service, serving
from tests.banking import camt_files
from tests.databases import Databases
from tests.proof.town import opened
from tests.vault.test_erasure import traces_of

NAME: Final = "Canarina Kanarienvogel"
EMAIL: Final = "canarina.kanarienvogel@example.org"
IBAN: Final = "FR7630006000011234567890189"
PAYER: Final = "Payeur Kanarienhahn"
PLANTED: Final = "memo-canary-7c1f"


@dataclass
class Town:
    """A service that was told secrets, and what it said aloud."""

    service: Service
    url: str
    said: list[str]
    logged: io.StringIO

    @property
    def canaries(self) -> list[str]:
        """Every secret, in the forms in which it could stand somewhere."""
        secret = [NAME, EMAIL, IBAN, PAYER, *self.service.tokens.values()]
        hexed = [text.encode().hex() for text in secret]
        return [*secret, *hexed, "Kanarien", "7630006000011234567890189"]

    def sung(self, text: str | bytes) -> list[str]:
        """List the canaries in a text."""
        raw = text if isinstance(text, bytes) else text.encode()
        return [canary for canary in self.canaries if canary.encode() in raw]


@pytest.fixture(scope="module")
def town(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Serve a demo town, tell it secrets in every way there is, and collect what it answers."""
    logged = io.StringIO()
    folder = tmp_path_factory.mktemp("canaries")
    with (
        contextlib.redirect_stderr(logged),
        databases.fresh() as url,
        serving(url, folder) as service,
    ):
        made = Town(service, url, [], logged)
        tell(made)
        yield made
    structlog.reset_defaults()


def tell(town: Town) -> None:
    service = town.service
    body = {"id": "c1", "kind": "pro", "name": NAME, "email": EMAIL, "iban": IBAN}
    assert service.post("members", "treasurer", body, key="canary-1").status_code == 201
    service.post("members/c1/identity", "auditor", {"reason": "a sample"})
    convert = {"member": "c1", "euros": "5.00", "channel": "card", "reference": PLANTED}
    assert service.post("conversions", "treasurer", convert).status_code == 201
    iban = service.ledger.reads.rulebook("roue")[0].bank_accounts["nef"].iban
    details = camt_files.detail(
        f"<RltdPties><Dbtr><Nm>{PAYER}</Nm></Dbtr><DbtrAcct><Id><IBAN>{IBAN}</IBAN></Id>"
        f"</DbtrAcct></RltdPties><RmtInf><Ustrd>de {NAME}</Ustrd></RmtInf>"
    )
    line = camt_files.entry("25.00", reference="canary", details=details)
    holder = camt_files.account(f"<IBAN>{iban}</IBAN>")
    file = camt_files.message(camt_files.statement(line, holder=holder)).encode()
    sent = service.send(
        "POST",
        "fund/statements",
        "treasurer",
        key="canary-file",
        files={"file": file},
        data={"account": "nef"},
    )
    assert sent.status_code == 201, sent.text
    errors(town)


def errors(town: Town) -> None:
    """Say the secrets where they are refused, and keep the answers."""
    service = town.service
    wrong = [
        ("members", {"id": "c1", "kind": "pro", "name": NAME, "email": EMAIL, "iban": IBAN}),
        ("members", {"kind": "king", "name": NAME, "email": EMAIL, "iban": IBAN + "\x01"}),
        ("members", {"kind": "pro", "name": [NAME], "email": 7, "iban": {EMAIL: IBAN}}),
        ("conversions", {"member": "c1", "euros": "x", "channel": "card", "reference": NAME}),
        ("members/c1/erasure", {"reason": NAME}),
        ("members/c1/identity", {"reason": NAME}),
    ]
    for path, body in wrong:
        answer = service.post(path, "treasurer", body)
        assert answer.status_code >= 400, (path, answer.text)
        town.said.append(answer.text)
    for token in ("no-" + service.tokens["treasurer"], service.tokens["treasurer"] + "x"):
        refused = service.get("journal", headers={"Authorization": f"Bearer {token}"})
        assert refused.status_code == 401
        town.said.append(refused.text)
    again = {"id": "c1", "kind": "pro", "name": NAME + "!", "email": EMAIL, "iban": IBAN}
    reused = service.post("members", "treasurer", again, key="canary-1")
    assert reused.status_code == 422
    town.said.append(reused.text)


def dump(url: str) -> bytes:
    """Write every row of every table as text, as a dump would; bytes in hex."""
    with opened(url) as execute:
        if url.startswith("sqlite"):
            named = "SELECT name FROM sqlite_master WHERE type = 'table'"
        else:
            named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        tables = [str(name) for (name,) in execute(named)]
        rows = [row for table in tables for row in execute(f'SELECT * FROM "{table}"')]  # noqa: S608 - our own
    assert len(tables) > 20

    def text(value: object) -> str:
        return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)

    return "\n".join("\t".join(map(text, row)) for row in rows).encode()


def test_the_search_finds_what_is_there(town: Town, tmp_path: Path) -> None:
    """The control: without it, an empty answer would prove nothing."""
    assert town.sung(f"{NAME} {IBAN}") == [NAME, IBAN, "Kanarien", IBAN[2:]]
    assert PLANTED.encode() in dump(town.url)
    assert PLANTED.encode() in traces_of(town.url)
    written = tmp_path / "control"
    with open_source(town.url) as source:
        write_bundle(source, written)
    assert b"c1" in written.read_bytes()


def test_who_may_know_is_told(town: Town) -> None:
    known = town.service.get("members/c1", "treasurer").json()
    assert (known["name"], known["email"], known["iban"]) == (NAME, EMAIL, IBAN)
    waiting = town.service.get("fund/lines?state=waiting", "treasurer").text
    assert PAYER in waiting


def test_the_database_holds_no_canary(town: Town) -> None:
    assert town.sung(dump(town.url)) == []
    assert town.sung(traces_of(town.url)) == []


def test_neither_does_the_bundle(town: Town, tmp_path: Path) -> None:
    written = tmp_path / "books.bundle"
    with open_source(town.url) as source:
        assert write_bundle(source, written) > 0
    raw = written.read_bytes()
    assert town.sung(raw) == []
    assert PLANTED.encode() not in raw


def test_no_stored_answer_and_no_fact_names_anybody(town: Town) -> None:
    with opened(town.url) as execute:
        answers = [str(answer) for (answer,) in execute("SELECT answer FROM operation")]
        facts = [str(fact) for (fact,) in execute("SELECT facts FROM entry")]
    assert any("c1" in fact for fact in facts)
    assert [orjson.loads(answer) for answer in answers if town.sung(answer)] == []
    assert [fact for fact in facts if town.sung(fact)] == []


def test_no_error_repeats_what_it_was_told(town: Town) -> None:
    assert len(town.said) > 8
    assert [said for said in town.said if town.sung(said)] == []


def test_the_logs_say_nothing_of_people(town: Town) -> None:
    log = structlog.get_logger("canary")
    try:
        raise ValueError(f"{NAME} {IBAN}")  # noqa: EM102, TRY003, TRY301 - as a careless library would
    except ValueError:
        with contextlib.redirect_stderr(town.logged):
            log.exception("a fault that quotes a row")
    told = town.logged.getvalue()
    assert "ValueError" in told  # it was heard
    assert town.sung(told) == []
    assert not re.search(r"[A-Z]{2}\d{20,}", told)
