"""Down a version at a time and up again, with a town in the books: nothing of them changes."""

import secrets
from pathlib import Path

from api.dependencies import operator
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE, fill_demo
from ledger.operations.ledger import Ledger, migrate, open_ledger, secret_keys, signing_key
from ledger.proof.reader import open_source
from ledger.proof.verifier import verify

NEWEST, OLDEST = 21, 10


def said(ledger: Ledger) -> tuple[object, ...]:
    _, head = ledger.reads.rulebook(CODE)
    balances = ledger.reads.balances(CODE, ["member:alice", "bank:nef", "sponsor:grand-avignon"])
    return head.number, head.hash, balances


def test_books_go_down_and_up_again_as_they_were(database_url: str, tmp_path: Path) -> None:
    def opened() -> Ledger:
        ring = secret_keys(tmp_path / "secret-key")
        return open_ledger(database_url, signing_key(tmp_path / "key.pem"), ring)

    ledger = opened()
    fill_demo(ledger, operator(), lambda: secrets.token_urlsafe(16))
    assert not ledger.post_and_wait(CODE, Convert("alice", 10_00, "bank"), operator()).refused
    before = said(ledger)
    ledger.close()
    ring = secret_keys(tmp_path / "secret-key")
    for version in [*range(NEWEST - 1, OLDEST - 1, -1), *range(OLDEST + 1, NEWEST + 1)]:
        migrate(database_url, ring, to=f"{version:04}")
    ledger = opened()  # it would refuse a schema that is not the newest
    assert said(ledger) == before
    assert not ledger.post_and_wait(CODE, Convert("alice", 10_00, "bank"), operator()).refused
    ledger.close()
    with open_source(database_url) as source:
        report = verify(source)
    assert report.sound, report.problems
