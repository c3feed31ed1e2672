"""Papers to rows and back: the columns of a paper's table bear the names of its fields."""

import dataclasses
import typing
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import Table  # noqa: TC002 - read at run time by whoever asks a mark's table
from sqlmodel import SQLModel

from ledger.books import (
    authorities,
    bookkeeping,
    closings,
    conversions,
    disbursements,
    donations,
    iban_change,
    papers,
    people,
    sealing,
    standing,
    trail,
)
from ledger.books.terms import Terms, TermsProposal
from ledger.store import (
    authority_tables,
    bookkeeping_tables,
    closing_tables,
    conversion_tables,
    disbursement_tables,
    donation_tables,
    payout_tables,
    people_tables,
    sealing_tables,
    trail_tables,
)
from ledger.store import paper_tables as tables
from ledger.store.sql import Put, Row
from ledger.store.tables import TermsProposalRow, TermsRow

PaperT = TypeVar("PaperT")
_MOST_KEPT: Final = 4096
"""Papers of a kind that stand ready without being made anew."""


@lru_cache(maxsize=1024)
def instant_text(at: datetime) -> str:
    """Write an instant as RFC 3339 UTC with microseconds: texts sort as instants do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def read_instant(text: str) -> datetime:
    """Read what `instant_text` wrote."""
    return datetime.fromisoformat(text)


def _list_text(values: Iterable[str]) -> str:
    return orjson.dumps(list(values)).decode()


def _object_text(values: Mapping[str, object]) -> str:
    return orjson.dumps(dict(values), option=orjson.OPT_SORT_KEYS).decode()


_WRITE: Final[dict[object, Callable[[Any], object]]] = {
    date: date.isoformat,
    datetime: instant_text,
    tuple: _list_text,
    Mapping: _object_text,
}
_READ: Final[dict[object, Callable[[Any], object]]] = {
    date: date.fromisoformat,
    datetime: read_instant,
    tuple: lambda text: tuple(orjson.loads(text)),
    Mapping: orjson.loads,
    bool: bool,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Sealed:
    """Which fields of a paper are sealed, with whose key, and by which of them it is found again.

    For a field that it is found by there is a column `<field>_index`, behind all others.
    """

    subject: str
    """The kind of subject, before its id: `identity`."""
    of: str
    """The field that holds the subject's id."""
    fields: tuple[str, ...]
    known_by: tuple[str, ...] = ()


