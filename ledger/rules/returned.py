"""Returns: the bank takes back the euros of a conversion, as far as the wallet still allows.

What is left of the units goes out of circulation with its euros. What was spent stays in
circulation: the fund lacks its euros until somebody brings them, and the member owes them, to the
cent. A spent gift stays with the sponsor, whom the association never gives euros it has not got.
"""

from collections.abc import Mapping

from ledger.books import accounts
from ledger.books.accounts import DONATIONS, DONATIONS_OWED, campaign_of
from ledger.books.journal import Entry, Plan, Posting, Tally
from ledger.money import EUR, Asset, format_minor
from ledger.refusals import LineDoesNotFit, Unknown
from ledger.rules.parity import cents_at_par, whole_units
from ledger.rules.reversal import corrected_tally


def converted_cents(entry: Entry) -> int:
    """Give the euros that a conversion brought (cents), its bonus apart.

    Raises Unknown for another kind of entry.
    """
    if entry.kind != "conversion":
        raise Unknown(what="conversion", id=str(entry.number))
    return entry.postings[0].amount


def plan_return(
    entry: Entry, *, euros: int, place: str, unit: Asset, balances: Mapping[str, int]
) -> Plan:
    """Plan what leaves `place` (the bank, or suspense) when a conversion's money is taken back.

    `balances` are those of the accounts that the conversion touched. Raises LineDoesNotFit for
    another amount (cents), Unknown when the entry is no conversion.
    """
    if converted_cents(entry) != euros:
        why = f"the conversion was of {format_minor(converted_cents(entry), EUR.scale)} EUR."
        raise LineDoesNotFit(id=str(entry.number), why=why)
    member = str(entry.facts["member"])
    bought, issue = entry.postings[:2]
    units = whole_units(min(balances[issue.target], issue.amount), unit)
    cents = cents_at_par(units, unit)
    postings = []
    if units:
        postings.append(Posting(issue.target, issue.source, units, unit))
        postings.append(Posting(place, bought.source, cents, EUR))
    if euros - cents:
        postings.append(Posting(place, accounts.receivable(member), euros - cents, EUR))
    gifts, tallies = _gifts_back(entry, unit, balances)
    postings += [*gifts, *_donation_back(entry, balances)]
    return Plan(
        kind="conversion-return",
        postings=tuple(postings),
        tallies=(*tallies, Tally(corrected_tally(entry.number), 1, 1)),
        facts={"corrects": entry.number, "member": member, "missing": euros - cents},
        answer={
            "corrects": entry.number,
            "member": member,
            "euros": format_minor(euros, EUR.scale),
            "missing": format_minor(euros - cents, EUR.scale),
            "postings": [posting.shown() for posting in postings],
        },
    )


def _gifts_back(
    entry: Entry, unit: Asset, balances: Mapping[str, int]
) -> tuple[list[Posting], list[Tally]]:
    """Give what is left of the bonus back to its sponsors, with the counts that it took."""
    postings: list[Posting] = []
    given: dict[str, tuple[int, int]] = {}
    for paid, gift in zip(entry.postings, entry.postings[1:], strict=False):
        if not gift.target.startswith("gift:"):
            continue
        units = whole_units(min(balances[gift.target], gift.amount), unit)
        cents = cents_at_par(units, unit)
        given[campaign_of(gift.target)] = cents, paid.amount
        if units:
            postings.append(Posting(gift.target, gift.source, units, unit))
            postings.append(Posting(paid.target, paid.source, cents, EUR))
    tallies = []
    for tally in entry.tallies:
        back, whole = given[tally.name.split(":")[1]]
        change = tally.change * back // whole
        if change:
            tallies.append(Tally(tally.name, -change, tally.limit))
    return postings, tallies


def _donation_back(entry: Entry, balances: Mapping[str, int]) -> list[Posting]:
    """Take back what is still owed of the donation: the euros it was a share of are gone."""
    found = []
    for posting in entry.postings:
        if posting.source.startswith(DONATIONS_OWED):
            owed = min(posting.amount, -balances[posting.source])
            if owed:
                found.append(Posting(DONATIONS, posting.source, owed, EUR))
    return found
