"""Members that another program knew: registered once each, however often the sheet comes.

A member is known again by the id that the sheet gives it, else by its e-mail address, which the
vault finds without opening any other. The name under which the other program knew a person is
often the person's own, so it never reaches the books: the ids made here are told beside it, for
the old balances.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.books.context import Context
from ledger.books.journal import Json
from ledger.books.opening import Balance, OldMember
from ledger.books.papers import Identity, Member
from ledger.operations.access import TREASURER, require
from ledger.operations.ledger import Ledger
from ledger.operations.member import RegisterMember
from ledger.rules.parity import cents_at_par

_AT_ONCE: Final = 1_000
"""How many addresses are looked up by one question."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a sheet of members."""

    new: int
    known: int
    refused: tuple[Json, ...]
    """For each refused row its place, slug and facts."""
    ids: dict[str, str]
    """The id in the books of each place of the sheet."""
    balances: tuple[Balance, ...]
    """What the members' wallets held, where the sheet says it."""


def import_members(  # noqa: PLR0913 - what an import is made of
    ledger: Ledger,
    currency: str,
    context: Context,
    *,
    members: Sequence[OldMember],
    status: str = "active",
    dry: bool = False,
) -> Imported:
    """Register the members of a sheet that the books do not know; `dry` registers none.

    Safe to repeat after a crash: who was registered is known again. Raises NotAtPar for a wallet
    that euros cannot equal.
    """
    require(context, TREASURER)
    book, _ = ledger.reads.rulebook(currency)
    held = {m.place: cents_at_par(m.units, book.unit) for m in members if m.units}
    ids = _known(ledger, currency, members)
    new = [member for member in members if member.place not in ids]
    made = {
        member.place: member.id or f"{context.fresh_id}{ordinal:x}"
        for ordinal, member in enumerate(new)
    }
    steps = [_registered(member, made[member.place], status) for member in new]
    answers = [] if dry else ledger.note_many(currency, steps, context)
    refused = [
        {"place": member.place, **answer.json()}
        for member, answer in zip(new, answers, strict=False)
        if answer.refused
    ]
    for told in refused:
        del made[str(told["place"])]
    ids |= made
    balances = [Balance("member", ids[at], cents) for at, cents in held.items() if at in ids]
    return Imported(len(made), len(members) - len(new), tuple(refused), ids, tuple(balances))


def _registered(member: OldMember, id_: str, status: str) -> RegisterMember:
    return RegisterMember(
        id=id_,
        kind=member.kind,
        name=member.name,
        email=member.email,
        iban=member.iban,
        status=status,
        commune=member.commune,
        born_on=member.born_on,
    )


def _known(ledger: Ledger, currency: str, members: Sequence[OldMember]) -> dict[str, str]:
    """Find who is registered: by the sheet's id, or by the address where it gives none."""
    ids = ledger.reads.known(Member, currency, {member.id for member in members if member.id})
    emails = sorted({member.email for member in members if not member.id})
    found = [
        identity
        for start in range(0, len(emails), _AT_ONCE)
        for identity in ledger.reads.having(
            Identity, currency, "email", emails[start : start + _AT_ONCE]
        )
    ]
    registered = ledger.reads.known(Member, currency, {each.id for each in found})
    by_email = {each.email.casefold(): each.id for each in found if each.id in registered}
    known = {member.place: member.id for member in members if member.id in ids}
    return known | {
        member.place: by_email[member.email.casefold()]
        for member in members
        if not member.id and member.email.casefold() in by_email
    }
