"""The pages people read name everything the program has, and nothing it has not."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from api.settings import PREFIX, Settings
from ledger.refusals import all_refusals
from scripts.main import app

HOUSE = Path(__file__).parent.parent
README = (HOUSE / "README.md").read_text(encoding="utf-8")
API = (HOUSE / "api" / "README.md").read_text(encoding="utf-8")
PAGES = ["README.md", "CHANGELOG.md", "api/README.md", "ledger/decisions.md"]


def commands(
    group: Any,  # noqa: ANN401 - typer keeps the type of its commands to itself
    name: str = "comptoir",
) -> dict[str, Any]:
    """List every command with its full name."""
    inner = getattr(group, "commands", None)
    if inner is None:
        return {name: group}
    found: dict[str, Any] = {}
    for word, command in inner.items():
        found |= commands(command, f"{name} {word}")
    return found


COMMANDS = commands(typer.main.get_command(app))


def first_cells(page: str, opening: str) -> set[str]:
    """List what stands in code in the first cell of each row of the tables of a page."""
    return set(re.findall(rf"^\| `({opening}[^`]*)` \|", page, re.MULTILINE))


def test_every_command_is_in_the_readme_and_no_other() -> None:
    assert first_cells(README, "comptoir ") == set(COMMANDS)


def test_every_command_explains_itself_and_its_options() -> None:
    for name, command in COMMANDS.items():
        assert command.help, name


# The benchmark speaks to whoever tunes the program, and the description is JSON by nature.
SILENT = {"comptoir bench", "comptoir openapi"}


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - SILENT))
def test_every_command_speaks_to_programs_and_in_two_languages(name: str) -> None:
    options = {option for given in COMMANDS[name].params for option in given.opts}
    assert {"--json", "--lang"} <= options


def test_options_that_the_readme_names_exist() -> None:
    known = {
        option for command in COMMANDS.values() for given in command.params for option in given.opts
    }
    for line in re.findall(r"comptoir [^`\n]*--[^`\n]*", README):
        assert set(re.findall(r"--[a-z-]+", line)) - {"--help"} <= known, line


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    assert first_cells(README, PREFIX) == known


def test_every_reason_to_refuse_is_in_the_api_page_with_its_status() -> None:
    told = set(re.findall(r"^\| `([a-z-]+)` \| ([0-9]{3}) \|", API, re.MULTILINE))
    ours = [kind for kind in all_refusals() if kind.__module__.startswith("ledger.refusals.")]
    assert told == {(kind.slug, str(kind.status)) for kind in ours}


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_leads_somewhere(page: str) -> None:
    text = (HOUSE / page).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        if "://" not in link:
            assert (HOUSE / page).parent.joinpath(link).exists(), link


def test_every_program_that_the_readme_starts_is_here() -> None:
    for name in re.findall(r"\bscripts/[a-z]+\b(?!\.)", README):
        assert (HOUSE / name).is_file(), name
    for folder in first_cells(README, "[a-z]+/"):
        assert (HOUSE / folder).is_dir(), folder


def test_decisions_are_numbered_dated_and_short() -> None:
    text = (HOUSE / "ledger" / "decisions.md").read_text(encoding="utf-8")
    parts = text.split("\n## ")[1:]
    assert [int(part.split(".")[0]) for part in parts] == list(range(1, len(parts) + 1))
    for part in parts:
        title, *body = part.strip().splitlines()
        assert re.search(r"\(\d{4}-\d\d-\d\d\)$", title), title
        assert len([line for line in body if line]) <= 9, title
        assert "Again when: " in part, title
