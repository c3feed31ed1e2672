"""The bash commands prepare their room once and only once, and the command line answers."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts.main import app

HOUSE = Path(__file__).parent.parent
BASH_FILES = ["scripts/run", "scripts/test", "scripts/comptoir", "scripts/lock", ".ci/run"]


def bash(house: Path, line: str, path: str = "/usr/bin:/bin") -> subprocess.CompletedProcess[str]:
    """Run one line of bash with the functions that the commands of `house` share."""
    return subprocess.run(
        ["/bin/bash", "-c", f'. "$0/scripts/environment.sh"; {line}', str(house)],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": path},
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Build a house in a folder with a space, whose environment follows its requirements."""
    copy = tmp_path / "a house"
    (copy / "scripts").mkdir(parents=True)
    (copy / ".venv" / "bin").mkdir(parents=True)
    for name in ("scripts/environment.sh", "pyproject.toml", "requirements.txt"):
        shutil.copy(HOUSE / name, copy / name)
    for name in ("comptoir", "python"):
        script(copy / ".venv" / "bin" / name, "exit 0")
    assert bash(copy, 'made_from requirements.txt >"$VENV/requirements.txt.stamp"').returncode == 0
    return copy


def script(file: Path, line: str) -> None:
    file.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    file.chmod(0o755)


def is_current(house: Path) -> bool:
    return bash(house, "is_current requirements.txt").returncode == 0


def test_nothing_is_installed_while_nothing_changed(house: Path) -> None:
    assert is_current(house)
    done = bash(house, "install() { echo installed; }; ensure_environment requirements.txt")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_a_changed_input_is_followed(house: Path, name: str) -> None:
    with (house / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert not is_current(house)
    done = bash(house, 'install() { echo "$1"; }; ensure_environment requirements.txt')
    assert done.stdout.splitlines() == ["--no-deps", "--no-deps"]


def test_a_house_that_moved_is_made_anew(house: Path) -> None:
    assert not is_current(house.rename(house.with_name("elsewhere")))


def test_an_environment_whose_python_went_away_is_made_anew(house: Path) -> None:
    (house / ".venv" / "bin" / "python").unlink()
    assert not is_current(house)


def test_a_python_that_only_complains_is_passed_over(house: Path, tmp_path: Path) -> None:
    shims = tmp_path / "shims"
    shims.mkdir()
    script(shims / "python3", "echo not installed >&2; exit 127")
    script(shims / "python3.14", "echo /found/python3.14")
    done = bash(house, "find_python", path=str(shims))
    assert done.stdout == "/found/python3.14\n"


def test_without_any_python_one_line_says_so(house: Path) -> None:
    done = bash(house, "find_python() { return 1; }; make_venv")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11" in done.stderr


@pytest.mark.parametrize("name", BASH_FILES)
def test_each_bash_command_is_executable_and_parses(name: str) -> None:
    assert (HOUSE / name).stat().st_mode & 0o111
    assert subprocess.run(["/bin/bash", "-n", str(HOUSE / name)], check=False).returncode == 0


def test_the_version_is_told_to_people_and_to_programs() -> None:
    told = CliRunner().invoke(app, ["version"])
    assert told.output.startswith("comptoir ")
    machine = CliRunner().invoke(app, ["version", "--json"])
    assert json.loads(machine.output) == {"version": told.output.split()[1]}


def test_an_unknown_command_could_not_run() -> None:
    assert CliRunner().invoke(app, ["no-such-command"]).exit_code == 2
