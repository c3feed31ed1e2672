"""pain.008.001.08: direct debits (SEPA core) to one account of ours, under members' mandates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sepaxml import SepaDD
from stdnum.eu import at_02

from ledger.banking.sepa_file import fit_cents, fit_iban, fit_name, settled
from ledger.banking.sepa_text import TEXT_LENGTH, check_id, fold
from ledger.money import EUR

SCHEMA: Final = "pain.008.001.08"


@dataclass(frozen=True, slots=True)
class Debit:
    """One collection: from whom, how many euro cents, on which day, under which mandate."""

    name: str
    iban: str
    cents: int
    collect_on: date
    sequence: str
    """FRST or RCUR."""
    mandate: str
    signed_on: date
    end_to_end_id: str
    text: str


def is_creditor_id(text: str) -> bool:
    """Tell whether a text is a SEPA creditor identifier (AT-02): `FR72ZZZ123456`."""
    return bool(at_02.is_valid(text))


def write_pain008(  # noqa: PLR0913 - the parts of a collection order, each named at the call
    *,
    message_id: str,
    made_at: datetime,
    name: str,
    iban: str,
    creditor_id: str,
    debits: Sequence[Debit],
) -> bytes:
    """Write debits to the account `iban` of `name`, booked one by one; same values, same bytes.

    Raises UnfitPaymentError, or ValueError for what banks do not carry or the schema forbids.
    """
    config = {
        "name": fit_name(name),
        "IBAN": fit_iban(iban),
        "batch": True,
        "currency": EUR.code,
        "creditor_id": check_id(creditor_id),
    }
    order = SepaDD(config, schema=SCHEMA, clean=False)
    for debit in sorted(debits, key=lambda each: (each.collect_on, each.sequence)):
        order.add_payment(
            {
                "name": fit_name(debit.name),
                "IBAN": fit_iban(debit.iban),
                "amount": fit_cents(debit.cents),
                "type": debit.sequence,
                "collection_date": debit.collect_on,
                "mandate_id": check_id(debit.mandate),
                "mandate_date": debit.signed_on,
                "endtoend_id": check_id(debit.end_to_end_id),
                "description": fold(debit.text, TEXT_LENGTH),
            }
        )
    return settled(order.export(validate=False), SCHEMA, message_id, made_at)
