"""Matching: what the books know of a set of lines, looked up at once, and what posts by itself.

Looking up is one question a kind of paper for a thousand lines, never one a line. What is certain
is explained in the bank's own order, in passes: a transfer that came back can only be explained
once it is known to have left, whichever of the two lines stands first in the file.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

from ledger.banking.references import find_broken_references
from ledger.books.accounts import receivable
from ledger.books.context import Context
from ledger.books.disbursements import Run
from ledger.books.journal import Json
from ledger.books.papers import (
    BankLine,
    FundOrder,
    Identity,
    Member,
    Outstanding,
    Redemption,
    Statement,
)
from ledger.books.standing import Collection
from ledger.money import EUR, format_minor
from ledger.operations.cause import SUSPEND
from ledger.operations.ledger import Ledger
from ledger.operations.line import PART, ExplainLine, authority_of_cause, entry_of
from ledger.rules.matching import Candidates, Proposal, propose, why
from ledger.rules.reversal import corrected_tally

AT_ONCE: Final = 1_000
"""Lines that are looked up together."""
_OPEN_ORDERS: Final = ("ordered", "left", "arrived-first")


class _Referenced(Protocol):
    @property
    def reference(self) -> str: ...


PaperT = TypeVar("PaperT", bound=_Referenced)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the lines of an import, counted as the bank booked them."""

    matched: int
    waiting: int


def explain_lines(
    ledger: Ledger, currency: str, context: Context, account: str, known: Iterable[str] = ()
) -> Fate:
    """Explain an account's new lines where it is certain; the rest wait in suspense.

    Lines of a statement that does not add up are left to a person. `known` are those that this
    import explained as it kept them, counted too.
    """
    marked = {s.id for s in ledger.reads.having(Statement, currency, "state", ["marked"])}
    order = ("booked_on", "statement", "ordinal", "id")
    new = ledger.reads.columns(BankLine, currency, {"state": "new", "account": account}, order)
    left = [id_ for _, statement, _, id_ in new if statement not in marked]
    matched = set(known)
    going = True
    while going and left:
        done = _post_certain(ledger, currency, context, left)
        left = [id_ for id_ in left if id_ not in done]
        matched |= done
        going = bool(done)
    waiting = _suspend(ledger, currency, context, left, account)
    return Fate(len(_booked(matched) - _booked(waiting)), len(_booked(waiting)))


def _post_certain(ledger: Ledger, currency: str, context: Context, ids: list[str]) -> set[str]:
    """Explain what is certain among lines; gives those that the books took."""
    done: set[str] = set()
    for lines in _read(ledger, currency, ids):
        steps = certain_steps(ledger, currency, context, lines)
        answers = ledger.note_many(currency, steps, context)
        # A certain cause that the books refuse (a member who left, say) waits for a person.
        done |= {o.line for o, a in zip(steps, answers, strict=True) if not a.refused}
    return done


def certain_steps(
    ledger: Ledger, currency: str, context: Context, lines: Sequence[BankLine]
) -> list[ExplainLine]:
    """Prepare the explanations that are certain; none where the terms leave them to a person."""
    book, _ = ledger.reads.rulebook(currency)
    if not (lines and book.terms_on(context.day).exact_matches_post):
        return []
    certain = [
        (line, proposals[0])
        for line, proposals in proposals_for(ledger, currency, lines, certain=True)
        if proposals and proposals[0].exact
    ]
    return [
        ExplainLine(
            e.id,
            e.account,
            p.cause,
            p.id,
            entry_of(ledger, currency, p.cause, p.id),
            authority_of_cause(ledger, currency, p.cause, p.id),
        )
        for e, p in certain
    ]


def _suspend(
    ledger: Ledger, currency: str, context: Context, ids: list[str], account: str
) -> set[str]:
    """Let lines wait, in parts, so that a long file does not fill the memory with answers."""
    done: set[str] = set()
    for start in range(0, len(ids), AT_ONCE):
        steps = [ExplainLine(id_, account, SUSPEND) for id_ in ids[start : start + AT_ONCE]]
        answers = ledger.note_many(currency, steps, context)
        done |= {o.line for o, a in zip(steps, answers, strict=True) if not a.refused}
    return done


def _read(ledger: Ledger, currency: str, ids: list[str]) -> Iterator[list[BankLine]]:
    """Read lines, so many at once, in the order of their ids."""
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        found = {line.id: line for line in ledger.reads.having(BankLine, currency, "id", some)}
        yield [found[id_] for id_ in some]


