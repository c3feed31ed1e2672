"""The town that a story is played in: the real ledger, a clock that the story sets, and people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.books.context import OPERATOR, TOWN, Context
from ledger.books.journal import Posting
from ledger.money import Asset, parse_minor
from ledger.operations.ledger import Ledger, Operation
from ledger.operations.token import CreateToken, token_hash
from ledger.refusals import Refusal

KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ROLES: Final = {"person": "member", "pro": "shop", "association": "shop", "authority": "officer"}


@dataclass
class Town:
    """What a story has done so far."""

    ledger: Ledger
    at: datetime = datetime(2026, 1, 1, 12, tzinfo=TOWN)
    code: str = ""
    kinds: dict[str, str] = field(default_factory=dict)
    """Member ids with their kind."""
    head: int = 0
    """The last entry before the deed that was done last."""
    told: dict[str, object] = field(default_factory=dict)
    """The answer to the deed that was done last."""
    refused: str | None = None
    """Why it was refused, until the story says so."""
    numbers: dict[str, int] = field(default_factory=dict)
    """The last entry of each kind of deed."""
    names: dict[str, str] = field(default_factory=dict)
    """The last redemption, correction and bank file."""
    files: dict[str, bytes] = field(default_factory=dict)
    approvers: dict[str, str] = field(default_factory=dict)
    """Names under which people approve, each with its authority."""
    bank: dict[str, int] = field(default_factory=dict)
    """What each bank said last: euro cents."""
    _known: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    @property
    def unit(self) -> Asset:
        """The unit of the story's currency."""
        return self.ledger.reads.rulebook(self.code)[0].unit

    def units(self, text: str) -> int:
        """Read units as minor units."""
        return parse_minor(text, self.unit.scale)

    def next_name(self, what: str) -> str:
        """Count what is made: r1, r2 for redemptions, k1 ... for keys."""
        self._count += 1
        ordinal = sum(name.startswith(what) for name in self.names) + 1
        self.names[f"{what}{ordinal}"] = ""
        return f"{what}{ordinal}"

    def context(self, who: str = OPERATOR, *, fresh_id: str = "") -> Context:
        """Make the context of somebody: `treasurer`, `treasurer-2`, a member's or office's name."""
        role, holder = who.removesuffix("-2"), ""
        if who in self.kinds:
            role, holder = ROLES[self.kinds[who]], who
        if who in self.approvers:
            role, holder = "approver", self.approvers[who]
        actor = OPERATOR if who == OPERATOR else self._credential(who, role, holder)
        return self._context(actor, who.removesuffix(" approving"), role, holder, fresh_id)

    def approver(self, authority: str, person: str) -> str:
        """Give a name under which a person approves for an authority."""
        name = f"{person} approving"
        self.approvers[name] = authority
        return name

    def _context(self, actor: str, person: str, role: str, holder: str, fresh_id: str) -> Context:
        self._count += 1
        return Context(
            at=self.at.astimezone(UTC),
            actor=actor,
            person=person,
            role=role,
            holder=holder,
            key=f"step-{self._count}",
            fresh_id=fresh_id or f"x{self._count}",
            salt=bytes(16),
        )

    def _credential(self, who: str, role: str, holder: str) -> str:
        if who not in self._known:
            made = self._context(OPERATOR, OPERATOR, OPERATOR, "", f"token-{len(self._known)}")
            wanted = CreateToken(token_hash(who), role, holder, who)
            answer = self.ledger.post_and_wait(self.code, wanted, made)
            assert not answer.refused, answer.body
            self._known[who] = made.fresh_id
        return self._known[who]

    def do(self, who: str, deed: Callable[[Context], Operation], *, fresh_id: str = "") -> bool:
        """Let somebody do something; remembers the answer, or the refusal for the next step."""
        context = self.context(who, fresh_id=fresh_id)
        self.begin()
        try:
            answer = self.ledger.post_and_wait(self.code, deed(context), context)
        except Refusal as refusal:
            self.refused, self.told = refusal.slug, {}
            return False
        body: dict[str, object] = dict(answer.json())
        self.told = {} if answer.refused else body
        self.refused = str(body["slug"]) if answer.refused else None
        return not answer.refused

    def begin(self) -> None:
        """Start a deed: what the journal gains from here on is its doing."""
        assert self.refused is None, f"the deed before was refused: {self.refused}"
        self.head = self.ledger.reads.rulebook(self.code)[1].number
        self.told = {}

    def arrows(self) -> list[Posting]:
        """List the arrows of the deed that was done last."""
        entries = self.ledger.reads.entries(self.code, after=self.head, limit=500)
        return [posting for entry in entries for posting in entry.postings]

    def last_entry(self) -> int:
        """Give the number of the newest entry."""
        return self.ledger.reads.rulebook(self.code)[1].number

    def balance(self, account: str) -> int:
        """Give an account's balance in minor units."""
        return self.ledger.reads.balances(self.code, [account])[account]
