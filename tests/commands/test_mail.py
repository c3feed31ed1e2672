"""Letters reach people through a mail server, once each, and wait while it is away."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from pydantic import SecretStr

from api.dependencies import operator
from api.settings import Settings
from ledger.books.papers import Notice
from ledger.operations.demo import CODE
from ledger.operations.grant import Given
from ledger.operations.invitation import InviteAgain
from ledger.operations.member import ChangeMember
from ledger.operations.notice import GIVE_UP, MarkNotice, send_notices, unsent
from ledger.operations.person import InvitePerson
from scripts.mail import MailServer, letter, send_letters, send_round
from tests.commands.conftest import Run
from tests.fund.house import NOON, House, house

OLD, NEW = "old@example.org", "new@example.org"


@dataclass
class Mailbox:
    """A mail server on this machine, as much of one as a letter needs."""

    port: int = 0
    refusing: int = 0
    """The answer that every recipient gets, instead of 250."""
    objecting: int = 0
    """The answer that every letter gets, instead of 250."""
    letters: list[tuple[str, bytes]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take letters until the other end says goodbye."""
        to = ""

        def say(text: str) -> None:
            writer.write(f"{text}\r\n".encode())

        say("220 mailbox")
        while line := (await reader.readline()).decode().strip():
            word = line[:4].upper()
            if word == "RCPT":
                to = line.partition("<")[2].rstrip(">")
                say(f"{self.refusing} no" if self.refusing else "250 ok")
            elif word == "DATA":
                say("354 go on")
                raw = await reader.readuntil(b"\r\n.\r\n")
                if self.objecting:
                    say(f"{self.objecting} not this one")
                    continue
                self.letters.append((to, raw))
                say("250 taken")
            elif word == "QUIT":
                break
            else:
                say("250 ok")
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    box, loop = Mailbox(), asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(box.serve, "127.0.0.1", 0))
    box.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield box
    finally:
        asyncio.run_coroutine_threadsafe(_closed(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _closed(server: asyncio.Server) -> None:
    """Take no more, and wait until whoever is still here has gone."""
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)


@pytest.fixture
def town(database_url: str) -> Iterator[House]:
    with house(database_url, at=datetime.now(UTC)) as opened:
        opened.post(ChangeMember("boulangerie", email=OLD))
        opened.post(ChangeMember("boulangerie", email=NEW))
        yield opened


def server_at(port: int) -> MailServer:
    return MailServer("127.0.0.1", port, tls=False, user="", password="", sender="la@roue.example")


def states(town: House) -> list[str]:
    return [notice.state for notice in town.ledger.reads.papers(Notice, CODE)]


def test_a_letter_goes_out_once_in_both_languages(town: House) -> None:
    with mailbox() as box:
        assert send_round(town.ledger, server_at(box.port)) == 1
        assert send_round(town.ledger, server_at(box.port)) == 0
    ((to, raw),) = box.letters
    assert to == OLD
    came = message_from_bytes(raw, policy=default)
    assert came["From"] == "la@roue.example"
    text = came.get_content()
    assert "From now on you are written to at another address" in text
    assert "une autre adresse" in text
    assert NEW not in raw.decode()
    assert states(town) == ["sent"]


def test_a_mail_server_that_is_away_loses_nothing(town: House) -> None:
    with pytest.raises(OSError, match="refused"):
        send_round(town.ledger, server_at(1))
    assert states(town) == ["new"]
    with mailbox() as box:
        box.refusing = 451
        assert send_round(town.ledger, server_at(box.port)) == 0
        assert states(town) == ["new"]
        box.refusing = 550
        assert send_round(town.ledger, server_at(box.port)) == 0
    assert states(town) == ["dropped"]


def test_one_process_alone_sends_and_another_takes_over_when_it_died(town: House) -> None:
    ((notice, _),) = unsent(town.ledger, CODE)
    claim = MarkNotice(notice.id, "sending")
    assert not town.ledger.note(CODE, claim, operator()).refused
    assert town.ledger.note(CODE, claim, operator()).refused
    with mailbox() as box:
        assert send_round(town.ledger, server_at(box.port)) == 0
        later = operator(at=town.at + timedelta(hours=2))
        assert not town.ledger.note(CODE, claim, later).refused
    assert box.letters == []


@pytest.mark.parametrize("odd", ["old", "a b@example.org", "é@example.org", "@", "a@b\u0085c"])
def test_an_odd_address_keeps_no_other_letter_back(town: House, odd: str) -> None:
    town.post(ChangeMember("librairie", email=odd))
    town.post(ChangeMember("librairie", email=NEW))
    with mailbox() as box:
        send_round(town.ledger, server_at(box.port))
        send_round(town.ledger, server_at(box.port))
    assert OLD in [to for to, _ in box.letters]
    assert "new" not in states(town)
    assert "sending" not in states(town)


@pytest.mark.parametrize(("answer", "left"), [(451, "new"), (554, "dropped")])
def test_a_letter_that_is_objected_to_keeps_no_other_back(
    town: House, answer: int, left: str
) -> None:
    town.post(ChangeMember("librairie", email=OLD))
    town.post(ChangeMember("librairie", email=NEW))
    with mailbox() as box:
        box.objecting = answer
        assert send_round(town.ledger, server_at(box.port)) == 0
    assert states(town) == [left, left]


def test_who_is_told_of_money_is_not_asked_whether_it_was_them() -> None:
    facts = {"about": "9", "euros": "5.00", "reason": "AC04"}
    said = {
        kind: letter("a@b.example", OLD, "Roue", Notice("n", "x", NOON, kind, facts)).get_content()
        for kind in ("redemption-bounced", "factor-set")
    }
    assert "5,00" in said["redemption-bounced"]
    assert "If this was not you" in said["factor-set"]
    assert "If this was not you" not in said["redemption-bounced"]


def test_a_letter_that_nobody_takes_is_left_in_the_end(town: House) -> None:
    ((notice, _),) = unsent(town.ledger, CODE)
    late = operator(at=notice.at + GIVE_UP * 1.01)
    assert send_notices(town.ledger, CODE, late, lambda *_: None) == 0
    assert states(town) == ["dropped"]


def test_whom_nothing_reaches_is_left_out(town: House) -> None:
    given = Given("till", "boulangerie")
    person = str(town.post(InvitePerson("somebody", "Somebody", "", given))["id"])
    town.post(InviteAgain(person, "0" * 64))
    with mailbox() as box:
        assert send_round(town.ledger, server_at(box.port)) == 1
    assert sorted(states(town)) == ["dropped", "sent"]


def test_the_settings_say_where_letters_are_handed_in() -> None:
    def chosen(url: str, sender: str) -> MailServer | None:
        return MailServer.chosen(Settings(smtp_url=SecretStr(url), mail_from=sender))

    assert chosen("", "") is None
    read = chosen("smtps://me%40x:p%3Aw@mail.example", "a@b.example")
    assert read is not None
    assert (read.host, read.port, read.tls) == ("mail.example", 465, True)
    assert (read.user, read.password, read.sender) == ("me@x", "p:w", "a@b.example")
    for url, sender in (("", "a@b"), ("smtp://host", ""), ("http://host", "a@b"), ("smtp:", "a@b")):
        with pytest.raises(ValueError, match="COMPTOIR_SMTP_URL"):
            chosen(url, sender)


def test_a_server_with_half_of_the_settings_does_not_start(run: Run) -> None:
    refused = run("serve", "--port", "8999", COMPTOIR_MAIL_FROM="a@b.example")
    assert (refused.code, refused.said) == (2, "")
    assert "COMPTOIR_SMTP_URL" in refused.why


def test_letters_are_sent_while_the_application_runs(town: House) -> None:
    class App:
        class state:  # noqa: N801 - as the framework calls it
            ledger = town.ledger
            settings = Settings()

    async def run_with(box: Mailbox) -> None:
        App.state.settings = Settings(
            smtp_url=SecretStr(f"smtp://127.0.0.1:{box.port}"), mail_from="la@roue.example"
        )
        sending = asyncio.create_task(send_letters(App))  # type: ignore[arg-type]  # what is asked of it
        for _ in range(200):
            await asyncio.sleep(0.05)
            if box.letters:
                break
        sending.cancel()

    with mailbox() as box:
        asyncio.run(run_with(box))
    assert [to for to, _ in box.letters] == [OLD]