def proposals_for(
    ledger: Ledger, currency: str, lines: Sequence[BankLine], *, certain: bool = False
) -> list[tuple[BankLine, list[Proposal]]]:
    """Look up once what a set of lines could be about, and propose for each.

    `certain` leaves out what only ever makes a proposal for a person.
    """
    known = _Known(ledger, currency, lines)
    more = _More(ledger, currency, lines) if not certain else None
    found = []
    for line in lines:
        candidates = known.candidates(line)
        if more:
            candidates = more.added(line, candidates)
        found.append((line, propose(line, candidates)))
    return found


class _Known:
    """What can make a line certain."""

    def __init__(self, ledger: Ledger, currency: str, lines: Sequence[BankLine]) -> None:
        """Ask one question a kind of paper."""
        having = ledger.reads.having
        references = {reference for line in lines for reference in line.references}
        ibans = {line.iban for line in lines if line.iban}
        book, _ = ledger.reads.rulebook(currency)
        self._members = _by_reference(having(Member, currency, "reference", references))
        self._sponsors = {s.reference: s for s in book.sponsors.values()}
        self._redemptions = _by_reference(having(Redemption, currency, "reference", references))
        self._orders = _by_reference(having(FundOrder, currency, "reference", references))
        self._collections = _by_reference(having(Collection, currency, "reference", references))
        self._runs = _by_reference(having(Run, currency, "reference", references))
        self._own = {account.iban: account.slug for account in book.bank_accounts.values()}
        self._transfers = having(FundOrder, currency, "state", _OPEN_ORDERS)
        self._identities: defaultdict[str, list[Identity]] = defaultdict(list)
        for identity in having(Identity, currency, "iban", ibans):
            self._identities[identity.iban].append(identity)
        holders = {i.id for those in self._identities.values() for i in those}
        self._theirs: defaultdict[str, list[Redemption]] = defaultdict(list)
        for redemption in having(Redemption, currency, "member", holders):
            self._theirs[redemption.member].append(redemption)
        self._outstanding: defaultdict[tuple[str, int], list[Outstanding]] = defaultdict(list)
        for entry in having(Outstanding, currency, "state", ["open"]):
            self._outstanding[entry.account, entry.amount].append(entry)
        claims = ledger.reads.accounts_like(currency, receivable(""))
        self._claims = {name.partition(":")[2]: cents for name, cents in claims.items() if cents}
        self._past = self._taken(ledger, currency, [line for line in lines if line.amount < 0])

    def candidates(self, line: BankLine) -> Candidates:
        """Gather what one line could be about."""
        identities = self._identities[line.iban] if line.iban else []
        return Candidates(
            members=[self._members[r] for r in line.references if r in self._members],
            sponsors=[self._sponsors[r] for r in line.references if r in self._sponsors],
            redemptions=[self._redemptions[r] for r in line.references if r in self._redemptions],
            orders=[self._orders[r] for r in line.references if r in self._orders],
            collections=[self._collections[r] for r in line.references if r in self._collections],
            runs=[self._runs[r] for r in line.references if r in self._runs],
            identities=identities,
            outstanding=self._outstanding[line.account, line.amount],
            transfers=self._transfers,
            own=self._own,
            theirs=[r for identity in identities for r in self._theirs[identity.id]],
            past=[each for each in self._past if _akin(line, each, self._about(line))],
            claims=self._claims,
        )

    def _about(self, line: BankLine) -> set[str]:
        """Name the members and the debits whose references a line bears."""
        known = (self._members, self._collections)
        return {papers[r].id for papers in known for r in line.references if r in papers}

    def _taken(self, ledger: Ledger, currency: str, out: list[BankLine]) -> list[BankLine]:
        """Find lines that became units and were not taken back, for those that went out."""
        having = ledger.reads.having
        ibans = {line.iban for line in out if line.iban}
        about = {id_ for line in out for id_ in self._about(line)}
        past = having(BankLine, currency, "iban", ibans) + having(
            BankLine, currency, "about", about
        )
        wanted = {-line.amount for line in out}
        found = {
            e.id: e for e in past if e.cause in {"conversion", "collection"} and e.amount in wanted
        }
        names = {id_: corrected_tally(e.explained_by or e.entry or 0) for id_, e in found.items()}
        counts = ledger.reads.tallies(currency, names.values())
        return [each for id_, each in found.items() if not counts[names[id_]]]


