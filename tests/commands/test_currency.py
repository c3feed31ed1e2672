"""Founding a currency, giving and ending tokens, and the night."""

import re
import stat
from pathlib import Path

import pytest

from tests.commands.conftest import Run

FOUND = ("init", "abeille", "--name", "L'Abeille", "--unit", "abeille")


def test_a_currency_is_founded_once(run: Run) -> None:
    done = run(*FOUND, "--json")
    assert done.code == 0, done.why
    assert done.json["currency"] == "abeille"
    assert len(done.json["admin_token"]) > 40
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/enrol/[\w-]{43}", done.json["admin_link"])
    again = run(*FOUND)
    assert again.code == 2
    assert again.why.startswith("comptoir: ")
    assert again.why.count("\n") == 1


@pytest.mark.parametrize(
    ("chosen", "lang", "words"),
    [
        ((), {}, "est fondée"),
        (("--lang", "en"), {}, "is founded"),
        ((), {"LANG": "en_GB.UTF-8"}, "is founded"),
        ((), {"LANG": "de_DE.UTF-8"}, "est fondée"),
        ((), {"LANG": "en_GB.UTF-8", "LC_ALL": "fr_FR.UTF-8"}, "est fondée"),
        (("--lang", "fr"), {"LANG": "en_GB.UTF-8"}, "est fondée"),
    ],
)
def test_a_command_has_two_voices(
    run: Run, chosen: tuple[str, ...], lang: dict[str, str], words: str
) -> None:
    assert words in run(*FOUND, *chosen, **lang).said


def test_a_language_that_is_not_spoken_is_refused(run: Run) -> None:
    assert run(*FOUND, "--lang", "de").code == 2


@pytest.mark.parametrize(("code", "decimals"), [("Ab eille", "2"), ("abeille", "9"), ("eur-", "2")])
def test_a_currency_with_an_unfit_name_is_refused(run: Run, code: str, decimals: str) -> None:
    done = run("init", code, "--name", "x", "--unit", "x", "--decimals", decimals)
    assert (done.code, done.why.count("\n")) == (2, 1)


def test_the_signing_key_is_for_its_owner_only(run: Run, tmp_path: Path) -> None:
    run(*FOUND)
    assert stat.S_IMODE((tmp_path / "signing-key.pem").stat().st_mode) == 0o600
    assert (tmp_path / "signing-key.pub.pem").exists()


def test_a_person_is_invited_and_starts_anew_when_another_agrees(run: Run) -> None:
    run(*FOUND)
    asked = ("person", "invite", "lou", "--role", "treasurer", "--json")
    made, again = run(*asked), run("person", "invite", "lou", "--json")
    assert made.code == again.code == 0, made.why + again.why
    assert made.json["login"] == "lou"
    assert made.json["link"] != again.json["link"]
    assert run("person", "invite", "lou", "--agreed-by", "mia").code == 0
    alone = run("person", "invite", "lou", "--agreed-by", "operator")
    assert (alone.code, alone.why.count("\n")) == (1, 1)
    assert run("person", "invite", "max", "--role", "king").code == 1


def test_a_token_is_made_and_revoked(run: Run) -> None:
    run(*FOUND)
    made = run("token", "create", "--role", "treasurer", "--json")
    assert made.code == 0, made.why
    assert set(made.json) == {"id", "token", "role"}
    assert run("token", "revoke", made.json["id"], "--json").json["revoked"] is True
    unknown = run("token", "revoke", "nobody", "--lang", "en")
    assert (unknown.code, unknown.why) == (1, "comptoir: there is no token nobody\n")


def test_a_token_that_makes_no_sense_is_refused_in_a_sentence(run: Run) -> None:
    run(*FOUND)
    for wrong in (
        ("--role", "king"),
        ("--role", "member"),
        ("--role", "treasurer", "--member", "x"),
    ):
        done = run("token", "create", *wrong)
        assert (done.code, done.why.count("\n")) == (1, 1)
        assert "{" not in done.why


def test_without_a_currency_a_token_says_what_is_missing(run: Run) -> None:
    done = run("token", "create", "--role", "treasurer", "--lang", "en")
    assert (done.code, done.said) == (2, "")
    assert done.why == "comptoir: say which currency with --currency: there is none\n"


def test_a_night_may_be_done_twice(run: Run) -> None:
    run(*FOUND)
    first = run("nightly", "abeille", "--json")
    counts = dict.fromkeys(("expired", "collections", "matched", "waiting", "ibans", "sheets"), 0)
    assert first.json == {**counts, "alarms": [], "checkpoint": 2}
    assert run("nightly", "abeille", "--json").json["checkpoint"] is None
    assert "rien de nouveau" in run("nightly", "abeille").said


def test_an_unknown_currency_has_no_night(run: Run) -> None:
    done = run("nightly", "nowhere", "--lang", "en")
    assert (done.code, done.said) == (2, "")
    assert re.fullmatch(r"comptoir: .*nowhere.*\n", done.why)


def test_books_that_do_not_open_are_told_in_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for url in (
        f"sqlite:///{tmp_path}/file/x.db",
        f"sqlite:///{tmp_path}",
        "postgresql://nobody@127.0.0.1:1/nothing",
        "nonsense",
    ):
        done = run("nightly", "abeille", COMPTOIR_DATABASE_URL=url)
        assert (done.code, done.said, done.why.count("\n")) == (2, "", 1), url


def test_a_setting_that_does_not_fit_is_told_in_a_sentence(run: Run) -> None:
    done = run("nightly", "abeille", "--lang", "en", COMPTOIR_TIMEZONE="Europe/London")
    assert (done.code, done.why.count("\n")) == (2, 1)
    assert "COMPTOIR_TIMEZONE" in done.why
