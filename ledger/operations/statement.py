"""Bank statements: read, kept once however often they come, and each line explained."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final, TypeAlias, TypedDict

from ledger.banking.archive import unpacked
from ledger.banking.detect import read_one
from ledger.banking.identity import line_key
from ledger.banking.ownership import is_of
from ledger.banking.references import find_references, is_reference, mask_iban, normalise_iban
from ledger.banking.statements import Direction, Line, minor
from ledger.banking.statements import Statement as Read
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import BankAccount, BankLine, Rulebook, Statement
from ledger.money import EUR, format_minor
from ledger.operations.access import TREASURER, require
from ledger.operations.disbursement import credit_funded
from ledger.operations.ledger import Answer, Ledger
from ledger.operations.line import PART, ExplainLine
from ledger.operations.matching import AT_ONCE, certain_steps, explain_lines
from ledger.refusals import NotIdentified, StatementOfUnknownAccount, Unknown, UnreadableStatement
from ledger.store.shelf import Needs, Shelf

ACCEPTED: Final = "accepted"
MARKED: Final = "marked"
LONGEST_TEXT: Final = 1_000
KEPT_AT_ONCE: Final = 250
"""How many lines of a statement are kept by one entry: with the explanation of each they go into
one commit of the writer, so that a line is written once, explained.
"""
_Step: TypeAlias = "RegisterStatement | ExplainLine"


@dataclass(frozen=True, slots=True)
class RegisterStatement:
    """Keep a statement and those of its lines that are not here yet."""

    statement: Statement
    lines: tuple[BankLine, ...]

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        names = dict.fromkeys(name for line in self.lines for name in _names(line.id))
        lines = tuple((BankLine, name) for name in names)
        return Needs(papers=((Statement, self.statement.id), *lines))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        new = [line for line in self.lines if not _is_here(shelf, line.id)]
        known = shelf.paper(Statement, self.statement.id)
        statement = replace(self.statement, imported_at=shelf.at, imported_by=context.person)
        papers = new if known is not None else [statement, *new]
        return Plan(
            kind="statement",
            papers=tuple(papers),
            facts={
                "account": statement.account,
                "statement": statement.id,
                "file": statement.file_hash,
                "new": _booked(new),
            },
            sealed=bool(papers),
            answer={"new": _booked(new), "duplicates": _booked(self.lines) - _booked(new)},
        )


def _is_here(shelf: Shelf, id_: str) -> bool:
    """Say whether a line is known: as this part of a batch, or whole, or in other parts."""
    return any(shelf.paper(BankLine, name) is not None for name in _names(id_))


def _names(id_: str) -> tuple[str, ...]:
    """Name a line as it may be known: whole, and as the first part of a batch."""
    whole = id_.partition(PART)[0]
    return whole, f"{whole}{PART}1"


def _booked(lines: Iterable[BankLine]) -> int:
    """Count lines as the bank booked them: the parts of a batch are one."""
    return len({line.id.partition(PART)[0] for line in lines})


def import_statement(  # noqa: PLR0913 - what an import is made of
    ledger: Ledger, currency: str, context: Context, *, account: str, data: bytes, name: str = ""
) -> dict[str, Json]:
    """Import a bank file for an account: keep its statements, explain what explains itself.

    The same file again, or one that overlaps, adds nothing twice. Safe to repeat after a crash:
    what was kept and not explained is explained then.

    Raises UnreadableStatement, Unknown for the account, StatementOfUnknownAccount.
    """
    require(context, TREASURER)
    book, _ = ledger.reads.rulebook(currency)
    own = book.bank_accounts.get(account)
    if own is None:
        raise Unknown(what="bank account", id=account)
    read = _read(ledger, data, name)
    mine = [each for each in read if is_of(each[0], own.iban)]
    if not mine:
        raise StatementOfUnknownAccount(ending=mask_iban(read[0][0].account), slug=account)
    parts = [_keep(ledger, currency, context, own, *one) for one in _in_order(mine)]
    format_, others = mine[0][0].format, len(read) - len(mine)
    del read, mine  # a long file fills the memory, and what is left is explained from the books
    matched = {line for part in parts for line in part["matched"]}
    fate = explain_lines(ledger, currency, context, account, matched)
    credit_funded(ledger, currency, context)
    warnings = [warning for part in parts for warning in part["warnings"]]
    if others:
        warnings.append(f"{others} statements of other accounts in the file were left out")
    first, last = parts[0], parts[-1]
    return {
        "statement": last["statement"],
        "statements": [part["statement"] for part in parts],
        "format": format_,
        "opening": first["opening"],
        "closing": last["closing"],
        "lines": sum(part["lines"] for part in parts),
        "new": sum(part["new"] for part in parts),
        "duplicates": sum(part["duplicates"] for part in parts),
        "matched": fate.matched,
        "waiting": fate.waiting,
        "warnings": warnings,
    }


def _read(ledger: Ledger, data: bytes, name: str) -> list[tuple[Read, str]]:
    """Read a file, or each file of a zip: the statements, each with the hash of its file."""
    return [
        (statement, hashlib.sha256(content).hexdigest())
        for inner, content in unpacked(data, name)
        for statement in read_one(content, inner, ledger.profiles)
    ]


def _keep(  # noqa: PLR0913, PLR0917 - one statement on its way into the books
    ledger: Ledger, currency: str, context: Context, own: BankAccount, read: Read, file_hash: str
) -> "_Part":
    doubts = _doubts(ledger, currency, own, read)
    warnings = [*read.warnings, *_gap(ledger, currency, own, read), *doubts]
    if not read.account:
        warnings.append(f"the file does not name its account; it was taken to be of {own.slug}")
    if read.currency not in {None, EUR.code}:
        raise UnreadableStatement(why=f"the account is kept in {read.currency}, not in EUR")
    id_ = _statement_id(own, read)
    statement = Statement(
        id=id_,
        account=own.slug,
        format=read.format,
        bank_id=read.id or "",
        opening=None if read.opening is None else minor(read.opening.amount, EUR.scale),
        opening_on=None if read.opening is None else read.opening.on,
        closing=None if read.closing is None else minor(read.closing.amount, EUR.scale),
        closing_on=None if read.closing is None else read.closing.on,
        state=MARKED if doubts else ACCEPTED,
        warnings=tuple(warnings),
        file_hash=file_hash,
        imported_at=context.at,
        imported_by=context.person,
        lines=sum(bool(line.amount) for line in read.lines),
    )
    lines = _lines(own, statement, read, context.day)
    kept, matched = _keep_lines(ledger, currency, context, statement, lines)
    new, duplicates = (
        sum(int(str(answer.json()[what])) for answer in kept) for what in ("new", "duplicates")
    )
    return {
        "statement": id_,
        "opening": None if statement.opening is None else format_minor(statement.opening, 2),
        "closing": None if statement.closing is None else format_minor(statement.closing, 2),
        "lines": new + duplicates,
        "new": new,
        "duplicates": duplicates,
        "warnings": warnings,
        "matched": matched,
    }


def _keep_lines(
    ledger: Ledger,
    currency: str,
    context: Context,
    statement: Statement,
    lines: Iterable[BankLine],
) -> tuple[list[Answer], list[str]]:
    """Keep the lines of a statement; gives the answers, and the lines explained on the way."""
    known = ledger.reads.paper(Statement, currency, statement.id)
    marked = (known or statement).state == MARKED  # its lines are left to a person
    parts = _in_parts(lines)
    kept: list[Answer] = []
    matched: list[str] = []

    def hear(asked: Sequence[_Step], answers: Iterable[Future[Answer]]) -> None:
        for operation, future in zip(asked, answers, strict=True):
            answer = future.result()
            if isinstance(operation, RegisterStatement):
                kept.append(answer)
            elif not answer.refused:
                matched.append(operation.line)

    under_way: deque[tuple[Sequence[_Step], list[Future[Answer]]]] = deque()
    while some := list(islice(parts, AT_ONCE // KEPT_AT_ONCE)):
        for asked in _asked(ledger, currency, context, statement, some, explaining=not marked):
            if len(under_way) > 1:
                hear(*under_way.popleft())
            under_way.append((asked, ledger.begin_many(currency, asked, context)))
    while under_way:
        hear(*under_way.popleft())
    if any(answer.refused for answer in kept):  # the role was checked: the credential is gone
        raise NotIdentified
    return kept, matched


def _asked(  # noqa: PLR0913 - what is kept, for whom, and whether it is explained
    ledger: Ledger,
    currency: str,
    context: Context,
    statement: Statement,
    parts: Sequence[tuple[BankLine, ...]],
    *,
    explaining: bool,
) -> Iterator[list[_Step]]:
    """Prepare to keep parts of a statement, behind each what is certain of its new lines.

    What is posted together meets in one commit: the lines are looked up, sealed and written once.
    Where it does not, the explanation finds the line in the books.
    """
    lines = [line for part in parts for line in part] if explaining else []
    names = {name for line in lines for name in _names(line.id)}
    here = ledger.reads.known(BankLine, currency, names)
    new = [line for line in lines if here.isdisjoint(_names(line.id))]
    certain = {step.line: step for step in certain_steps(ledger, currency, context, new)}
    for part in parts:
        explained = (certain[line.id] for line in part if line.id in certain)
        yield [RegisterStatement(statement, part), *explained]


def _in_parts(lines: Iterable[BankLine]) -> Iterator[tuple[BankLine, ...]]:
    """Gather lines to be kept together, the payments of one batch never apart; one part at least.

    A long statement is kept in several entries: each fits in the memory, and others get their
    turn in between.
    """
    part: list[BankLine] = []
    for line in lines:
        if len(part) >= KEPT_AT_ONCE and line.ordinal != part[-1].ordinal:
            yield tuple(part)
            part = []
        part.append(line)
    yield tuple(part)


class _Part(TypedDict):
    """What became of one statement of a file."""

    statement: str
    opening: str | None
    closing: str | None
    lines: int
    new: int
    duplicates: int
    warnings: list[str]
    matched: list[str]
    """Lines that were explained as they were kept."""


def _lines(own: BankAccount, statement: Statement, read: Read, today: date) -> Iterable[BankLine]:
    """Give the lines by their days: what happened first is explained first."""
    last = statement.closing_on or today
    numbered = enumerate(read.lines, start=1)
    for ordinal, line in sorted(numbered, key=lambda each: each[1].booked_on or last):
        whole = f"{own.slug}-{line_key(read, line)[:32]}"
        for place, part in _parts(line):
            cents = minor(part.amount, EUR.scale)
            if not cents:
                continue
            said = _texts(part)
            counterparty = next((d.counterparty for d in part.details if d.counterparty), None)
            iban = next((d.counterparty_iban for d in part.details if d.counterparty_iban), None)
            yield BankLine(
                id=f"{whole}{place}",
                account=own.slug,
                statement=statement.id,
                ordinal=ordinal,
                booked_on=line.booked_on or last,
                amount=cents if part.direction is Direction.CREDIT else -cents,
                references=_references(part, said),
                text=said[:LONGEST_TEXT],
                counterparty=counterparty or "",
                iban=normalise_iban(iban or ""),
                returned=_returned(part),
            )


def _parts(line: Line) -> Iterable[tuple[str, Line]]:
    """Take a batch apart where its payments make its amount: each is explained on its own."""
    if len(line.details) == 1 or not line.itemised:
        return [("", line)]
    return [
        (
            f"{PART}{place}",
            replace(line, amount=d.amount or Decimal(0), direction=d.direction, details=(d,)),
        )
        for place, d in enumerate((d for d in line.details if d.amount), start=1)
    ]


def _returned(line: Line) -> str:
    """Say why the money of an earlier payment came back, if this line brings it."""
    reason = next((d.return_reason for d in line.details if d.return_reason), None)
    return reason or ("reversal" if line.reversal else "")


def _texts(line: Line) -> str:
    """Join what a line says, once each: its own text, its payments' texts and end-to-end ids."""
    texts = [line.text]
    for detail in line.details:
        texts += [detail.text, detail.end_to_end_id or "", *detail.references]
    return " · ".join(dict.fromkeys(text for text in texts if text))


