"""The books for other programs: the tax office's file, hledger, sheets; whole and balanced."""

import csv
import json
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from api.settings import Settings
from ledger.operations.ledger import Ledger
from scripts import edge
from tests.commands.conftest import Run

HLEDGER = shutil.which("hledger")


@pytest.fixture
def opened(environment: dict[str, str | None]) -> Iterator[Ledger]:
    """Open the books that the commands wrote."""
    settings = Settings(
        database_url=str(environment["COMPTOIR_DATABASE_URL"]),
        signing_key_file=Path(str(environment["COMPTOIR_SIGNING_KEY_FILE"])),
        secret_key_file=Path(str(environment["COMPTOIR_SECRET_KEY_FILE"])),
    )
    with edge.opened(settings, migrating=True) as ledger:
        yield ledger


@pytest.fixture
def town(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> int:
    """Fill a village in the test's own folder; gives the year it ends in."""
    monkeypatch.chdir(tmp_path)
    assert run("demo", "--seed", "3").code == 0
    found = run("export", "csv", "roue", "--json")
    assert found.code == 0
    rows = Path(found.json["file"]).read_text(encoding="utf-8-sig").splitlines()
    return int(rows[-1].split(";")[1][-4:])


def test_the_file_of_the_demo_year_passes_the_checker(run: Run, town: int) -> None:
    made = run("export", "fec", "roue", "--year", str(town), "--json")
    assert made.code == 0
    assert made.json["name"] == f"123456782FEC{town}1231.txt"
    checked = run("export", "fec", "--check", made.json["file"], "--json")
    assert (checked.code, checked.json["problems"]) == (0, [])
    content = Path(made.json["file"]).read_bytes()
    assert content.count(b"\r\n") > 1_000
    again = run("export", "fec", "roue", "--year", str(town), "--output", "again.txt")
    assert again.code == 0
    assert Path("again.txt").read_bytes() == content


def test_a_year_opens_with_what_the_one_before_left(run: Run, town: int) -> None:
    """The year after an ended one has an opening alone, and both files balance."""
    made = run("export", "fec", "roue", "--year", str(town + 1), "--json")
    checked = run("export", "fec", "--check", made.json["file"])
    assert checked.code == 0
    lines = Path(made.json["file"]).read_text(encoding="utf-8").splitlines()[1:]
    assert {line.split("\t")[0] for line in lines} == {"AN"}
    before = run("export", "fec", "roue", "--year", str(town), "--json")
    left: Counter[tuple[str, str]] = Counter()
    for line in Path(before.json["file"]).read_text(encoding="utf-8").splitlines()[1:]:
        cells = line.split("\t")
        cents = [int(cells[place].replace(",", "")) for place in (11, 12)]
        account = "110" if cells[4][0] in "67" else cells[4]
        left[account, cells[6]] += cents[0] - cents[1]
    opened = {
        (cells[4], cells[6]): int(cells[11].replace(",", "")) - int(cells[12].replace(",", ""))
        for cells in (line.split("\t") for line in lines)
    }
    assert opened == {key: amount for key, amount in left.items() if amount}


def test_a_file_that_was_changed_is_told_in_both_languages(run: Run, town: int) -> None:
    made = Path(run("export", "fec", "roue", "--year", str(town), "--json").json["file"])
    made.write_bytes(made.read_bytes().replace(b"26000,00\t0,00", b"26000,01\t0,00", 1))
    for language, word in (("fr", "déséquilibr"), ("en", "out of balance")):
        done = run("export", "fec", "--check", str(made), "--lang", language)
        assert done.code == 1
        assert done.said.count(word) == 2


@pytest.mark.skipif(HLEDGER is None, reason="no hledger here, so nobody else adds up our export")
@pytest.mark.parametrize("part", ["all", "year"])
def test_hledger_reads_the_journal_and_its_balances_are_ours(
    run: Run, town: int, part: str, opened: Ledger
) -> None:
    year = [] if part == "all" else ["--year", str(town)]
    made = run("export", "hledger", "roue", *year, "--json")
    assert made.code == 0
    command = [str(HLEDGER), "-f", made.json["file"]]
    subprocess.run([*command, "check"], check=True, capture_output=True)
    told = subprocess.run(
        [*command, "bal", "-N", "-E", "--flat", "-O", "csv"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    theirs = {row[0]: row[1] for row in list(csv.reader(told.splitlines()))[1:]}
    ours = {**opened.reads.accounts_like("roue", "")}
    assert len(ours) > 100
    for name, minor in ours.items():
        amount = Decimal(minor).scaleb(-2)
        number = theirs.get(name, "0").split(" ")[0]
        assert Decimal(number) == amount, name
    codes = {amount.split(" ")[1] for amount in theirs.values() if amount != "0"}
    assert codes == {"EUR", "ROU"}


def test_spreadsheets_hold_every_arrow(run: Run, town: int, opened: Ledger) -> None:
    made = run("export", "csv", "roue", "--year", str(town), "--json")
    content = Path(made.json["file"]).read_bytes()
    assert content.startswith(b"\xef\xbb\xbfentry;day;at;kind;")
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines(), delimiter=";"))
    sums: Counter[str] = Counter()
    for row in rows:
        if row["amount"]:
            cents = int(row["amount"].replace(",", ""))
            sums[row["target"]] += cents
            sums[row["source"]] -= cents
    balances = opened.reads.balances("roue", ["bank:nef", "issued:digital", "suspense"])
    assert {name: sums[name] for name in balances} == balances
    assert {int(row["entry"]) for row in rows} == set(range(1, int(rows[-1]["entry"]) + 1))
    book = run("export", "xlsx", "roue", "--json")
    with zipfile.ZipFile(book.json["file"]) as parts:
        assert parts.testzip() is None


def test_what_cannot_be_exported_is_one_line(run: Run, tmp_path: Path) -> None:
    run("demo")
    for arguments in (
        ["fec"],
        ["fec", "--check", str(tmp_path / "none.txt")],
        ["fec", "roue", "--year", "1789"],
        ["fec", "roue", "--year", "2001"],
        ["csv", "nowhere"],
        ["csv", "roue", "--output", str(tmp_path / "none" / "x")],
    ):
        done = run("export", *arguments)
        assert (done.code, done.said, done.why.count("\n")) == (2, "", 1), arguments
    assert not list(tmp_path.glob("*.part"))


def test_standard_output_takes_the_file(run: Run) -> None:
    run("demo")
    assert run("export", "hledger", "roue").said.startswith("; La Roue\n")
    assert json.dumps(run("export", "csv", "roue").said).count("bank-account")