class _More:
    """What only ever makes a proposal: earlier lines of the same IBAN, names in the text."""

    def __init__(self, ledger: Ledger, currency: str, lines: Sequence[BankLine]) -> None:
        """Ask one question a kind of paper."""
        having = ledger.reads.having
        ibans = {line.iban for line in lines if line.iban}
        self._memory: defaultdict[tuple[str, bool], Counter[tuple[str, str]]]
        self._memory = defaultdict(Counter)
        for each in having(BankLine, currency, "iban", ibans):
            if each.state == "matched" and each.cause in _LASTING:
                self._memory[each.iban, each.amount > 0][each.cause, each.about] += 1
        words = {word for line in lines for word in _slugs(line.text)}
        self._ids = {member.id for member in having(Member, currency, "id", words)}
        self._sent = having(Redemption, currency, "state", ["sent"])

    def added(self, line: BankLine, candidates: Candidates) -> Candidates:
        """Add to what one line could be about."""
        places = {m.reference: ("conversion", m.id) for m in candidates.members}
        places |= {s.reference: ("deposit", s.id) for s in candidates.sponsors}
        places |= {r.reference: ("redemption", r.id) for r in candidates.redemptions}
        places |= {r.reference: ("disbursement", r.id) for r in candidates.runs}
        places |= {word: ("conversion", word) for word in _slugs(line.text) if word in self._ids}
        return replace(
            candidates,
            remembered=self._memory[line.iban, line.amount > 0] if line.iban else {},
            named=_in_order(line.text, places),
            sent=self._sent,
            broken_references=find_broken_references(line.text),
        )


_LASTING: Final = frozenset({"conversion", "deposit", "bank-fee", "interest", "card"})
"""Causes that what a person said of one line says something of the next."""


def _slugs(text: str) -> list[str]:
    """List the words of a text that could be the id of a member."""
    return [word.strip("€;:()[]/·,.!?\"'").casefold() for word in text.split()]


def _in_order(text: str, places: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """Sort what is named by where the text first names it, spaces inside references apart."""
    bare = "".join(text.casefold().split())
    spots = {bare.find(name.casefold()): named for name, named in places.items()}
    return list(dict.fromkeys(named for spot, named in sorted(spots.items()) if spot >= 0))


def _akin(line: BankLine, earlier: BankLine, about: set[str]) -> bool:
    """Say whether a line that went out has the IBAN, member or debit of one that came in."""
    if line.amount != -earlier.amount:
        return False
    return earlier.about in about or bool(line.iban and line.iban == earlier.iban)


def list_lines(  # noqa: PLR0913 - a filtered page in a language
    ledger: Ledger,
    currency: str,
    *,
    state: str | None,
    after: str,
    limit: int,
    language: str = "en",
) -> list[dict[str, Json]]:
    """List lines by id behind `after`; those that wait (or are new) with their proposals."""
    ledger.reads.rulebook(currency)
    states = {None: ("new", "waiting", "matched"), "waiting": ("new", "waiting")}
    found = ledger.reads.page(
        BankLine, currency, {"state": states.get(state, (state,))}, after=after, limit=limit
    )
    waiting = [line for line in found if line.state != "matched"]
    proposals = {line.id: those for line, those in proposals_for(ledger, currency, waiting)}
    return [shown(line, proposals.get(line.id, ()), language) for line in found]


def shown(
    line: BankLine, proposals: Sequence[Proposal] = (), language: str = "en"
) -> dict[str, Json]:
    """Show a line with what it may be."""
    return {
        "id": line.id,
        "account": line.account,
        "booked_on": line.booked_on.isoformat(),
        "direction": "credit" if line.amount > 0 else "debit",
        "euros": _euros(line.amount),
        "references": list(line.references),
        "text": line.text,
        "counterparty": line.counterparty,
        "iban": line.iban,
        "returned": line.returned or None,
        "state": line.state,
        "cause": line.cause or None,
        "about": line.about or None,
        "entry": line.entry,
        "explained_by": line.explained_by,
        "owner": line.owner or None,
        "note": line.note,
        "proposals": [_proposed(proposal, language) for proposal in proposals],
    }


def _proposed(proposal: Proposal, language: str) -> dict[str, Json]:
    told: dict[str, Json] = {
        "cause": proposal.cause,
        "id": proposal.id,
        "exact": proposal.exact,
        "reason": why(proposal, language),
    }
    if proposal.parts:
        told["parts"] = [
            {"cause": part.cause, "id": part.id, "euros": _euros(part.amount)}
            for part in proposal.parts
        ]
    return told


def _euros(cents: int) -> str:
    return format_minor(abs(cents), EUR.scale)


def _booked(ids: Iterable[str]) -> set[str]:
    """Name lines as the bank booked them: the parts of a batch are one."""
    return {id_.partition(PART)[0] for id_ in ids}


def _by_reference(papers: Sequence[PaperT]) -> dict[str, PaperT]:
    return {paper.reference: paper for paper in papers}
