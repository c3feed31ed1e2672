"""A generated month: 2 000 lines over three accounts, 40 of them odd, reconciles to the cent."""

from collections import Counter
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import orjson
import pytest

from ledger.books.papers import Identity
from ledger.operations.bankmonth import LINES, write_month
from ledger.operations.demo import CODE
from ledger.operations.matching import list_lines
from ledger.operations.reconciliation import (
    NoteItem,
    SignReconciliation,
    certificate,
    prepare,
    reconcile,
)
from ledger.operations.statement import import_statement
from ledger.proof.certificate import certificate_problems
from tests.fund.house import House, house

ON = date(2026, 10, 31)
SEED = 4


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - a month, no secret


def assert_proposed(town: House, waiting: list[dict[str, Any]]) -> None:
    """Each odd line that waits has the right proposal first; what nobody can know has none."""
    ibans = {each["iban"] for each in waiting if each["iban"]}
    holders = {
        identity.iban: identity.id
        for identity in town.ledger.reads.having(Identity, CODE, "iban", ibans)
    }
    best: Counter[str] = Counter()
    for each in waiting:
        first: dict[str, Any] = next(iter(each["proposals"]), {"cause": "none"})
        best[first["cause"]] += 1
        if first["cause"] == "conversion":
            assert first["id"] == holders[each["iban"]]
        if first["cause"] == "split":
            payer = holders[each["iban"]]
            parts = [(part["id"], part["euros"]) for part in first["parts"]]
            assert parts == [(payer, "20.00"), ("atelier-07", "100.00")]
    nobody_knows = 3
    wanted = {"conversion": 16, "split": 4, "bank-fee": 2, "interest": 1, "none": nobody_knows}
    assert best == wanted


def test_a_month_of_two_thousand_lines_reconciles_to_the_cent(database_url: str) -> None:
    with house(database_url, at=datetime(2026, 10, 1, 6, tzinfo=UTC)) as town:
        town.at = datetime(2026, 11, 4, 9, tzinfo=UTC)
        files = write_month(town.ledger, CODE, town.context(), chance(SEED), ON)
        told = {slug: town.drop(data, slug) for slug, data in files.items()}
        assert sum(int(str(each["lines"])) for each in told.values()) == LINES
        matched = sum(int(str(each["matched"])) for each in told.values())
        assert matched >= LINES * 98 // 100
        head = town.head
        for slug, data in files.items():
            again = import_statement(town.ledger, CODE, town.context(), account=slug, data=data)
            assert (again["new"], again["duplicates"]) == (0, told[slug]["lines"])
        assert town.head == head

        _, problems, report = reconcile(town.ledger, CODE, ON)
        assert {p.slug for p in problems if p.blocking} == {"unanswered"}
        accounts = report["accounts"]
        assert isinstance(accounts, list)
        for account in accounts:
            assert isinstance(account, dict)
            assert account["unexplained"] == "0.00"
            assert not str(account["closing"]).startswith("-")
        kinds = Counter(
            str(item["kind"])
            for account in orjson.loads(orjson.dumps(accounts))
            for item in account["items"]
        )
        waiting = list_lines(town.ledger, CODE, state="waiting", after="", limit=500)
        assert_proposed(town, orjson.loads(orjson.dumps(waiting)))
        assert kinds["suspense"] == len(waiting)
        assert kinds["opening"] == 0  # the books began with what the banks held
        assert kinds["unseen"] == 4  # two conversions, a deposit, and the demo's own deposit
        under_way = Counter(
            each["kind"] for each in orjson.loads(orjson.dumps(report["under_way"]))
        )
        assert under_way == {"order": 3, "redemption": 4}

        refused = prepare(town.ledger, CODE, town.context(), ON).json()
        assert refused["slug"] == "items-open"
        for account in orjson.loads(orjson.dumps(accounts)):
            for item in account["items"]:
                town.post(NoteItem(item["key"], owner="treasurer"))
        assert not prepare(town.ledger, CODE, town.context(), ON).refused
        town.post(SignReconciliation(ON), "treasurer-2")
        signed = certificate(town.ledger, CODE, town.context(), ON)
        assert certificate_problems(signed, town.ledger.key.public_key()) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_month(database_url: str, seed: int) -> None:
    with house(database_url, at=datetime(2026, 10, 1, 6, tzinfo=UTC)) as town:
        town.at = datetime(2026, 11, 4, 9, tzinfo=UTC)
        once = write_month(town.ledger, CODE, town.context(), chance(seed), ON)
        head = town.head
        assert write_month(town.ledger, CODE, town.context(), chance(seed), ON) == once
        assert town.head == head
