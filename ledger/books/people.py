"""People and machines apart from the books: who they are, what they may do for whom, and how long.

A *person* acts; a *member* owns. A *grant* says that a person may act in a role for a holder, and
a *session* is a person at work under one grant. Names and addresses are no part of these values:
they are `Identity` papers under the person's id. Instants are UTC, days are Paris days.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from ledger.books.context import town_day
from ledger.books.papers import Credential


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, or a machine, that may be let in."""

    id: str
    """Pseudonymous, never the id of a member: identities of both are kept under their ids."""
    login: str
    """What is typed to sign in: a slug, one of its kind in the currency."""
    kind: str
    """human or machine."""
    status: str
    """invited, active, suspended or closed; only the active are let in."""
    made_at: datetime
    sessions_from: datetime
    """Sessions that began earlier are over: moved when a way of signing in changes."""

    def begun_in_time(self, session: "Session") -> bool:
        """Say whether no change of how this person signs in came after a session began."""
        return session.started_at >= self.sessions_from


@dataclass(frozen=True, slots=True)
class Grant:
    """A person may act in a role for a holder, for a time."""

    id: str
    person: str
    role: str
    holder: str
    """The member, authority, office or sponsor acted for; empty for the whole currency."""
    state: str
    """proposed (a second person must agree), active, suspended or revoked."""
    since: date
    until: date | None
    """The last day, included; None for no end."""
    given_by: str
    """The person who gave it."""
    approved_by: str | None = None
    """The second person who agreed, where one is needed."""
    guardian: bool = False
    """Whether it stands for the holder, who cannot act alone."""
    scopes: tuple[str, ...] = ()
    """What of the role's rights; empty for all of them."""
    ceiling: int | None = None
    """The most units (minor) that a till may be paid in a day; None for no ceiling."""

    def good_at(self, at: datetime) -> bool:
        """Say whether the person may act under it at an instant."""
        day = town_day(at)
        ended = self.until is not None and day > self.until
        return self.state == "active" and self.since <= day and not ended


@dataclass(frozen=True, slots=True)
class Session:
    """A person at work: a browser, a till's device, or a machine with a token of an hour."""

    id: str
    """Hex SHA-256 of the 256-bit token that opens it; the token itself is kept nowhere."""
    person: str
    grant: str
    """The grant acted under; empty until one is chosen."""
    kind: str
    """browser or machine: a cookie opens no API, a bearer token no page."""
    method: str
    """How the person signed in: passkey, password, totp, recovery, invitation, demo or secret."""
    factors: int
    """1, or 2 when what was shown is known or owned in two ways."""
    signed_in_at: datetime
    started_at: datetime
    """When this token was made: at the door, or later with every change of rights."""
    seen_at: datetime
    ends_at: datetime
    """So long after signing in, whatever tokens there were since."""
    idle_minutes: int
    """Without being seen for so long, it is over."""
    device: str
    """What the browser says it is, in a few words."""
    scopes: tuple[str, ...] = ()
    ended_at: datetime | None = None
    origin: str = ""
    """The id of where it was opened from, which its entries name; the address is sealed."""

    def good_at(self, at: datetime) -> bool:
        """Say whether it is still open at an instant."""
        idle = at - self.seen_at >= timedelta(minutes=self.idle_minutes)
        return self.ended_at is None and at < self.ends_at and not idle


@dataclass(frozen=True, slots=True)
class Badge:
    """Who a token lets in: what a session, its person and its grant say together.

    A bare credential makes one too, so that nobody behind the edge tells the two apart.
    """

    id: str
    """Whose name entries bear and keys are remembered under: the grant's or the credential's."""
    role: str
    holder: str
    person: str
    scopes: tuple[str, ...] = ()
    session: Session | None = None
    ends_at: datetime | None = None
    login: str = ""
    """What the person is called where it sees itself."""
    guardian_until: date | None = None
    """The last day of a guardian, who acts for a member that cannot."""

    def good_at(self, at: datetime) -> bool:
        """Say whether time has not run out since it was looked up; the writer asks for the rest."""
        if self.session is not None and not self.session.good_at(at):
            return False
        return self.ends_at is None or at < self.ends_at


