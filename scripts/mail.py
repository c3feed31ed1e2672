"""Letters: what people must be told about their access and their money, sent from the outbox.

A notice is claimed under the lock before it is sent, so that of several processes one sends it, and
marked when the mail server has taken it. A server that is away keeps nobody from working: the next
round tries again. In no log does an address stand.
"""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final, Self
from urllib.parse import unquote, urlsplit

import structlog
from fastapi import FastAPI

from admin.naming import notice_said
from admin.words import LANGUAGES, words
from api.dependencies import operator
from api.settings import Settings
from ledger.books.papers import Notice
from ledger.operations.ledger import Ledger
from ledger.operations.notice import (
    ABOUT_MONEY,
    NotTakenYetError,
    NowhereToSendError,
    send_notices,
)

EVERY_SECONDS: Final = 20
TIMEOUT_SECONDS: Final = 10
PERMANENT: Final = 500
"""From this answer of a mail server on, trying again is of no use."""
_PORTS: Final = {"smtp": 587, "smtps": 465}
_ASK: Final = {
    "fr": "Si ce n’était pas vous, prévenez l’association sans attendre.",  # noqa: RUF001 - as French writes it
    "en": "If this was not you, tell the association at once.",
}

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in, and from whom they are."""

    host: str
    port: int
    tls: bool
    """Whether the line is encrypted from its first byte; else it is before anything is said."""
    user: str
    password: str
    sender: str

    @classmethod
    def chosen(cls, settings: Settings) -> Self | None:
        """Read the settings; None where letters are not sent. ValueError for half of them."""
        address = settings.smtp_url.get_secret_value()
        if not address and not settings.mail_from:
            return None
        parts = urlsplit(address)
        if parts.scheme not in _PORTS or not parts.hostname or "@" not in settings.mail_from:
            message = "letters need COMPTOIR_SMTP_URL (smtp://... or smtps://...) and _MAIL_FROM"
            raise ValueError(message)
        return cls(
            parts.hostname,
            parts.port or _PORTS[parts.scheme],
            parts.scheme == "smtps",
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            settings.mail_from,
        )

    def opened(self) -> smtplib.SMTP:
        """Open a line and say who we are; OSError or SMTPException when it cannot be."""
        context = ssl.create_default_context()
        if self.tls:
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            line = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            if not self.tls and self.host not in {"127.0.0.1", "::1", "localhost"}:
                line.starttls(context=context)
            if self.user:
                line.login(self.user, self.password)
        except BaseException:
            line.close()
            raise
        return line


async def send_letters(app: FastAPI) -> None:
    """Send what waits in every currency's outbox, now and then, until cancelled."""
    server = MailServer.chosen(app.state.settings)
    while server is not None:
        try:
            await asyncio.to_thread(send_round, app.state.ledger, server)
        except Exception as error:  # noqa: BLE001 - the mail server's fault is nobody else's
            _log.warning("letters wait for the mail server", reason=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


def send_round(ledger: Ledger, server: MailServer) -> int:
    """Send what waits now; gives how many letters the mail server took."""
    line: smtplib.SMTP | None = None
    sent = 0

    def send(notice: Notice, address: str) -> None:
        nonlocal line
        line = line or server.opened()
        try:
            line.send_message(letter(server.sender, address, name, notice))
        except (ValueError, smtplib.SMTPNotSupportedError) as unfit:  # no address, whatever it is
            line.rset()
            raise NowhereToSendError from unfit
        except smtplib.SMTPRecipientsRefused as refusal:
            later = any(code < PERMANENT for code, _ in refusal.recipients.values())
            raise (NotTakenYetError if later else NowhereToSendError) from refusal
        except smtplib.SMTPDataError as refusal:
            later = refusal.smtp_code < PERMANENT
            raise (NotTakenYetError if later else NowhereToSendError) from refusal

    try:
        for currency in ledger.reads.currencies():
            name = ledger.reads.rulebook(currency)[0].name
            sent += send_notices(ledger, currency, operator(), send)
    finally:
        if line is not None:
            line.close()
    return sent


def letter(sender: str, address: str, currency: str, notice: Notice) -> EmailMessage:
    """Write a letter in both languages: who reads it has chosen none here."""
    told = {code: notice_said(words(code), notice) for code in LANGUAGES}
    message = EmailMessage()
    message["From"], message["To"] = sender, address
    message["Subject"] = f"{currency}: {told['fr']}"[:200]
    message["Date"] = formatdate(notice.at.timestamp())
    message["Message-ID"] = make_msgid(notice.id, sender.rpartition("@")[2].strip("<> "))
    message["Auto-Submitted"] = "auto-generated"
    asks = notice.kind not in ABOUT_MONEY
    parts = (f"{told[code]}\n{_ASK[code] if asks else ''}\n" for code in LANGUAGES)
    message.set_content(f"{currency}\n\n" + "\n--\n\n".join(parts))
    return message
