"""pain.001.001.09: credit transfers from one account of ours, as a file that a bank executes.

No postal address is written: inside the EEA none is needed, and since November 2026 banks refuse
those that are not structured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sepaxml import SepaTransfer

from ledger.banking.sepa_file import fit_cents, fit_iban, fit_name, settled
from ledger.banking.sepa_text import TEXT_LENGTH, check_id, fold
from ledger.money import EUR

SCHEMA: Final = "pain.001.001.09"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment: to whom, how many euro cents, under which identification and text."""

    name: str
    iban: str
    cents: int
    end_to_end_id: str
    text: str


def write_pain001(  # noqa: PLR0913 - the parts of a payment order, each named at the call
    *,
    message_id: str,
    made_at: datetime,
    name: str,
    iban: str,
    execute_on: date,
    transfers: Sequence[Transfer],
) -> bytes:
    """Write transfers from the account `iban` of `name`, all on one day, booked one by one.

    The same values give the same bytes. Raises UnfitPaymentError, or ValueError for an
    identification that banks do not carry or a file that misses the schema.
    """
    config = {
        "name": fit_name(name),
        "IBAN": fit_iban(iban),
        "batch": True,
        "currency": EUR.code,
    }
    order = SepaTransfer(config, schema=SCHEMA, clean=False)
    for transfer in transfers:
        order.add_payment(
            {
                "name": fit_name(transfer.name),
                "IBAN": fit_iban(transfer.iban),
                "amount": fit_cents(transfer.cents),
                "execution_date": execute_on,
                "endtoend_id": check_id(transfer.end_to_end_id),
                "description": fold(transfer.text, TEXT_LENGTH),
            }
        )
    return settled(order.export(validate=False), SCHEMA, message_id, made_at)
