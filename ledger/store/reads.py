"""Questions to the books: each opens its own reading connection and sees one committed state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import Table, and_, func, or_, select

from ledger.books.papers import BankLine, Credential, Rulebook, Statement
from ledger.books.people import (
    Badge,
    Grant,
    Person,
    Session,
    badge_of_credential,
    badge_of_drawn,
    badge_of_session,
)
from ledger.books.trail import Denial
from ledger.refusals import Unknown
from ledger.store.day_reads import DayReads
from ledger.store.engines import Database
from ledger.store.papers import SHELFMARKS, index_of, instant_text
from ledger.store.rulebook import ASKS, rulebook_of
from ledger.store.sql import CURRENCY, Ask, Row
from ledger.store.streams import Streams
from ledger.store.tables import (
    AccountRow,
    CheckpointRow,
    EntryRow,
    MemoRow,
    OperationRow,
    PostingRow,
    TallyRow,
)
from ledger.store.vault import Vault

PaperT = TypeVar("PaperT")

_AT_ONCE: Final = 10_000
"""How many keys one question names: an engine takes some ten thousands."""

_ACCOUNT: Final[Table] = AccountRow.__table__  # type: ignore[attr-defined]  # SQLModel sets it
_CHECKPOINT: Final[Table] = CheckpointRow.__table__  # type: ignore[attr-defined]  # as above
_ENTRY: Final[Table] = EntryRow.__table__  # type: ignore[attr-defined]  # as above
_MEMO: Final[Table] = MemoRow.__table__  # type: ignore[attr-defined]  # as above
_OPERATION: Final[Table] = OperationRow.__table__  # type: ignore[attr-defined]  # as above
_POSTING: Final[Table] = PostingRow.__table__  # type: ignore[attr-defined]  # as above
_TALLY: Final[Table] = TallyRow.__table__  # type: ignore[attr-defined]  # as above


@dataclass(frozen=True, slots=True)
class Head:
    """Where a journal stands."""

    number: int
    hash: bytes
    at: str


class Reads(DayReads, Streams):
    """Answers questions about one database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Take the database to read and the vault that opens what is sealed there."""
        super().__init__(database)
        self._vault = vault
        self._books: dict[str, Rulebook] = {}
        """The last version read of each currency's rulebook."""

    # -- currencies -----------------------------------------------------------------------------

    def currencies(self) -> list[str]:
        """List the codes of the currencies here, the oldest first."""
        by_age = select(CURRENCY.c.code).order_by(CURRENCY.c.created_at, CURRENCY.c.code)
        return [row[0] for row in self._rows(by_age)]

    def rulebook(self, currency: str) -> tuple[Rulebook, Head]:
        """Give a currency's rulebook and the head of its journal; Unknown when there is none."""
        with self._database.reading() as connection:
            head = connection.execute(select(CURRENCY).where(CURRENCY.c.code == currency)).first()
            if head is None:
                raise Unknown(what="currency", id=currency)
            book = self._books.get(currency)
            if book is None or book.version != head[9]:
                answers = [
                    [
                        tuple(row)
                        for row in connection.execute(
                            select(ask.table).where(ask.table.c.currency == currency)
                        )
                    ]
                    for ask in ASKS
                ]
                book = self._books[currency] = rulebook_of(tuple(head), answers)
        return book, Head(head[6], head[7], head[8])

    # -- papers ---------------------------------------------------------------------------------

    def paper(self, kind: type[PaperT], currency: str, key: str) -> PaperT | None:
        """Give one paper by its key, or None."""
        mark = SHELFMARKS[kind]
        found = self.papers(kind, currency, mark.table.c[mark.key] == key)
        return found[0] if found else None

    def papers(
        self,
        kind: type[PaperT],
        currency: str,
        *conditions: Any,  # noqa: ANN401 - SQL conditions on the table's columns
        order: str = "",
        newest: bool = False,
        limit: int | None = None,
    ) -> list[PaperT]:
        """List papers that meet all conditions, by `order` (the key by default)."""
        mark = SHELFMARKS[kind]
        table = mark.table
        by = [table.c[order or mark.key], table.c[mark.key]]
        question = (
            select(table)
            .where(table.c.currency == currency, *conditions)
            .order_by(*(column.desc() if newest else column for column in by))
        )
        if limit is not None:
            question = question.limit(limit)
        return self._vault.papers(mark, self._rows(question), partial(self._asked, currency))

    def _asked(self, currency: str, asks: Sequence[Ask]) -> list[list[Row]]:
        """Answer what the vault asks for."""
        return [
            self._rows(
                select(ask.table).where(
                    ask.table.c.currency == currency, ask.table.c[ask.column].in_(ask.values)
                )
            )
            for ask in asks
        ]

    def having(  # noqa: PLR0913 - a list has a kind, a condition, an order and a length
        self,
        kind: type[PaperT],
        currency: str,
        column: str,
        values: Iterable[object],
        *,
        order: str = "",
        newest: bool = False,
        limit: int | None = None,
    ) -> list[PaperT]:
        """List papers whose `column` is one of `values`; a sealed one is found by its index."""
        mark = SHELFMARKS[kind]
        wanted: list[Any] = list(values)
        if mark.sealed and column in mark.sealed.fields:
            wanted = self._vault.indices(currency, column, wanted)
            column = index_of(column)
        if not wanted:
            return []
        condition = mark.table.c[column].in_(wanted)
        return self.papers(kind, currency, condition, order=order, newest=newest, limit=limit)

    def known(self, kind: type, currency: str, keys: Iterable[str]) -> set[str]:
        """Say which of these keys name a paper, opening none of them."""
        mark = SHELFMARKS[kind]
        key = mark.table.c[mark.key]
        wanted = sorted(keys)
        return {
            row[0]
            for start in range(0, len(wanted), _AT_ONCE)
            for row in self._rows(
                select(key)
                .where(mark.table.c.currency == currency)
                .where(key.in_(wanted[start : start + _AT_ONCE]))
            )
        }

    def lines_about(
        self, currency: str, account: str, day: date, before: int, named: Iterable[str]
    ) -> list[BankLine]:
        """List the bank lines of an account that may stand on one side only when a day ends.

        Those that nobody has explained, those booked after the day by an entry `before` a number,
        and those that are `named`.
        """
        table = SHELFMARKS[BankLine].table
        found = self.papers(
            BankLine,
            currency,
            table.c.account == account,
            or_(
                table.c.state != "matched",
                and_(table.c.booked_on > day.isoformat(), table.c.entry < before),
            ),
        )
        known = {line.id for line in found}
        wanted = sorted(set(named) - known)
        for start in range(0, len(wanted), _AT_ONCE):
            found += self.having(BankLine, currency, "id", wanted[start : start + _AT_ONCE])
        return [line for line in found if line.account == account]

    def booked_by_day(self, currency: str, account: str, until: date) -> dict[date, int]:
        """Add up what the bank booked on each day, lines of statements left in doubt apart."""
        lines, statements = SHELFMARKS[BankLine].table, SHELFMARKS[Statement].table
        rows = self._rows(
            select(lines.c.booked_on, func.sum(lines.c.amount))
            .join(
                statements,
                (statements.c.currency == lines.c.currency)
                & (statements.c.id == lines.c.statement),
            )
            .where(lines.c.currency == currency, lines.c.account == account)
            .where(lines.c.booked_on <= until.isoformat(), statements.c.state != "marked")
            .group_by(lines.c.booked_on)
        )
        return {date.fromisoformat(day): int(amount) for day, amount in rows}

    def columns(
        self, kind: type, currency: str, wanted: Mapping[str, object], names: Sequence[str]
    ) -> list[Row]:
        """Give only some columns of the papers whose columns are what is `wanted`, sorted by them.

        For very many papers, of which few things are needed.
        """
        table = SHELFMARKS[kind].table
        these = [table.c[name] for name in names]
        conditions = [table.c[column] == value for column, value in wanted.items()]
        return self._rows(
            select(*these).where(table.c.currency == currency, *conditions).order_by(*these)
        )

    def denials(
        self, currency: str, since: datetime, until: datetime, person: str, *, limit: int
    ) -> list[Denial]:
        """List what was refused from an instant to before another, to a person if one is named."""
        columns = SHELFMARKS[Denial].table.c
        hours = columns.hour >= instant_text(since), columns.hour < instant_text(until)
        whose = (columns.person == person,) if person else ()
        return self.papers(Denial, currency, *hours, *whose, order="hour", newest=True, limit=limit)

    def page(
        self,
        kind: type[PaperT],
        currency: str,
        wanted: Mapping[str, object],
        *,
        after: str = "",
        limit: int = 50,
    ) -> list[PaperT]:
        """List papers by key, behind the key `after`, whose columns are what is `wanted`.

        A tuple wants any of its values.
        """
        mark = SHELFMARKS[kind]
        conditions = [
            mark.table.c[column].in_(value if isinstance(value, tuple) else (value,))
            for column, value in wanted.items()
        ]
        return self.papers(kind, currency, *conditions, mark.table.c[mark.key] > after, limit=limit)

    def badge(self, token_hash: str, at: datetime, *, kind: str) -> tuple[str, Badge] | None:
        """Find whom a token lets in at an instant, by its hash: the currency, and who it is.

        A session opens only the side of its `kind`, browser or machine, and a credential the
        machine's alone.
        """
        credential = self._by_hash(Credential, "token_hash", token_hash)
        if credential is not None:
            currency, known = credential
            if kind != "machine":
                return None
            badge = self._badge_of_credential(currency, known, at)
            return (currency, badge) if badge else None
        session = self._by_hash(Session, "id", token_hash)
        if session is None or session[1].kind != kind:
            return None
        currency, found = session
        person = self.paper(Person, currency, found.person)
        grant = self.paper(Grant, currency, found.grant) if found.grant else None
        badge = badge_of_session(found, person, grant, at)
        return (currency, badge) if badge else None

    def client(self, id_: str, at: datetime) -> tuple[str, Credential] | None:
        """Find a credential that can draw tokens at an instant, in whatever currency."""
        for currency in self.currencies():
            known = self.paper(Credential, currency, id_)
            if known is not None:
                badge = None if known.client else self._badge_of_credential(currency, known, at)
                return (currency, known) if badge else None
        return None

    def _badge_of_credential(self, currency: str, known: Credential, at: datetime) -> Badge | None:
        client = self.paper(Credential, currency, known.client) if known.client else known
        if client is None:
            return None
        badge = badge_of_credential(client, self.paper(Person, currency, client.person), at)
        return badge_of_drawn(known, badge, at) if known.client else badge

    def _by_hash(
        self, kind: type[PaperT], column: str, token_hash: str
    ) -> tuple[str, PaperT] | None:
        mark = SHELFMARKS[kind]
        rows = self._rows(select(mark.table).where(mark.table.c[column] == token_hash))
        return (rows[0][0], mark.read(rows[0])) if rows else None

    # -- balances and counts --------------------------------------------------------------------

    def balances(self, currency: str, names: Iterable[str]) -> dict[str, int]:
        """Give the balances of accounts by name; one that was never opened stands at zero."""
        wanted = list(names)
        rows = self._rows(
            select(_ACCOUNT.c.name, _ACCOUNT.c.balance).where(
                _ACCOUNT.c.currency == currency, _ACCOUNT.c.name.in_(wanted)
            )
        )
        return dict.fromkeys(wanted, 0) | dict(rows)

    def wallet(self, currency: str, member: str) -> dict[str, int]:
        """Give the balances of all accounts of a member, gift pockets included."""
        rows = self._rows(
            select(_ACCOUNT.c.name, _ACCOUNT.c.balance).where(
                _ACCOUNT.c.currency == currency, _ACCOUNT.c.owner == member
            )
        )
        return dict(rows)

    def accounts_like(self, currency: str, prefix: str) -> dict[str, int]:
        """Give the balances of all accounts whose name begins with a prefix."""
        rows = self._rows(
            select(_ACCOUNT.c.name, _ACCOUNT.c.balance)
            .where(_ACCOUNT.c.currency == currency)
            .where(_ACCOUNT.c.name.startswith(prefix, autoescape=True))
        )
        return dict(rows)

    def owners(self, currency: str, prefix: str) -> int:
        """Count the members who own an account whose name begins with a prefix."""
        rows = self._rows(
            select(func.count(func.distinct(_ACCOUNT.c.owner)))
            .where(_ACCOUNT.c.currency == currency)
            .where(_ACCOUNT.c.name.startswith(prefix, autoescape=True))
        )
        return int(rows[0][0])

    def tallies(self, currency: str, names: Iterable[str]) -> dict[str, int]:
        """Give counts by name; one that was never made stands at zero."""
        wanted = list(names)
        rows = self._rows(
            select(_TALLY.c.name, _TALLY.c.amount).where(
                _TALLY.c.currency == currency, _TALLY.c.name.in_(wanted)
            )
        )
        return dict.fromkeys(wanted, 0) | dict(rows)
