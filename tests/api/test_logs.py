"""What is logged says where the program failed, and nothing about people."""

import json
from collections.abc import Iterator

import pytest
import structlog

from api.logs import configure


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def fail(iban: str) -> None:
    raise ValueError(iban)


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_fault_is_logged_without_its_values(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("json" if form == "json" else "text")
    log = structlog.get_logger("x")
    try:
        fail("FR7612345")
    except ValueError as error:
        log.exception("by itself")
        log.error("given", exc_info=error)  # noqa: TRY400 - the other way to say it
    written = capsys.readouterr().err
    assert "FR7612345" not in written
    assert written.count("ValueError") == 2
    assert "test_logs.py" in written
    if form == "json":
        assert {json.loads(line)["event"] for line in written.splitlines()} == {
            "by itself",
            "given",
        }
