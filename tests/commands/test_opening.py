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


def test_members_of_another_program_are_registered_and_their_wallets_told(
    run: Run, tmp_path: Path
) -> None:
    run("demo")
    file, table = tmp_path / "cyclos.csv", tmp_path / "balances.csv"
    file.write_text(
        "user,name,email,group,balance,phone\nj.m,Jeanne,j@example.org,person,12.50,1\n"
    )
    asked = ("import", "members", "roue", str(file), "--balances", str(table))
    dry = run(*asked, "--dry-run", "--lang", "en")
    assert (dry.code, table.exists()) == (0, False)
    assert dry.said.splitlines() == [
        "1 new members, 0 known; 1 wallets: 12.50 EUR",
        "columns left out: phone",
        "Dry run: nothing is written.",
    ]
    first, again = run(*asked, "--json"), run(*asked, "--json")
    assert (first.json["new"], again.json["new"], again.json["known"]) == (1, 0, 1)
    opened = run("import", "balances", "roue", str(table), "--on", "2026-01-31", "--json")
    assert opened.json["opened"] == 1
    file.write_text("id;kind\nalice;robot\nbruno;moon\nalice;person\n")
    refused = run(*asked)
    assert refused.code == 2
    assert [line.count("cell") for line in refused.why.splitlines()] == [1, 1]
    unwritten = run(*asked[:3], str(tmp_path / "none.csv"))
    assert (unwritten.code, unwritten.why.count("\n")) == (2, 1)
