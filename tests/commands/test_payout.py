"""`comptoir payout`: the files of what is due, written once and again."""

import json
from pathlib import Path

from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE
from ledger.operations.ledger import secret_keys
from ledger.operations.member import ChangeMember
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
    assert "1 payments, 95.00 EUR, from nef" in done.said
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
