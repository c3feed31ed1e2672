"""Bank files on the command line."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger.banking.detect import read_statements
from ledger.refusals import UnreadableStatement
from scripts.main import app
from tests.banking.camt_files import account, balance, entry, message, statement
from tests.commands.conftest import Run

FOLDER = Path(os.environ.get("COMPTOIR_BANK_FILES", "bank-files-not-here"))
KEYS = {
    *("format", "id", "iban", "currency", "opening", "closing"),
    *("entries", "transactions", "credits", "debits", "balanced", "warnings"),
}
FILES = sorted(
    path for path in FOLDER.rglob("*") if path.is_file() and not path.name.endswith(".facts.json")
)


@pytest.mark.skipif(not FILES, reason="COMPTOIR_BANK_FILES names no folder of public bank files")
def test_every_public_file_is_read_or_refused_in_one_line() -> None:
    read = 0
    for path in FILES:
        done = CliRunner().invoke(app, ["statement", "inspect", str(path), "--json"])
        try:
            read_statements(path.read_bytes(), path.name)
        except UnreadableStatement:
            assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1), path
        else:
            read += 1
            assert done.exit_code == 0, path
            assert all(set(told) == KEYS for told in json.loads(done.stdout)), path
    assert read


@pytest.mark.parametrize("name", ["nothing-here.xml", "."])
def test_a_file_that_is_not_there_is_one_line(name: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["statement", "inspect", str(tmp_path / name)])
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"<!DOCTYPE a><a/>", b"hello\nworld", b"<a"])
def test_what_is_no_statement_is_one_line(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "bank\nfile.xml"
    file.write_bytes(data)
    done = CliRunner().invoke(app, ["statement", "inspect", str(file)])
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_an_association_names_its_own_tables_in_a_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, profiles = tmp_path / "bank.csv", tmp_path / "profiles.toml"
    table.write_text("Day,Words,Sum\n2026-03-02,rent,20.00\n")
    asked = ["statement", "inspect", str(table), "--json"]
    assert CliRunner().invoke(app, asked).exit_code == 2
    monkeypatch.setenv("COMPTOIR_CSV_PROFILES", str(profiles))
    done = CliRunner().invoke(app, asked)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)  # the file is not there
    profiles.write_text(
        '[[profile]]\nid = "mine"\ndelimiter = ","\ndecimal = "."\ndays = ["YYYY-MM-DD"]\n'
        '[profile.columns]\nbooked = ["Day"]\namount = ["Sum"]\ntext = ["Words"]\n'
    )
    (told,) = json.loads(CliRunner().invoke(app, asked).stdout)
    assert (told["format"], told["credits"]) == ("csv:mine", "20.00")
    profiles.write_text("[[profile]]\nid = 1\n")
    done = CliRunner().invoke(app, asked)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "a word like my-bank" in done.stderr


def test_an_import_posts_what_is_certain_and_adds_nothing_twice(run: Run, tmp_path: Path) -> None:
    run("demo", "--seed", "2")
    file = tmp_path / "nef.xml"
    iban = "<IBAN>FR7621570000010000000000176</IBAN>"
    lines = entry("20.00", reference="A1"), entry("30.00", reference="A2")
    parts = balance("OPBD", "0.00"), balance("CLBD", "50.00"), *lines
    file.write_text(message(statement(*parts, holder=account(iban))))
    first = run("statement", "import", "roue", str(file), "--account", "nef", "--json")
    assert (first.json["new"], first.json["matched"], first.json["waiting"]) == (2, 0, 2)
    again = run("statement", "import", "roue", str(file), "--account", "nef", "--json")
    assert (again.json["new"], again.json["duplicates"], again.json["waiting"]) == (0, 2, 0)
    assert "déjà là" in run("statement", "import", "roue", str(file), "--account", "nef").said
    elsewhere = run("statement", "import", "roue", str(file), "--account", "exploitation")
    assert (elsewhere.code, elsewhere.said, elsewhere.why.count("\n")) == (2, "", 1)
