"""One write transaction in memory: plan each operation in turn, seal the entries, gather the rows.

Nothing here talks to the database. A batch starts from a locked head and a filled shelf, and ends
as rows to put and answers to give once they are durable.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.books.closings import DAY
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.proof.canonical import canonical_bytes, entry_hash, memo_commitment
from ledger.proof.receipt import sign_receipts
from ledger.refusals import KeyReused, NotIdentified, Refusal
from ledger.store.closing_tables import EntryDayRow
from ledger.store.identified import acting_facts, check_standing, identified
from ledger.store.papers import RULEBOOK_KINDS, instant_text
from ledger.store.shelf import Operation, Shelf
from ledger.store.sql import CURRENCY, Cut, Put, Row
from ledger.store.tables import AccountRow, EntryRow, MemoRow, OperationRow, PostingRow, TallyRow

_ACCOUNT: Final = AccountRow.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
_ENTRY: Final = EntryRow.__table__  # type: ignore[attr-defined]  # as above
_ENTRY_DAY: Final = EntryDayRow.__table__  # type: ignore[attr-defined]  # as above
_MEMO: Final = MemoRow.__table__  # type: ignore[attr-defined]  # as above
OPERATION: Final = OperationRow.__table__  # type: ignore[attr-defined]  # as above
_POSTING: Final = PostingRow.__table__  # type: ignore[attr-defined]  # as above
_TALLY: Final = TallyRow.__table__  # type: ignore[attr-defined]  # as above

OK: Final = 200
CREATED: Final = 201


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: a body to send, or the refusal it met."""

    status: int
    body: bytes
    """JSON; of a refusal its slug and facts."""
    entry: int | None = None
    replayed: bool = False
    remembered: bool = True
    """Whether the same key gives it again."""

    @property
    def refused(self) -> bool:
        """Say whether a rule said no."""
        return self.status > CREATED

    def ending(self, end: str) -> "Answer":
        """Give the same answer with another end of its body than the closing brace."""
        return Answer(self.status, self.body[:-1] + end.encode(), self.entry, self.replayed)

    def json(self) -> dict[str, Json]:
        """Read the body."""
        body: dict[str, Json] = orjson.loads(self.body)
        return body


@dataclass(frozen=True, slots=True)
class Request:
    """An operation, by whom it is asked, and the hash that tells it from another one."""

    operation: Operation
    context: Context
    hash: bytes


class SpoiltBatchError(RuntimeError):
    """A plan was taken over and could not be sealed: a bug, and no balance can be trusted now."""


