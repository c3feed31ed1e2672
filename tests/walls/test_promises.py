"""What the API's description promises, asked in ways that nobody would write.

As each role, every operation is asked with what its description allows and with what it forbids.
Every answer must be one that the description names, in the form it names, and never a fault of the
program; what is forbidden must be refused, and what needs a credential must not answer without.
The seed is fixed: a failure comes again, with the request that Schemathesis prints.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

from tests.api.service import Service, serving
from tests.databases import Databases
from tests.walls.town import ROLES

FEW, MANY = 2, 60
CONFIG = {
    "checks": {
        "positive_data_acceptance": {
            # A schema cannot say that a key is needed unless it is a preview, that an end follows
            # its beginning, or that an IBAN's digits agree: 422 says it.
            "expected-statuses": ["2xx", "401", "403", "404", "409", "422", "503"]
        }
    }
}
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture(scope="module")
def service(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Serve a town that the requests may wreck."""
    with databases.fresh() as url, serving(url, tmp_path_factory.mktemp("promises")) as running:
        yield running


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ROLES)
def test_every_answer_was_promised(service: Service, databases: Databases, role: str) -> None:
    if databases.engine != "sqlite":
        pytest.skip("the long run asks this engine too")
    assert not broken_promises(service, role, FEW)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("role", ROLES)
def test_every_answer_was_promised_at_length(service: Service, role: str) -> None:
    assert not broken_promises(service, role, MANY)


def test_the_examination_sees_a_broken_promise(service: Service) -> None:
    """The control: a description that promises what the program does not hold is found out."""
    told = described(service)
    del told["paths"]["/v1/{currency}"]["get"]["responses"]["200"]
    assert "GET /v1/{currency}" in broken_promises(service, "treasurer", FEW, told)


def described(service: Service) -> dict[str, Any]:
    """Read the description, with the one currency there is here."""
    told: dict[str, Any] = service.http.get("/openapi.json").json()
    for methods in told["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "currency":
                    parameter["schema"] = {"type": "string", "enum": ["roue"]}
    return told


def broken_promises(
    service: Service, role: str, examples: int, told: dict[str, Any] | None = None
) -> dict[str, str]:
    """Ask every operation; gives what went wrong, by operation."""
    holder = ROLES[role][0]
    token = service.tokens[f"{role}:{holder}" if holder else role]
    told = told or described(service)
    faults = {}
    for mode in MODES:
        wrong = mode is GenerationMode.NEGATIVE
        schema = schemathesis.openapi.from_dict(
            _unguarded(told) if wrong else told, config=SchemathesisConfig.from_dict(CONFIG)
        )
        for found in schema.get_all_operations():
            assert isinstance(found, Ok), found
            operation = found.ok()
            if wrong and not _can_be_wrong(operation):
                continue
            strategy = operation.as_strategy(generation_mode=mode)

            @seed(20270101)
            @settings(
                max_examples=examples,
                derandomize=False,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=strategy)
            def ask(case: Case[Any]) -> None:
                case.call_and_validate(
                    base_url=service.address,
                    headers={"Authorization": f"Bearer {token}"},
                    timeout=60,
                )

            try:
                ask()
            except BaseExceptionGroup as broken:
                faults[operation.label] = f"{broken}: {broken.exceptions}"
    return faults


def _unguarded(told: dict[str, Any]) -> dict[str, Any]:
    """Leave out who may ask: that a credential is needed is tried with requests that are right.

    Otherwise the only wrong of a request may be the credential left out, which is sent here.
    """
    left: dict[str, Any] = json.loads(json.dumps(told))
    for methods in left["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
    return left


def _can_be_wrong(operation: Any) -> bool:  # noqa: ANN401 - schemathesis names no type for it
    """Say whether anything but the currency can be sent, and so be sent wrong."""
    return bool(operation.body) or any(
        parameter.name != "currency" for parameter in operation.iter_parameters()
    )
