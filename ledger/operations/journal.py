"""The journal as it is read: entries with their arrows, hashes and receipts."""

from ledger.books.journal import Entry, Json
from ledger.operations.ledger import Ledger
from ledger.proof.receipt import Receipt, sign_receipt
from ledger.refusals import Unknown
from ledger.store.papers import instant_text

__all__ = ["check_receipt", "receipt_of", "shown"]


def shown(entry: Entry) -> dict[str, Json]:
    """Show an entry without what people wrote: the journal is pseudonymous."""
    return {
        "entry": entry.number,
        "at": instant_text(entry.at),
        "kind": entry.kind,
        "actor": entry.actor,
        "facts": dict(entry.facts),
        "postings": [posting.shown() for posting in entry.postings],
        "hash": entry.hash.hex(),
        "previous_hash": entry.previous_hash.hex(),
    }


def receipt_of(ledger: Ledger, entry: Entry) -> str:
    """Give a receipt of an entry, signed by itself: the same word every time it is asked."""
    return str(sign_receipt(ledger.key, entry.currency, entry.number, entry.hash))


def check_receipt(ledger: Ledger, word: str) -> tuple[Receipt, Entry] | None:
    """Check a receipt: its signature, and that the journal still says the same; None if not."""
    try:
        receipt = Receipt.parse(word)
    except ValueError:
        return None
    if not receipt.holds(ledger.key.public_key()):
        return None
    entry = ledger.reads.entry(receipt.currency, receipt.number)
    if entry is None or entry.hash != receipt.hash:
        return None
    return receipt, entry


def read_journal(ledger: Ledger, currency: str, *, after: int, limit: int) -> list[dict[str, Json]]:
    """List entries in order behind a number."""
    ledger.reads.rulebook(currency)
    return [shown(entry) for entry in ledger.reads.entries(currency, after=after, limit=limit)]


def read_entry(ledger: Ledger, currency: str, number: int) -> dict[str, Json]:
    """Give an entry with its receipt, or refuse an unknown number."""
    entry = ledger.reads.entry(currency, number)
    if entry is None:
        raise Unknown(what="entry", id=str(number))
    return {**shown(entry), "receipt": receipt_of(ledger, entry)}