class Batch:
    """Plans requests one after the other and keeps what must be written for them."""

    def __init__(self, head: Row, shelf: Shelf, signing_key: Ed25519PrivateKey) -> None:
        """Start behind the locked head (the currency's row, all columns)."""
        self._head = head
        self._shelf = shelf
        shelf.next_number = head[6] + 1
        self._key = signing_key
        self.currency: str = head[0]
        self._number: int = head[6]
        self._hash: bytes = head[7]
        self._entries: list[Row] = []
        self._postings: list[Row] = []
        self._memos: list[Row] = []
        self._days: list[Row] = []
        self._at = ""
        """The instant of the request at hand, as text."""
        self._operations: list[Row] = []
        self._forgotten: list[int] = []
        self._receipted: dict[int, bytes] = {}
        """Which entries a client is given a receipt of, with their hashes."""
        self.rulebook_changed = False

    def decide(self, request: Request, seen: dict[tuple[str, str], Row]) -> Answer:
        """Plan one request and take its effect over, or answer what stopped it."""
        key = request.context.key, request.context.actor
        # The journal's time never runs backwards, whatever the clocks of its processes say.
        self._shelf.at = max(self._shelf.at, request.context.at)
        self._at = instant_text(self._shelf.at)
        if not identified(self._shelf, request.context):
            return _refused(NotIdentified())
        earlier = seen.get(key) if not request.context.preview else None
        if earlier is not None:
            return _replay(earlier, request.hash)
        try:
            check_standing(self._shelf, request.context)
            plan = request.operation.plan(self._shelf, request.context)
            if request.context.preview:
                self._shelf.check(plan)
                return Answer(OK, orjson.dumps({"preview": True, "entry": None, **plan.answer}))
            self._shelf.apply(plan)
        except Refusal as refusal:
            answer = _refused(refusal)
        else:
            try:
                answer = self._accept(request, plan)
            except Exception as error:
                # Its arrows are on the shelf already: nothing of this batch may be written.
                message = f"a plan of {type(request.operation).__name__} cannot be sealed"
                raise SpoiltBatchError(message) from error
        if answer.remembered and request.context.key and not request.context.preview:
            row = (
                self.currency,
                *key,
                request.hash,
                answer.status,
                answer.body.decode(),
                answer.entry,
                self._at,
            )
            self._operations.append(row)
            seen[key] = row
        return answer

    def _accept(self, request: Request, plan: Plan) -> Answer:
        self.rulebook_changed = any(type(paper) in RULEBOOK_KINDS for paper in plan.papers)
        if not plan.leaves_entry:
            return Answer(CREATED, orjson.dumps(dict(plan.answer)))
        number = self._seal(request.context, plan)
        if request.context.key:  # the steps of a chore have nobody who would hold one
            self._receipted[number] = self._hash
        self._forgotten.extend(plan.forgets)
        body = {"entry": number, "at": self._at, **plan.answer}
        return Answer(CREATED, orjson.dumps(body), number)

    def sign(self, answers: list[Answer | BaseException]) -> list[Answer | BaseException]:
        """Sign what was sealed for a client, and add its receipt to each answer given for it."""
        sealed = list(self._receipted.items())
        if not sealed:
            return answers
        receipts = sign_receipts(self._key, self.currency, sealed)
        ends = {receipt.number: f',"receipt":"{receipt}"}}' for receipt in receipts}
        self._operations = [
            (*row[:5], row[5][:-1] + ends[row[6]], *row[6:]) if row[6] in ends else row
            for row in self._operations
        ]
        return [
            answer.ending(ends[answer.entry])
            if isinstance(answer, Answer) and answer.entry in ends
            else answer
            for answer in answers
        ]

    def _seal(self, context: Context, plan: Plan) -> int:
        self._number += 1
        number = self._number
        self._shelf.next_number = number + 1
        memo = memo_commitment(context.salt, plan.memo) if plan.memo else None
        sealed = {**plan.facts, **acting_facts(self._shelf, context)}
        if plan.day is not None and plan.day < self._shelf.today:
            sealed[DAY] = plan.day.isoformat()
            self._days.append((self.currency, number, sealed[DAY]))
        postings = [(p.source, p.target, p.amount, p.asset.code) for p in plan.postings]
        tallies = [(t.name, t.change, t.limit) for t in plan.tallies]
        canonical = canonical_bytes(
            currency=self.currency,
            number=number,
            at=self._at,
            kind=plan.kind,
            actor=context.actor,
            facts=sealed,
            postings=postings,
            tallies=tallies,
            memo=memo,
        )
        self._hash = entry_hash(self._hash, canonical)
        facts = orjson.dumps(sealed, option=orjson.OPT_SORT_KEYS).decode()
        self._entries.append(
            (
                self.currency,
                number,
                number - 1 or None,
                self._at,
                plan.kind,
                context.actor,
                facts,
                orjson.dumps(tallies).decode(),
                memo,
                self._hash,
            )
        )
        if plan.memo:
            self._memos.append((self.currency, number, context.salt, plan.memo))
        self._add_postings(number, postings)
        return number

    def _add_postings(self, number: int, postings: list[tuple[str, str, int, str]]) -> None:
        """Keep the arrows with the balances they leave: walked back from the shelf, in reverse."""
        after: dict[str, int] = {}
        rows: list[Row] = []
        for ordinal in range(len(postings) - 1, -1, -1):
            source, target, amount, asset = postings[ordinal]
            source_after = after.get(source, self._shelf.balance(source))
            target_after = after.get(target, self._shelf.balance(target))
            rows.append(
                (
                    self.currency,
                    number,
                    ordinal,
                    source,
                    target,
                    amount,
                    asset,
                    source_after,
                    target_after,
                )
            )
            after[source] = source_after + amount
            after[target] = target_after - amount
        self._postings.extend(reversed(rows))

    def puts(self, papers: Callable[[str, Iterable[object]], list[Put]]) -> list[Put | Cut]:
        """Give everything to write, in the order that foreign keys want; empty for nothing.

        `papers` makes the rows of a currency's papers.
        """
        if not (self._entries or self._operations or self._shelf.touched_papers):
            return []
        shelf = self._shelf
        changes = self.rulebook_changed
        head = (
            *self._head[:6],
            self._number,
            self._hash,
            self._at,
            self._head[9] + changes,
        )
        candidates: list[Put | Cut] = [
            Put(_ACCOUNT, shelf.account_rows(self.currency), ("balance",)),
            Put(_ENTRY, self._entries),
            Put(_POSTING, self._postings),
            Put(_MEMO, self._memos),
            Put(_ENTRY_DAY, self._days),
            Cut(self.currency, _MEMO, "number", tuple(self._forgotten)),
            Put(_TALLY, shelf.tally_rows(self.currency), ("amount", "top")),
            *papers(self.currency, shelf.paper_values()),
            Put(OPERATION, self._operations),
            Put(CURRENCY, [head], ("head_number", "head_hash", "head_at", "rulebook_version")),
        ]
        return [put for put in candidates if put.rows]


def _refused(refusal: Refusal) -> Answer:
    body = orjson.dumps({"slug": refusal.slug, "facts": refusal.facts})
    return Answer(refusal.status, body, remembered=refusal.remembered)


def _replay(row: Row, request_hash: bytes) -> Answer:
    if bytes(row[3]) != request_hash:
        return _refused(KeyReused())
    return Answer(row[4], row[5].encode(), row[6], replayed=True)
