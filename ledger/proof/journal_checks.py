"""Is it the journal that was written: numbers, chain, clock, head, and the signed checkpoints."""

import operator

from ledger.proof.book import NONE, Book, Problems, Sheet
from ledger.proof.canonical import GENESIS, entry_hash, rebuilt_bytes
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.problems import problem
from ledger.proof.rows import KeptCheckpoint
from ledger.proof.tree import Frontier


class Numbers:
    """Entry numbers run 1, 2, 3 ... and each entry names the one before."""

    def __init__(self, book: Book) -> None:
        """Start before the first entry."""
        self._book = book

    def entry(self, sheet: Sheet) -> Problems:
        """See Check."""
        number, last = sheet.entry.number, self._book.last
        if number == last + 1 and (sheet.entry.previous or 0) == last:
            return NONE
        if number <= last:
            return [problem("twice", entry=number, before=last)]
        if number > last + 1:
            return [problem("gap", entry=last + 1, before=last, number=number)]
        return [problem("previous", entry=number, previous=sheet.entry.previous)]

    def end(self) -> Problems:
        """See Check."""
        return NONE


class Chain:
    """Each entry hashes to its hash, the one before included; the currency keeps the last."""

    def __init__(self, book: Book) -> None:
        """Start before the first entry."""
        self._book = book
        self._hash = GENESIS

    def entry(self, sheet: Sheet) -> Problems:
        """See Check. Goes on from the hash that stands there, so that one change is one problem."""
        entry = sheet.entry
        sealed = entry_hash(self._hash, rebuilt_bytes(self._book.code, entry, sheet.postings))
        self._hash = entry.hash
        return NONE if sealed == entry.hash else [problem("chain", entry=entry.number)]

    def end(self) -> Problems:
        """See Check."""
        head, last = self._book.currency, self._book.last
        if head.head_number != last:
            return [problem("head", entry=head.head_number, last=last)]
        return NONE if head.head_hash == self._hash else [problem("head-hash", entry=last)]


class Clock:
    """Time does not go backwards (texts of instants sort as instants do)."""

    def __init__(self, book: Book) -> None:
        """Start before the first entry."""
        self._book = book
        self._at = ""

    def entry(self, sheet: Sheet) -> Problems:
        """See Check."""
        at, self._at = self._at, sheet.entry.at
        return NONE if at <= self._at else [problem("clock", entry=sheet.entry.number)]

    def end(self) -> Problems:
        """See Check."""
        if self._at <= self._book.currency.head_at:
            return NONE
        return [problem("head-time", entry=self._book.last)]


class Checkpoints:
    """Every checkpoint is signed, and the entries up to it still have its root."""

    def __init__(self, book: Book) -> None:
        """Queue the checkpoints by size, the one given from outside among them."""
        self._book = book
        self._frontier = Frontier()
        self._hash = GENESIS
        queue: list[KeptCheckpoint | Checkpoint] = [*book.checkpoints]
        if book.against:
            queue.append(book.against)
        self._queue = sorted(queue, key=operator.attrgetter("size"), reverse=True)
        self._next = self._queue[-1].size if self._queue else -1

    def entry(self, sheet: Sheet) -> Problems:
        """See Check."""
        # A checkpoint of the empty journal is met here, before the first entry.
        problems = self._met() if self._next == 0 else NONE
        self._hash = sheet.entry.hash
        self._frontier.append(self._hash)
        return problems + self._met() if self._next == self._frontier.size else problems

    def end(self) -> Problems:
        """See Check."""
        problems = self._met() if self._next == 0 else NONE
        ahead = [
            problem("checkpoint-ahead", entry=checkpoint.size, last=self._frontier.size)
            for checkpoint in reversed(self._queue)
        ]
        return problems + ahead

    def _met(self) -> Problems:
        problems: Problems = []
        while self._queue and self._queue[-1].size == self._frontier.size:
            problems += self._judged(self._queue.pop())
        self._next = self._queue[-1].size if self._queue else -1
        return problems

    def _judged(self, kept: KeptCheckpoint | Checkpoint) -> Problems:
        checkpoint = self._read(kept)
        key = self._book.key
        wrong = []
        if checkpoint.root != self._frontier.root:
            wrong.append("checkpoint-root")
        if checkpoint.head_hash != self._hash:
            wrong.append("checkpoint-head")
        if isinstance(kept, KeptCheckpoint) and kept.peaks != self._frontier.to_bytes():
            wrong.append("checkpoint-peaks")
        if key and not checkpoint.holds(key):
            wrong.append("checkpoint-signature")
        return [problem(slug, entry=checkpoint.size) for slug in wrong]

    def _read(self, kept: KeptCheckpoint | Checkpoint) -> Checkpoint:
        if isinstance(kept, Checkpoint):
            return kept
        size, root, head_hash, _, at, key_id, signature = kept
        return Checkpoint(self._book.code, size, root, head_hash, at, key_id, signature)
