"""The journal as hledger reads it: each entry a transaction, euros and units side by side.

Accounts keep their names, so `hledger bal` shows what the desks show. The last transaction moves
nothing and asserts every balance, so that `hledger check` itself says whether it adds up alike.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from ledger.books.accounts import account_of
from ledger.books.journal import Entry, Posting
from ledger.money import EUR, Asset, format_minor

_AT_ONCE: Final = 500


def hledger_pieces(
    entries: Iterable[Entry],
    opening: Mapping[str, int],
    unit: Asset,
    *,
    first: date | None,
    title: str,
) -> Iterator[bytes]:
    """Write entries as a journal in pieces; `opening` are minor units by account before `first`."""
    assets = {EUR.code: EUR, unit.code: unit}
    balances = dict(opening)
    written = [f"; {_one_line(title)}\n"]
    for code, asset in assets.items():
        point = "." if asset.scale == 0 else f".{'0' * asset.scale}"
        written.append(f'commodity 1000{point} "{code}"\n')
    if opening and first is not None:
        written.append(f"\n{first.isoformat()} * opening\n")
        written += [f"    {name}    {_amount(b, name, unit)}\n" for name, b in opening.items()]
    last = first
    for number, entry in enumerate(entries, 1):
        last = entry.day if last is None else max(last, entry.day)
        if not entry.postings:
            continue
        written.append(f"\n{entry.day.isoformat()} * ({entry.number}) {_one_line(entry.kind)}\n")
        for posting in entry.postings:
            written += _sides(posting)
            balances[posting.source] = balances.get(posting.source, 0) - posting.amount
            balances[posting.target] = balances.get(posting.target, 0) + posting.amount
        if number % _AT_ONCE == 0:
            yield "".join(written).encode()
            written.clear()
    if last is not None and balances:
        written.append(f"\n{last.isoformat()} * balances\n")
        for name, balance in sorted(balances.items()):
            nothing = _amount(0, name, unit)
            written.append(f"    {name}    {nothing} = {_amount(balance, name, unit)}\n")
    yield "".join(written).encode()


def _sides(posting: Posting) -> tuple[str, str]:
    amount = format_minor(posting.amount, posting.asset.scale)
    code = posting.asset.code
    return (
        f'    {posting.source}    -{amount} "{code}"\n',
        f'    {posting.target}    {amount} "{code}"\n',
    )


def _amount(minor: int, name: str, unit: Asset) -> str:
    asset = account_of(name, unit).asset
    return f'{format_minor(minor, asset.scale)} "{asset.code}"'


def _one_line(text: str) -> str:
    return " ".join(text.split())
