"""The committed description of the API is the one that the program gives."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from scripts.main import app
from scripts.openapi import written

COMMITTED = Path(__file__).parents[2] / "api" / "openapi.json"
MONEY = ("conversions", "payments", "redemptions", "deposits", "refunds", "pay", "approve")


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """Read the committed description."""
    told: dict[str, Any] = json.loads(COMMITTED.read_text(encoding="utf-8"))
    return told


def test_the_committed_description_is_up_to_date() -> None:
    same = COMMITTED.read_text(encoding="utf-8") == written()
    assert same, "the API has changed; renew it: comptoir openapi > api/openapi.json"


def test_the_command_prints_it() -> None:
    assert CliRunner().invoke(app, ["openapi"]).output == written()


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_operation_says_what_it_does_and_under_a_name_of_its_own(
    described: dict[str, Any],
) -> None:
    found = list(operations(described))
    assert all(operation["summary"] for _, _, operation in found)
    assert all(operation["description"].endswith(".") for _, _, operation in found)
    names = [operation["operationId"] for _, _, operation in found]
    assert len(names) == len(set(names)) > 30


def test_what_moves_money_takes_a_key_and_can_be_previewed(described: dict[str, Any]) -> None:
    for path, method, operation in operations(described):
        if method == "post" and path.endswith(MONEY):
            taken = {parameter["name"] for parameter in operation["parameters"]}
            assert {"Idempotency-Key", "preview"} <= taken, path


def test_bodies_forbid_what_they_do_not_name_and_money_is_text(described: dict[str, Any]) -> None:
    for name, shape in described["components"]["schemas"].items():
        if name.startswith("New"):
            assert shape["additionalProperties"] is False, name
        for field, told in shape.get("properties", {}).items():
            if field in {"euros", "units"}:
                assert told["type"] == "string", (name, field)
