"""Reversal: a correction is another entry that names the one it corrects; nothing is edited."""

from dataclasses import replace
from typing import Final

from ledger.books import accounts
from ledger.books.journal import Entry, Plan, Posting, Tally
from ledger.books.papers import Correction, Redemption
from ledger.refusals import AccountLimit, CannotCorrect, SamePerson

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


def plan_reversal(
    entry: Entry,
    correction: Correction,
    *,
    approver: str,
    place: str | None = None,
    redemption: Redemption | None = None,
) -> Plan:
    """Plan the reversal of an entry: every arrow back, every count given back.

    `place` replaces the bank account when its euros came by a bank line: they are still at the
    bank, so they stand in suspense again. The units of a redemption go back to the wallet.

    Raises SamePerson, or CannotCorrect when a redemption was not bounced or is not open.
    """
    if correction.proposed_by == approver:
        raise SamePerson
    papers: list[object] = []
    renamed: dict[str, str] = {}
    if redemption is not None:
        if redemption.state not in {"approved", "bounced"}:
            why = f"the redemption {redemption.id} is {redemption.state}."
            raise CannotCorrect(entry=entry.number, why=why)
        papers.append(replace(redemption, state="corrected"))
        renamed[accounts.held(redemption.id)] = accounts.member(redemption.member)
    postings = []
    for posting in entry.postings:
        source, target = posting.target, posting.source
        if place is not None and source.startswith("bank:"):
            source = place
        postings.append(
            Posting(
                renamed.get(source, source),
                renamed.get(target, target),
                posting.amount,
                posting.asset,
            )
        )
    back = (Tally(tally.name, -tally.change, tally.limit) for tally in entry.tallies)
    done = replace(correction, state="done", approved_by=approver)
    return Plan(
        kind="correction",
        postings=tuple(postings),
        tallies=(*back, Tally(corrected_tally(entry.number), 1, 1)),
        papers=(*papers, done),
        facts={"corrects": entry.number},
        memo=correction.reason,
        answer={
            "id": correction.id,
            "corrects": entry.number,
            "state": "done",
            "postings": [posting.shown() for posting in postings],
        },
    )


def spent_already(entry: Entry, limit: AccountLimit) -> CannotCorrect:
    """Say in a correction's words that an account can no longer give back what it received."""
    why = f"what it brought was spent meanwhile ({limit.facts['account']})."
    return CannotCorrect(entry=entry.number, why=why)
