"""The demo command: a village in one go, verified, and never doubled."""

import json
from pathlib import Path

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
