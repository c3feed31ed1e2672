"""What is due to be paid from each bank account, to whom, and what blocks it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ledger.banking.references import is_iban
from ledger.banking.sepa_file import LARGEST_CENTS
from ledger.banking.sepa_text import NAME_LENGTH, fold
from ledger.books.accounts import Fund
from ledger.books.context import Context
from ledger.books.iban_change import IbanChange
from ledger.books.journal import Json
from ledger.books.papers import BankAccount, FundOrder, Identity, Redemption, Rulebook
from ledger.money import EUR, format_minor
from ledger.operations.access import AUDITOR, TREASURER, require
from ledger.operations.ledger import Ledger
from ledger.rules.iban_change import known_at, waiting_at
from ledger.rules.payout import ORDERS, REDEMPTIONS, Outgoing, is_due
from ledger.rules.redemption import RETURNED

EEA: Final = frozenset(
    [
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE"),
        *("SI", "SK"),
    ]
)
"""Where a payment needs no postal address."""

BLOCKS: Final = {
    "no-iban": "there is no IBAN yet",
    "iban-invalid": "the IBAN is wrong",
    "iban-far": "the IBAN lies outside the European Economic Area; pay it by hand",
    "no-name": "there is no name that a bank can write",
    "too-much": "it is more than one payment can carry",
    "iban-changing": "the IBAN is being changed; wait until the change is in force or withdrawn",
    "returned": "the transfer came back; look at the IBAN, then let it go again",
    "refused": "the bank refused it; look at the reason, then let it go again",
}
"""Why a payment that is due goes into no file: sentences of the catalogues by their keys."""


@dataclass(frozen=True, slots=True)
class Due:
    """A payment that is due: to whom (in the bank's letters), where, and what blocks it."""

    paper: Outgoing
    kind: str
    account: str
    """Slug of the bank account that pays."""
    name: str
    iban: str
    block: str = ""
    """A key of BLOCKS; empty when the next file takes it."""


def list_dues(
    book: Rulebook,
    papers: Iterable[Outgoing],
    identities: Iterable[Identity],
    changes: Collection[IbanChange],
    at: datetime,
) -> list[Due]:
    """List what is due, the oldest first; what has no bank account to be paid from is not there.

    `changes` are those of the payees' IBANs: an account that is in doubt at `at` is not paid.
    """
    known, doubtful = known_at(identities, changes, at), waiting_at(changes, at)
    found: list[Due] = []
    for paper in papers:
        payer = _payer(book, paper)
        if payer is None or not is_due(paper):
            continue
        if isinstance(paper, Redemption):
            who = known.get(paper.member) or Identity(paper.member)
            kind, name, iban = REDEMPTIONS, who.name, who.iban
        else:
            kind, name, iban = ORDERS, book.name, _account(book, paper.target).iban
        due = Due(paper, kind, payer.slug, fold(name, NAME_LENGTH), iban)
        doubt = isinstance(paper, Redemption) and paper.member in doubtful
        found.append(replace(due, block=_block(due) or ("iban-changing" if doubt else "")))
    return sorted(found, key=_age)


def _age(due: Due) -> tuple[str, str]:
    paper = due.paper
    at = paper.requested_at if isinstance(paper, Redemption) else paper.ordered_at
    return at.isoformat(), paper.id


def _payer(book: Rulebook, paper: Outgoing) -> BankAccount | None:
    if isinstance(paper, Redemption):
        return book.fund_account(Fund("digital", paper.issuer))
    return book.bank_accounts.get(paper.source.removeprefix("bank:"))


def _account(book: Rulebook, name: str) -> BankAccount:
    return book.bank_accounts[name.removeprefix("bank:")]


def _block(due: Due) -> str:
    paper = due.paper
    if paper.state == "bounced" or paper.stopped == RETURNED:
        return "returned"
    tests = {
        "refused": bool(paper.stopped),
        "no-iban": not due.iban,
        "iban-invalid": not is_iban(due.iban),
        "iban-far": due.iban[:2] not in EEA,
        "no-name": not due.name,
        "too-much": paper.euros > LARGEST_CENTS,
    }
    return next((block for block, met in tests.items() if met), "")


def read_dues(ledger: Ledger, currency: str, context: Context) -> list[Due]:
    """Look up everything that is due now, for whoever pays."""
    require(context, TREASURER, AUDITOR)
    book, _ = ledger.reads.rulebook(currency)
    redemptions = ledger.reads.having(Redemption, currency, "state", ("approved", "bounced"))
    orders = ledger.reads.having(FundOrder, currency, "state", ("ordered",))
    members = {redemption.member for redemption in redemptions}
    identities = ledger.reads.having(Identity, currency, "id", members)
    changes = ledger.reads.having(IbanChange, currency, "member", members)
    return list_dues(book, [*redemptions, *orders], identities, changes, context.at)


def shown_due(due: Due, context: Context) -> dict[str, Json]:
    """Show a payment that is due, with the IBAN's last four; an auditor sees no name."""
    paper = due.paper
    told: dict[str, Json] = {
        "id": paper.id,
        "kind": due.kind,
        "account": due.account,
        "to": paper.member if isinstance(paper, Redemption) else paper.target,
        "euros": format_minor(paper.euros, EUR.scale),
        "reference": paper.reference,
        "state": paper.state,
        "blocked": due.block or None,
        "reason": paper.stopped or None,
    }
    if context.role != AUDITOR:
        told |= {"name": due.name, "iban_ends": due.iban[-4:] or None}
    return told
