"""The night of a currency in use: gifts end, forgotten lines are explained, books are signed."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.dependencies import operator
from ledger.books.papers import BankLine, Statement
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE, fill_demo
from ledger.operations.ledger import Ledger, Operation, open_ledger
from ledger.operations.nightly import do_nightly
from ledger.operations.reference import reference_for
from ledger.operations.statement import RegisterStatement
from ledger.proof import verifier
from ledger.proof.reader import open_source
from ledger.refusals import Unknown
from tests.reliability.town import RING

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = date(2026, 3, 2)
NUMBERS = iter(range(10**6))


def post(ledger: Ledger, operation: Operation) -> None:
    context = replace(operator(at=NOON), key=f"key-{next(NUMBERS)}")
    answer = ledger.post_and_wait(CODE, operation, context)
    assert not answer.refused, answer.body


def left_behind(state: str) -> RegisterStatement:
    """Make the first half of an import that was cut before it explained its lines."""
    statement = Statement(
        id=f"nef-{state}",
        account="nef",
        format="camt.053.001.08",
        bank_id=state,
        opening=0,
        opening_on=DAY,
        closing=4_500,
        closing_on=DAY,
        state=state,
        warnings=(),
        file_hash="00",
        imported_at=NOON,
        imported_by="treasurer",
        lines=2,
    )
    line = BankLine(
        id=f"{state}-1",
        account="nef",
        statement=statement.id,
        ordinal=1,
        booked_on=DAY,
        amount=2_000,
        references=(reference_for(CODE, "member", "alice"),),
        text="VIREMENT",
        counterparty="",
        iban="",
    )
    strange = replace(line, id=f"{state}-2", ordinal=2, amount=2_500, references=(), text="?")
    return RegisterStatement(statement, (line, strange))


def test_a_night_does_what_is_due_and_a_second_one_nothing(database_url: str) -> None:
    with closing(open_ledger(database_url, KEY, RING)) as ledger:
        fill_demo(ledger, operator(at=NOON), lambda: f"token-{next(NUMBERS)}")
        post(ledger, Convert("bruno", 1_000, "cash", "comptoir-halles"))
        post(ledger, left_behind("accepted"))
        post(ledger, left_behind("marked"))
        first = do_nightly(ledger, CODE, operator(at=NOON))
        assert (first.expired, first.matched, first.waiting) == (0, 1, 1)
        assert ledger.reads.balances(CODE, ["member:alice"])["member:alice"] == 2_000
        marked = ledger.reads.having(BankLine, CODE, "state", ["new"])
        assert [line.id for line in marked] == ["marked-1", "marked-2"]
        again = do_nightly(ledger, CODE, operator(at=NOON))
        assert again == replace(first, matched=0, waiting=0, checkpoint=None)
        last_day = NOON + timedelta(days=180)
        assert do_nightly(ledger, CODE, operator(at=last_day)).expired == 0
        later = do_nightly(ledger, CODE, operator(at=last_day + timedelta(days=1)))
        assert later.expired == 2
        assert set(ledger.reads.accounts_like(CODE, "gift:").values()) == {0}
        assert do_nightly(ledger, CODE, operator(at=last_day + timedelta(days=1))).expired == 0
        with pytest.raises(Unknown):
            do_nightly(ledger, "nowhere", operator())
    with open_source(database_url) as source:
        assert verifier.verify(source, KEY.public_key(), None, None).sound
