"""`comptoir verify`: what it prints, in which language, and its exit code."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from typer.testing import CliRunner, Result

from ledger.proof.checkpoint import Checkpoint
from scripts.main import app
from tests.proof.tampering import rehash, tampering
from tests.proof.town import KEY


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder where no database and no key is found by itself."""
    monkeypatch.chdir(tmp_path)
    for name in ("COMPTOIR_DATABASE_URL", "COMPTOIR_SIGNING_KEY_FILE", "LANG"):
        monkeypatch.delenv(name, raising=False)


def write_key(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["verify", *map(str, arguments)])


def test_nothing_wrong(town: str, kept: Checkpoint, tmp_path: Path) -> None:
    key = write_key(tmp_path / "key.pem")
    given = tmp_path / "checkpoint.json"
    given.write_text(str(kept), encoding="utf-8")
    done = run("--database", town, "--public-key", key, "--against", given)
    assert (done.exit_code, done.stdout) == (0, "roue : 44 écritures vérifiées, rien à redire\n")
    assert done.stderr == ""


def test_something_wrong_names_the_entry(town: str) -> None:
    with tampering(town) as execute:
        execute("UPDATE entry SET kind = 'gift' WHERE number = 9")
        execute("UPDATE bank_account SET medium = 'operating'")
    done = run("--database", town, "--lang", "en")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "roue: entry 9 is not what its hash sealed",
        "warning: roue: the fund digital holds 5 cents for 12220 owed",
        "warning: roue: all funds together hold 5 cents for 12225 owed",
        "roue: 44 entries read, 1 problems",
    ]
    assert "signatures are not checked" in done.stderr


def test_json(town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPTOIR_DATABASE_URL", town)
    with tampering(town) as execute:
        execute("UPDATE memo SET words = 'x' WHERE number = 9")
    done = run("--json", "--lang", "en")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert (told["sound"], told["entries"], told["signatures_checked"]) == (
        False,
        {"roue": 44},
        False,
    )
    [problem] = told["problems"]
    assert (problem["problem"], problem["entry"], problem["currency"]) == ("memo", 9, "roue")
    assert "words beside entry 9" in problem["sentence"]


def test_a_bundle_is_written_and_verified_with_the_key_beside(
    town: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "roue.jsonl"
    assert run("--database", town, "--write-bundle", bundle).exit_code == 0
    write_key(tmp_path / "var" / "signing-key.pub.pem")
    done = run("--bundle", bundle, "--json")
    assert json.loads(done.stdout)["signatures_checked"]
    monkeypatch.setenv("COMPTOIR_SIGNING_KEY_FILE", str(tmp_path / "var" / "signing-key.pem"))
    assert json.loads(run("--bundle", bundle, "--json").stdout)["signatures_checked"]


def test_a_journal_written_anew_has_too_many_problems_to_tell(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.proof.verifier.MOST_PROBLEMS", 3)
    with tampering(town) as execute:
        execute("UPDATE entry SET actor = 'x'")
        rehash(execute)
    done = run("--database", town, "--lang", "en")
    assert "and 47 more problems" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--database", "mysql://x"),
        ("--bundle", "nowhere"),
        ("--against", "nowhere"),
        ("--public-key", "junk"),
        ("--against", "junk"),
        ("--database", "x", "--bundle", "junk"),
    ],
)
def test_it_could_not_run(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "junk").write_text("junk", encoding="utf-8")
    done = run(*arguments)
    assert done.exit_code == 2
    assert done.stderr.startswith("vérification impossible : ")


def test_the_books_themselves_contradict_each_other(town: str) -> None:
    path = Path(town.removeprefix("sqlite:///"))
    with tampering(town) as execute:
        execute("PRAGMA writable_schema = ON")
        execute(
            "UPDATE sqlite_master SET rootpage = (SELECT sum(rootpage) FROM sqlite_master "
            "WHERE name IN ('posting_source', 'posting_target')) - rootpage "
            "WHERE name IN ('posting_source', 'posting_target')"
        )
    done = run("--database", f"sqlite:///{path}")
    assert done.exit_code == 1
    assert "le fichier se contredit" in done.stdout
