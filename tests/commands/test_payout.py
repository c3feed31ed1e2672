"""`comptoir payout`: the files of what is due, written once and again."""

import json
from pathlib import Path

from api.dependencies import clock
from ledger.banking.target_days import days_later
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE
from ledger.operations.ledger import secret_keys
from ledger.operations.member import ChangeMember
from ledger.operations.standing import ProposeStanding, SetCreditor
from tests.commands.conftest import Run
from tests.fund.house import House, house
from tests.payout.test_files import SHOPS, due


def shops(town: House, *payable: str) -> None:
    for shop, iban in SHOPS.items():
        town.post(Convert(shop, 100_000, "bank"))
        town.post(ChangeMember(shop, name=shop, iban=iban if shop in payable else ""))
        due(town, shop)


def test_it_writes_a_file_for_each_account_and_nothing_twice(
    run: Run, database_url: str, tmp_path: Path
) -> None:
    with house(database_url, secret_keys(tmp_path / "secret-key")) as town:
        shops(town, *SHOPS)
    first = run("payout", CODE, "--format", "pain.001", "--folder", str(tmp_path), "--json")
    assert first.code == 0, first.why
    (file,) = first.json["files"]
    assert (file["payments"], file["euros"]) == (2, "190.00")
    written = Path(file["written"])
    content = written.read_bytes()
    assert written.stat().st_mode & 0o777 == 0o600
    again = run("payout", CODE, "--folder", str(tmp_path), "--lang", "en")
    assert (again.code, again.said) == (0, "nothing to pay\n")
    written.unlink()
    once_more = run("payout", CODE, "--file", file["id"], "--folder", str(tmp_path))
    assert once_more.said.strip() == str(written)
    assert written.read_bytes() == content


def test_it_names_who_cannot_be_paid(run: Run, database_url: str, tmp_path: Path) -> None:
    with house(database_url, secret_keys(tmp_path / "secret-key")) as town:
        shops(town, "boulangerie")
    done = run("payout", CODE, "--folder", str(tmp_path), "--lang", "en")
    assert done.code == 1
    assert "1 payments, 95.00 EUR, account nef" in done.said
    assert "blocked: librairie, 95.00 EUR: there is no IBAN yet" in done.said


def test_it_says_why_it_could_not(run: Run, database_url: str, tmp_path: Path) -> None:
    assert run("payout", "nowhere").code == 2
    with house(database_url, secret_keys(tmp_path / "secret-key")) as town:
        shops(town, *SHOPS)
    assert run("payout", CODE, "--kind", "salaries").code == 2
    nowhere = run("payout", CODE, "--folder", str(tmp_path / "nowhere"), "--lang", "en")
    assert nowhere.code == 2
    assert "is made, but cannot be written" in nowhere.why
    assert run("payout", CODE, "--file", "nowhere").code == 2
    assert json.loads(run("payout", CODE, "--json").said)["files"] == []


def test_it_makes_the_file_of_debits(run: Run, database_url: str, tmp_path: Path) -> None:
    assert run("payout", CODE, "--format", "pain.008").code == 2
    with house(database_url, secret_keys(tmp_path / "secret-key")) as town:
        town.post(SetCreditor("nef", "FR72ZZZ123456"))
        town.post(ChangeMember("alice", name="Alice"))
        days = {days_later(clock().date(), ahead).day for ahead in (0, 1)}
        for day in sorted(min(day, 28) for day in days):
            town.post(ProposeStanding("alice", 5_000, day, SHOPS["boulangerie"]))
    done = run("payout", CODE, "--format", "pain.008", "--folder", str(tmp_path), "--json")
    assert done.code == 0, done.why
    for file in done.json["files"]:
        assert b"CstmrDrctDbtInitn" in Path(file["written"]).read_bytes()
    again = run("payout", CODE, "--format", "pain.008", "--folder", str(tmp_path), "--json")
    assert again.json["files"] == []