class Shelfmark:
    """How one kind of paper is stored: its table, its key, and the translation of each field."""

    def __init__(self, paper: type, row: type[SQLModel], sealed: Sealed | None = None) -> None:
        """Match the paper's fields with the table's columns by name (LookupError if one lacks)."""
        self.paper = paper
        self.sealed = sealed
        self.table: Table = row.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
        self.key = next(c.name for c in self.table.primary_key if c.name != "currency")
        hints = typing.get_type_hints(paper)
        columns = [column.name for column in self.table.columns if column.name != "currency"]
        self.indices = tuple(index_of(name) for name in sealed.known_by) if sealed else ()
        order = columns[: len(columns) - len(self.indices)]
        fields = {field.name for field in dataclasses.fields(paper)}
        first = next(iter(self.table.columns)).name
        if fields != set(order) or first != "currency" or columns[len(order) :] != [*self.indices]:
            message = f"{paper.__name__} and {self.table.name} differ: {fields ^ set(order)}"
            raise LookupError(message)
        self._order = order
        self._values_of = attrgetter(*order)
        writes = [(place, _WRITE.get(_plain(hints[n]))) for place, n in enumerate(order, start=1)]
        self._write = [(place, write) for place, write in writes if write]
        self._read = [(name, _READ.get(_plain(hints[name]))) for name in order]
        self._places = {name: place for place, name in enumerate(order, start=1)}
        keys = {column.name for column in self.table.primary_key}
        self._kept = lru_cache(maxsize=_MOST_KEPT)(self._made)
        # These are append-only: another version is another day, and an old one is never changed.
        fixed = paper in {Terms, closings.Closing}
        self.updating = () if fixed else tuple(n for n in columns if n not in keys)

    def read(self, row: Row, opened: Callable[[str, bytes], str] | None = None) -> Any:  # noqa: ANN401 - a paper of self.paper
        """Make the paper of a row (all columns, the currency first).

        `opened` opens a sealed cell, given its column; what was opened is not kept in memory.
        A paper of an open row is: whoever pays often is read once, until a cell differs.
        """
        if self.sealed is None:
            return self._kept(row)
        values = self._values(row)
        if opened:
            for name in self.sealed.fields:
                values[name] = opened(name, values[name])
        return self.paper(**values)

    def _made(self, row: Row) -> Any:  # noqa: ANN401 - a paper of self.paper
        return self.paper(**self._values(row))

    def _values(self, row: Row) -> dict[str, Any]:
        return {
            name: value if value is None or read is None else read(value)
            for (name, read), value in zip(self._read, row[1 : len(self._read) + 1], strict=True)
        }

    def row(
        self, currency: str, paper: object, seal: Callable[[str, str], bytes] | None = None
    ) -> Row:
        """Make the row of a paper, without the columns that it is found by."""
        values: list[Any] = [currency, *self._values_of(paper)]
        for place, write in self._write:
            if values[place] is not None:
                values[place] = write(values[place])
        if seal and self.sealed:
            for name in self.sealed.fields:
                values[self._places[name]] = seal(name, values[self._places[name]])
        return tuple(values)

    def key_of(self, row: Row) -> str:
        """Give the paper's key from its row."""
        return str(row[self._places[self.key]])

    def subject(self, row: Row) -> str:
        """Name the subject whose key seals a row."""
        mark = self._sealed
        return f"{mark.subject}:{row[self._places[mark.of]]}"

    def subject_of(self, paper: object) -> str:
        """Name the subject whose key seals a paper."""
        mark = self._sealed
        return f"{mark.subject}:{getattr(paper, mark.of)}"

    def holds(self, row: Row) -> bool:
        """Say whether anything in a row is sealed."""
        return any(row[self._places[name]] for name in self._sealed.fields)

    @property
    def _sealed(self) -> Sealed:
        if self.sealed is None:
            message = f"nothing in {self.table.name} is sealed"
            raise LookupError(message)
        return self.sealed


def index_of(field: str) -> str:
    """Name the column by which a sealed field is found again."""
    return f"{field}_index"


def _plain(hint: object) -> object:
    """Strip `| None` and the parameters of a tuple or mapping from a type hint."""
    parts = [part for part in typing.get_args(hint) if part is not type(None)]
    origin = typing.get_origin(hint)
    if origin in {tuple, Mapping}:
        return origin
    return parts[0] if len(parts) == 1 else hint


_SEALED: Final = {
    papers.Identity: Sealed("identity", "id", ("name", "email", "iban"), ("email", "iban")),
    # A statement is kept and forgotten as a whole, whoever its lines name.
    papers.BankLine: Sealed(
        "statement", "statement", ("text", "counterparty", "iban", "note"), ("iban",)
    ),
    papers.PaymentFile: Sealed("payment-file", "id", ("content",)),
    standing.StandingConversion: Sealed("identity", "member", ("iban",)),
    iban_change.IbanChange: Sealed("identity", "member", ("iban",)),
    papers.Notice: Sealed("identity", "subject", ("address",)),
    # What lets a person in goes with its identity when that is erased.
    people.Factor: Sealed("identity", "person", ("secret",)),
    trail.Origin: Sealed("origin", "month", ("address",)),
}