def _references(line: Line, said: str) -> tuple[str, ...]:
    given = [detail.end_to_end_id or "" for detail in line.details]
    given += [reference for detail in line.details for reference in detail.references]
    structured = [normalise_iban(text) for text in given if is_reference(text)]
    return tuple(dict.fromkeys([*structured, *find_references(said)]))


def _statement_id(own: BankAccount, read: Read) -> str:
    parts = (own.slug, read.id, read.opening, read.closing, len(read.lines), read.credits)
    return f"{own.slug}-{hashlib.sha256(repr(parts).encode()).hexdigest()[:16]}"


def _in_order(read: Iterable[tuple[Read, str]]) -> list[tuple[Read, str]]:
    """Sort statements by their opening day, so that the chain of balances can be followed."""
    return sorted(read, key=lambda each: each[0].opening.on if each[0].opening else date.max)


def _doubts(ledger: Ledger, currency: str, own: BankAccount, read: Read) -> list[str]:
    """Say what keeps the lines of a statement from being booked without a person."""
    doubts = []
    if read.balanced is False:
        doubts.append("the closing balance does not follow from the opening and the lines")
    family = _family(read.format)
    known = ledger.reads.having(Statement, currency, "account", [own.slug])
    others = {s.id: s.format for s in known if _family(s.format) != family}
    days = {line.booked_on for line in read.lines if line.booked_on}
    if others and days:
        # Each format names a line in its own way, so the same line would come in twice.
        wanted = {
            "statement": tuple(sorted(others)),
            "booked_on": tuple(sorted(day.isoformat() for day in days)),
        }
        doubts += [
            f"the lines of {line.booked_on} are here already, from a file in another format "
            f"({others[line.statement]}): explain what is missing by hand"
            for line in ledger.reads.page(BankLine, currency, wanted, limit=1)
        ]
    return doubts


def _family(format_: str) -> str:
    """Tell formats that name their lines alike: all of camt, all tables."""
    return format_.replace(":", ".").partition(".")[0]


def _gap(ledger: Ledger, currency: str, own: BankAccount, read: Read) -> list[str]:
    """Warn when the opening is not the closing of the statement before."""
    if read.opening is None:
        return []
    known = ledger.reads.having(Statement, currency, "account", [own.slug], order="closing_on")
    day = read.closing.on if read.closing else read.opening.on
    before = [
        s
        for s in known
        if s.state == ACCEPTED and s.closing_on and s.closing_on < day and s.closing is not None
    ]
    opening = minor(read.opening.amount, EUR.scale)
    if not before or before[-1].closing == opening:
        return []
    last = before[-1]
    warning = (
        f"the opening {format_minor(opening, 2)} of {read.opening.on} is not the closing "
        f"{format_minor(last.closing or 0, 2)} of {last.closing_on}: statements may be missing "
        "between the two"
    )
    return [warning]
