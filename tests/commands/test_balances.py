"""Old balances on the command line: proved, opened once, and read back by others."""

from pathlib import Path

from tests.commands.conftest import Run

TABLE = "kind;name;amount\nbank;exploitation;500,00\nbank;credit-municipal;30\nnotes;public;30\n"


def test_old_balances_are_proved_and_opened_once(run: Run, tmp_path: Path) -> None:
    run("demo", "--month")
    file = tmp_path / "old.csv"
    file.write_text(TABLE.replace("exploitation", "nowhere"))
    asked = ("import", "balances", "roue", str(file), "--on", "2026-01-31")
    done = run(*asked)
    assert (done.code, done.said, done.why.count("\n")) == (2, "", 1)
    file.write_text("kind;name;amount\nsponsor;grand-avignon;1,00\n")
    proved = run(*asked, "--dry-run")
    assert proved.code == 0
    assert "À blanc" in proved.said
    first, again = run(*asked, "--json"), run(*asked, "--json")
    assert (first.json["opened"], first.json["own"]) == (1, "-1.00")
    assert (again.json["opened"], again.json["known"]) == (0, 1)
    file.write_text(TABLE)
    assert run(*asked, "--json").json["known"] == 3  # the demo's month opened them
    future = ("import", "balances", "roue", str(file), "--on", "2999-01-31", "--json")
    file.write_text("kind;name;amount\nmember;alice;5\n")
    late = run(*future)
    assert (late.code, late.json["refused"][0]["slug"]) == (1, "period-not-over")
    missing = run("import", "balances", "roue", str(tmp_path / "no.csv"), "--on", "2026-01-31")
    assert (missing.code, missing.why.count("\n")) == (2, 1)