def badge_of_credential(
    credential: Credential, person: Person | None, at: datetime
) -> Badge | None:
    """Give what a bearer token opens at an instant; nothing when it or its person is out.

    One that was drawn opens nothing by itself, see `badge_of_drawn`.
    """
    if credential.client or not credential.good_at(at):
        return None
    if person is not None and person.status != "active":
        return None
    return Badge(
        id=credential.id,
        role=credential.role,
        holder=credential.holder,
        person=credential.person,
        scopes=credential.scopes,
        ends_at=credential.expires_at,
        login=person.login if person else credential.person,
    )


def badge_of_drawn(token: Credential, client: Badge | None, at: datetime) -> Badge | None:
    """Give what a token of an hour opens: what its client's credential does now, or less."""
    if client is None or token.client != client.id or not token.good_at(at):
        return None
    return replace(client, scopes=token.scopes, ends_at=token.expires_at)


def badge_of_session(
    session: Session, person: Person | None, grant: Grant | None, at: datetime
) -> Badge | None:
    """Give what a session opens at an instant; nothing when it, its person or its grant is out.

    A session without a grant is of somebody who may only look after how to sign in: no role.
    """
    if person is None or person.status != "active" or not person.begun_in_time(session):
        return None
    if not session.good_at(at):
        return None
    if not session.grant:
        return Badge(person.id, "", "", person.id, session=session, login=person.login)
    if grant is None or grant.person != person.id or not grant.good_at(at):
        return None
    return Badge(
        id=grant.id,
        role=grant.role,
        holder=grant.holder,
        person=person.id,
        scopes=session.scopes or grant.scopes,
        session=session,
        login=person.login,
        guardian_until=grant.until if grant.guardian else None,
    )


@dataclass(frozen=True, slots=True)
class Factor:
    """One way of a person to show who it is, named so that the lock finds it.

    `password:<person>`, `totp:<person>`, `recovery:<person>`, `secret:<person>`, and
    `passkey:<id>` under the authenticator's own name for it.
    """

    id: str
    person: str
    kind: str
    """password, totp, passkey, recovery or (of a machine) secret."""
    secret: str
    """Argon2id hash; base32 seed; public key; hashes of codes, a space between; hash."""
    count: int
    """A passkey's signatures, or the last step (30 s) whose code was taken: neither comes twice."""
    label: str
    made_at: datetime
    used_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that lets a person choose how to sign in, once."""

    id: str
    """Hex SHA-256 of the link's 256 random bits."""
    person: str
    asked_by: str
    made_at: datetime
    expires_at: datetime
    resets: bool
    """Whether the ways of signing in before it end with its use, the second factor too."""
    approved_by: str | None = None
    """The second person, without whom nobody's second factor is taken away."""
    used_at: datetime | None = None

    def good_at(self, at: datetime) -> bool:
        """Say whether the link opens at an instant."""
        agreed = not self.resets or self.approved_by is not None
        return agreed and self.used_at is None and at < self.expires_at


@dataclass(frozen=True, slots=True)
class Guess:
    """How often somebody tried in the window that began at `since`, counted before it is judged."""

    id: str
    """Of what: the hash of a login or an address, neither of which stands here."""
    since: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a person is asked to sign or to confirm, once: with amount and payee, where it has."""

    id: str
    session: str
    """Whose it is; empty at the door."""
    purpose: str
    """sign-in, enrol or confirm."""
    binds: str
    """What exactly is agreed to, as JSON; empty where nothing but presence is asked."""
    nonce: str
    """Hex; 256 random bits."""
    expires_at: datetime
    state: str = "open"
    """open, met (shown by a factor) or used."""

    @property
    def signed(self) -> bytes:
        """Give what an authenticator signs: it holds the whole of what is agreed to."""
        return sha256(bytes.fromhex(self.nonce) + self.binds.encode()).digest()

    def good_at(self, at: datetime, state: str) -> bool:
        """Say whether it stands in a state at an instant, in time."""
        return self.state == state and at < self.expires_at
