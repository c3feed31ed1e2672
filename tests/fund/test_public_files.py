"""Two months of daily files of a real account, imported as a treasurer would, then once more."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.operations.fund import OpenBankAccount
from tests.databases import Databases
from tests.fund.house import House, house

ACCOUNT = "LT625883379695428516"
SERIES = Path(os.environ.get("COMPTOIR_BANK_FILES", ".")) / "camt" / "settlement-daily"


@pytest.fixture
def town(databases: Databases) -> Iterator[House]:
    with databases.fresh() as url, house(url) as opened:
        yield opened


@pytest.mark.skipif(not SERIES.is_dir(), reason="COMPTOIR_BANK_FILES names no folder of files")
def test_daily_files_chain_and_add_nothing_twice(town: House) -> None:
    town.post(OpenBankAccount("lt", "operating", "Settlement", ACCOUNT))
    files = sorted(SERIES.glob("*.xml"))
    assert len(files) == 46
    closing = None
    new = 0
    for file in files:
        told = town.drop(file.read_bytes(), "lt")
        assert closing in {None, told["opening"]}
        assert not any("missing" in str(w) or "follow" in str(w) for w in _list(told["warnings"]))
        assert told["waiting"] == told["new"]
        closing = told["closing"]
        new += int(str(told["new"]))
    assert closing == "16335663.78"
    assert town.balances("bank:lt", "suspense") == {
        "bank:lt": 1_633_566_378 - 2_108_122_258,
        "suspense": 2_108_122_258 - 1_633_566_378,
    }
    head = town.head
    again = [town.drop(file.read_bytes(), "lt") for file in files]
    assert sum(int(str(told["duplicates"])) for told in again) == new
    assert sum(int(str(told["new"])) for told in again) == 0
    assert town.head == head


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