SHELFMARKS: Final[dict[type, Shelfmark]] = {
    paper: Shelfmark(paper, row, _SEALED.get(paper))
    for paper, row in (
        (Terms, TermsRow),
        (TermsProposal, TermsProposalRow),
        (sealing.SealingKey, sealing_tables.SealingKeyRow),
        (sealing.SubjectKey, sealing_tables.SubjectKeyRow),
        (papers.Member, tables.MemberRow),
        (papers.Identity, tables.IdentityRow),
        (sealing.Erasure, sealing_tables.ErasureRow),
        (iban_change.IbanChange, sealing_tables.IbanChangeRow),
        (papers.Credential, tables.CredentialRow),
        (papers.Sponsor, tables.SponsorRow),
        (papers.Office, tables.OfficeRow),
        (papers.Campaign, tables.CampaignRow),
        (papers.PaymentRequest, tables.PaymentRequestRow),
        (papers.Redemption, tables.RedemptionRow),
        (papers.BankAccount, tables.BankAccountRow),
        (papers.FundOrder, tables.FundOrderRow),
        (papers.PaymentFile, payout_tables.PaymentFileRow),
        (standing.StandingConversion, payout_tables.StandingConversionRow),
        (standing.Collection, payout_tables.CollectionRow),
        (papers.Statement, tables.StatementRow),
        (papers.BankLine, tables.BankLineRow),
        (papers.Outstanding, tables.OutstandingRow),
        (papers.Correction, tables.CorrectionRow),
        (bookkeeping.Bookkeeping, bookkeeping_tables.BookkeepingRow),
        (bookkeeping.YearClosing, bookkeeping_tables.YearClosingRow),
        (conversions.HandConversion, conversion_tables.HandConversionRow),
        (papers.Notice, tables.NoticeRow),
        (people.Person, people_tables.PersonRow),
        (people.Grant, people_tables.GrantRow),
        (people.Session, people_tables.SessionRow),
        (closings.Backdated, closing_tables.BackdatedRow),
        (closings.Closing, closing_tables.ClosingRow),
        (closings.Reconciliation, closing_tables.ReconciliationRow),
        (closings.Remark, closing_tables.RemarkRow),
        (donations.Distribution, donation_tables.DistributionRow),
        (donations.DonationShare, donation_tables.DonationShareRow),
        (authorities.CollectionMandate, authority_tables.CollectionMandateRow),
        (authorities.Service, authority_tables.ServiceRow),
        (authorities.Price, authority_tables.PriceRow),
        (authorities.Takings, authority_tables.TakingsRow),
        (authorities.DailySheet, authority_tables.DailySheetRow),
        (disbursements.Consent, disbursement_tables.ConsentRow),
        (disbursements.WageRule, disbursement_tables.WageRuleRow),
        (disbursements.Announcement, disbursement_tables.AnnouncementRow),
        (disbursements.Run, disbursement_tables.DisbursementRunRow),
        (disbursements.Disbursement, disbursement_tables.DisbursementRow),
        (people.Factor, people_tables.FactorRow),
        (people.Invitation, people_tables.InvitationRow),
        (people.Guess, people_tables.GuessRow),
        (people.Challenge, people_tables.ChallengeRow),
        (trail.Origin, trail_tables.OriginRow),
        (trail.Denial, trail_tables.DenialRow),
    )
}

RULEBOOK_KINDS: Final = frozenset(
    {Terms, papers.Campaign, papers.BankAccount, papers.Sponsor, papers.Office, closings.Closing}
)
"""Papers that are part of the rulebook: writing one makes a new version of it."""


def puts(currency: str, written: Iterable[object]) -> list[Put]:
    """Make the rows of papers of which nothing is sealed."""
    return sort_puts((paper, SHELFMARKS[type(paper)].row(currency, paper)) for paper in written)


def sort_puts(written: Iterable[tuple[object, Row]]) -> list[Put]:
    """Sort papers' rows by table, in the order in which their foreign keys let them be written."""
    by_kind: dict[type, list[Row]] = {}
    for paper, row in written:
        by_kind.setdefault(type(paper), []).append(row)
    return [
        Put(mark.table, by_kind[kind], mark.updating)
        for kind, mark in SHELFMARKS.items()
        if kind in by_kind
    ]
