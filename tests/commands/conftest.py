"""Run commands in this process, against books of the test's own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from scripts.main import app


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code, what it said, and why it could not run."""

    code: int
    said: str
    why: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the command says
        """What it said to a program."""
        return json.loads(self.said)


Run = Callable[..., Done]


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str | None]:
    """Books of the test's own, and no language of the machine's."""
    return {
        "COMPTOIR_DATABASE_URL": database_url,
        "COMPTOIR_SIGNING_KEY_FILE": str(tmp_path / "signing-key.pem"),
        "COMPTOIR_SECRET_KEY_FILE": str(tmp_path / "secret-key"),
        "LC_ALL": None,
        "LC_MESSAGES": None,
        "LANG": None,
    }


@pytest.fixture
def run(environment: dict[str, str | None]) -> Run:
    """Give a function that runs a command to its end."""

    def to_its_end(*arguments: str, **more: str) -> Done:
        result = CliRunner().invoke(app, list(arguments), env=environment | more)
        return Done(result.exit_code, result.stdout, result.stderr)

    return to_its_end
