"""Reversal: a correction is another entry that names the one it corrects; nothing is edited."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ledger.books import accounts
from ledger.books.accounts import SUSPENSE, public_name
from ledger.books.journal import Entry, Plan, Posting, Tally
from ledger.books.papers import BankLine, Correction, Outstanding, Redemption
from ledger.refusals import CannotCorrect, SamePerson

CORRECTABLE: Final = frozenset({"conversion", "payment", "deposit", "redemption-approval"})


def corrected_tally(entry: int) -> str:
    """Name the count that lets an entry be corrected once."""
    return f"corrected:{entry}"


def check_correctable(entry: Entry, *, corrected: int, refunded: int) -> None:
    """Refuse an entry that is not corrected this way (CannotCorrect says why)."""
    if entry.kind not in CORRECTABLE:
        why = f"an entry of kind {entry.kind} is settled by its own operation."
        raise CannotCorrect(entry=entry.number, why=why)
    if corrected:
        raise CannotCorrect(entry=entry.number, why="it was corrected already.")
    if refunded:
        raise CannotCorrect(entry=entry.number, why="a part of it was refunded already.")


def plan_reversal(  # noqa: PLR0913 - what a reversal touches, each named at the call
    entry: Entry,
    correction: Correction,
    *,
    number: int,
    approver: str,
    line: BankLine | None,
    outstanding: Outstanding | None,
    redemption: Redemption | None,
    balances: Mapping[str, int],
) -> Plan:
    """Plan the reversal of an entry: every arrow back, every count given back.

    Euros that came by a bank `line` are still at the bank, so they stand in suspense and the line
    waits for its true cause. An entry made by hand is no longer `outstanding`. The units of a
    redemption go back to the wallet. `number` is that of the new entry, `balances` those of the
    accounts that the old one touched.

    Raises SamePerson; CannotCorrect when what it brought is spent or a redemption has moved on.
    """
    if correction.proposed_by == approver:
        raise SamePerson
    renamed, papers = _settled(entry, line, outstanding, redemption)
    postings = tuple(
        Posting(
            renamed.get(posting.target, posting.target),
            renamed.get(posting.source, posting.source),
            posting.amount,
            posting.asset,
        )
        for posting in reversed(entry.postings)
    )
    _check_unspent(entry, postings, balances)
    back = (Tally(tally.name, -tally.change, tally.limit) for tally in entry.tallies)
    done = replace(correction, state="done", approved_by=approver, entry=number)
    return Plan(
        kind="correction",
        postings=postings,
        tallies=(*back, Tally(corrected_tally(entry.number), 1, 1)),
        papers=(*papers, done),
        facts={"corrects": entry.number} | ({"line": line.id} if line else {}),
        memo=correction.reason,
        answer={
            "id": correction.id,
            "corrects": entry.number,
            "state": done.state,
            "postings": [posting.shown() for posting in postings],
        },
    )


def _settled(
    entry: Entry,
    line: BankLine | None,
    outstanding: Outstanding | None,
    redemption: Redemption | None,
) -> tuple[dict[str, str], list[object]]:
    """Give the accounts that stand in for others on the way back, and the papers that change."""
    renamed: dict[str, str] = {}
    papers: list[object] = []
    if redemption is not None:
        if redemption.state not in {"approved", "bounced"}:
            why = f"the redemption {redemption.id} is {redemption.state}."
            raise CannotCorrect(entry=entry.number, why=why)
        papers.append(replace(redemption, state="corrected"))
        renamed[accounts.held(redemption.id)] = accounts.member(redemption.member)
    if line is not None:
        papers.append(replace(line, state="waiting", cause="suspense", explained_by=None))
        renamed[accounts.bank(line.account)] = SUSPENSE
    elif outstanding is not None:
        if outstanding.state == "matched":
            # The bank told of it after the approval was prepared: its euros are at the bank.
            why = "the bank has just told of it; approve once more."
            raise CannotCorrect(entry=entry.number, why=why)
        papers.append(replace(outstanding, state="corrected"))
    return renamed, papers


def _check_unspent(
    entry: Entry, postings: tuple[Posting, ...], balances: Mapping[str, int]
) -> None:
    """Refuse to take units out of a wallet that has passed them on (CannotCorrect names it)."""
    for posting in postings:
        wallet = posting.source.startswith(("member:", "gift:"))
        if wallet and balances[posting.source] < posting.amount:
            why = f"{public_name(posting.source)} has spent a part of it."
            raise CannotCorrect(entry=entry.number, why=why)
