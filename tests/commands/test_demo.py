"""The demo command: a village in one go, verified, and never doubled."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Run


def test_a_village_is_written_verified_and_not_doubled(
    run: Run, database_url: str, tmp_path: Path
) -> None:
    first = run("demo", "--seed", "2", "--json")
    assert first.code == 0, first.why
    assert first.json["new"] > 700
    tokens = json.loads((tmp_path / "demo-tokens.json").read_text())
    assert "treasurer" in tokens
    again = run("demo", "--seed", "2", "--json")
    assert (again.code, again.json["new"]) == (0, 0)
    assert again.json["entries"] == first.json["entries"]
    other = run("demo", "--seed", "3", "--lang", "en")
    assert (other.code, other.said, other.why.count("\n")) == (2, "", 1)
    public = str(tmp_path / "signing-key.pub.pem")
    verified = run("verify", "--database", database_url, "--public-key", public, "--json")
    assert (verified.code, verified.json["sound"], verified.json["problems"]) == (0, True, [])


def test_only_the_three_sizes_are_known(run: Run) -> None:
    assert run("demo", "--size", "capital").code == 2


def test_the_auditor_reads_the_books_that_the_settings_name(
    run: Run, environment: dict[str, str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("init", "abeille", "--name", "L'Abeille", "--unit", "abeille")
    named = {name: environment.pop(name) for name in list(environment) if name.startswith("COMP")}
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in named.items()))
    monkeypatch.chdir(tmp_path)
    done = run("verify", "--json")
    assert (done.code, done.why) == (0, "")
    entries = {"abeille": 2}  # the first token, and the link for the first person
    assert (done.json["entries"], done.json["signatures_checked"]) == (entries, True)


def test_a_currency_that_is_no_demo_is_left_alone(run: Run) -> None:
    run("init", "roue", "--name", "La Roue", "--unit", "Roue")
    done = run("demo", "--lang", "en")
    assert (done.code, done.said, done.why.count("\n")) == (2, "", 1)
    assert run("nightly", "roue", "--json").json["checkpoint"] == 2


def test_a_demo_whose_books_refuse_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.operations.townlife.OFFICE", "closed")
    done = run("demo", "--lang", "en")
    assert (done.code, done.said, done.why.count("\n")) == (2, "", 1)
