"""Real bank files that others published, against facts that were read from them independently.

They stay outside the repository. `COMPTOIR_BANK_FILES` names the folder that holds them, each
with its `.facts.json` beside it.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

from ledger.banking.detect import read_statements
from ledger.banking.identity import line_key
from ledger.banking.statements import Statement, inspection
from ledger.refusals import UnreadableStatement

FOLDER: Final = Path(os.environ.get("COMPTOIR_BANK_FILES", "bank-files-not-here"))
SUFFIX: Final = ".facts.json"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="COMPTOIR_BANK_FILES names no folder of public bank files"
)


def facts_under(folder: str) -> list[Path]:
    """List the facts below a folder, by name."""
    return sorted((FOLDER / folder).rglob(f"*{SUFFIX}"))


def facts_and_bytes(path: Path) -> tuple[dict[str, Any], bytes]:
    """Read the facts and the file that they are about."""
    return json.loads(path.read_text()), Path(str(path).removesuffix(SUFFIX)).read_bytes()


def not_counted(facts: dict[str, Any]) -> bool:
    """Tell whether the facts count entries that are not booked, and so cannot be compared."""
    return not set(facts["entry_status_counts"]) <= {"BOOK", "null"}


@pytest.mark.parametrize("path", facts_under("camt"), ids=lambda path: path.name)
def test_camt(path: Path) -> None:
    facts, data = facts_and_bytes(path)
    if not facts["statements"]:
        with pytest.raises(UnreadableStatement):
            read_statements(data, path.name)
        return
    statements = read_statements(data, path.name)
    assert len(statements) == len(facts["statements"])
    for statement, expected in zip(statements, facts["statements"], strict=True):
        compare_camt(statement, expected)


def compare_camt(statement: Statement, facts: dict[str, Any]) -> None:
    """Compare one statement with its facts."""
    shown: Any = inspection(statement)
    assert shown["id"] == facts["id"]
    assert shown["iban"] == (facts["iban"] or facts["other_account_id"])
    for side in ("opening", "closing"):
        given = shown[side]
        assert (given["amount"] if given else None) == facts[f"{side}_balance"]
        kind = getattr(statement, side)
        assert (kind.kind if kind else None) == facts[f"{side}_type"]
    assert shown["balanced"] == facts.get("balance_equation_holds")
    if not_counted(facts):
        booked = facts["entry_status_counts"].get("BOOK", 0)
        assert shown["entries"] == booked < facts["entries"]
        assert any("not counted" in warning for warning in statement.warnings)
        return
    assert shown["entries"] == facts["entries"]
    assert shown["transactions"] == facts["tx_details"] + facts["entries_without_txdtls"]
    assert Decimal(shown["credits"]) == Decimal(facts["sum_credits"])
    assert Decimal(shown["debits"]) == Decimal(facts["sum_debits"])
    reversals = [i for i, line in enumerate(statement.lines) if line.reversal]
    assert reversals == facts["reversal_entry_indexes"]


@pytest.mark.parametrize("path", facts_under("cfonb"), ids=lambda path: path.name)
def test_cfonb(path: Path) -> None:
    facts, data = facts_and_bytes(path)
    statements = read_statements(data, path.name)
    for statement, expected in zip(statements, facts["blocks"], strict=True):
        shown: Any = inspection(statement)
        assert statement.servicer == expected["bank"] + expected["guichet"]
        assert (shown["iban"], shown["currency"]) == (expected["account"], expected["ccy"])
        for side in ("opening", "closing"):
            assert shown[side]["amount"] == expected[f"{side}_balance"]
            day = shown[side]["date"]
            assert day[8:10] + day[5:7] + day[2:4] == expected[f"{side}_date"]
        assert shown["entries"] == expected["operations"]
        assert Decimal(shown["credits"]) == Decimal(expected["sum_credits"])
        assert Decimal(shown["debits"]) == Decimal(expected["sum_debits"])
        assert shown["balanced"] == expected["balance_equation_holds"]
    warnings = [warning for statement in statements for warning in statement.warnings]
    assert [warning.split(":")[0] for warning in warnings] == [
        anomaly.split(":")[0] for anomaly in facts["anomalies"]
    ]


def settlement_days() -> Iterable[Statement]:
    """Read the daily series in the order of its days."""
    for path in facts_under("camt/settlement-daily"):
        yield from read_statements(facts_and_bytes(path)[1], path.name)


def test_the_daily_series_chains_for_each_account() -> None:
    days: defaultdict[str, list[Statement]] = defaultdict(list)
    for statement in settlement_days():
        days[statement.account].append(statement)
    assert sorted(len(series) for series in days.values()) == [46, 46]
    for series in days.values():
        for before, after in pairwise(series):
            assert before.closing
            assert after.opening
            assert before.closing.amount == after.opening.amount


def test_no_two_lines_of_the_daily_series_share_a_key() -> None:
    keys = [
        line_key(statement, line) for statement in settlement_days() for line in statement.lines
    ]
    assert len(keys) == len(set(keys)) == 378
