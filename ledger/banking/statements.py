"""What a bank statement says, whatever the format it came in: frozen values, exact amounts.

A reader fills these classes and adds no opinion. Three rules hold for every format:

- an amount keeps the digits of the file and is never negative; `direction` says which way it went;
- only booked lines are here: pending and informative entries are left out and warned about;
- what is odd but harmless becomes a warning, what makes a figure uncertain is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ledger.refusals import UnreadableStatement


class Direction(StrEnum):
    """Which way the money went, seen from the account: in (credit) or out (debit)."""

    CREDIT = "credit"
    DEBIT = "debit"


@dataclass(frozen=True, slots=True)
class Balance:
    """What the bank says is on the account; `amount` is negative when overdrawn.

    `kind` is the bank's word for it: OPBD, CLBD, PRCD... in camt, 01 and 07 in CFONB120.
    """

    amount: Decimal
    currency: str
    on: date
    kind: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One payment inside a line; a line of a batch has several.

    `amount` is None when the bank does not give the share of this payment. `references` are the
    structured ones (ISO 11649 or the bank's own). `ids` holds the other identifiers and qualified
    texts as (name, value), in the words of the format.
    """

    amount: Decimal | None
    currency: str | None
    direction: Direction
    end_to_end_id: str | None = None
    references: tuple[str, ...] = ()
    text: str = ""
    counterparty: str | None = None
    counterparty_iban: str | None = None
    ids: tuple[tuple[str, str], ...] = ()
    return_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One booked entry of the account.

    `reversal` says that it undoes an earlier line; the direction is already that of the money.
    `booked_on` is None when the bank leaves the day to the statement. `ordinal` tells apart lines
    that nothing else tells apart in their file: 1 for the first, 2 for the next.
    """

    amount: Decimal
    currency: str
    direction: Direction
    booked_on: date | None
    value_on: date | None
    bank_reference: str | None = None
    status: str | None = None
    reversal: bool = False
    text: str = ""
    details: tuple[Detail, ...] = ()
    ordinal: int = 1

    @property
    def itemised(self) -> bool:
        """Whether the details all have an amount and together make the line, to the last digit.

        When they do not, the line counts and the details only help to recognise it.
        """
        total = Decimal(0)
        for detail in self.details:
            if detail.amount is None or detail.currency != self.currency:
                return False
            same_way = detail.direction is self.direction
            total += detail.amount if same_way else -detail.amount
        return bool(self.details) and total == self.amount


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of one account.

    `account` is the IBAN, or the number as the file gives it; `servicer` completes a national
    number with the codes of bank and branch, and is empty otherwise. A table (CSV) may not say
    whose it is; then `account` is empty.
    """

    format: str
    id: str | None
    account: str
    currency: str | None
    opening: Balance | None
    closing: Balance | None
    lines: tuple[Line, ...]
    warnings: tuple[str, ...] = ()
    servicer: str = ""

    @property
    def credits(self) -> Decimal:
        """The sum of what came in."""
        return _total(line.amount for line in self.lines if line.direction is Direction.CREDIT)

    @property
    def debits(self) -> Decimal:
        """The sum of what went out, as a positive amount."""
        return _total(line.amount for line in self.lines if line.direction is Direction.DEBIT)

    @property
    def balanced(self) -> bool | None:
        """Whether opening + credits - debits = closing; None when one of the two is not given."""
        if self.opening is None or self.closing is None:
            return None
        if not self.opening.currency == self.closing.currency == self.currency:
            return False
        return self.opening.amount + self.credits - self.debits == self.closing.amount

    @property
    def entries(self) -> int:
        """How many booked lines there are."""
        return len(self.lines)

    @property
    def transactions(self) -> int:
        """How many payments there are: the details of a line that has some, else the line."""
        return sum(max(1, len(line.details)) for line in self.lines)


def inspection(statement: Statement) -> dict[str, object]:
    """Describe a statement as the JSON object that `comptoir statement inspect --json` prints."""
    return {
        "format": statement.format,
        "id": statement.id,
        "iban": statement.account or None,
        "currency": statement.currency,
        "opening": _shown(statement.opening),
        "closing": _shown(statement.closing),
        "entries": statement.entries,
        "transactions": statement.transactions,
        "credits": format(statement.credits, "f"),
        "debits": format(statement.debits, "f"),
        "balanced": statement.balanced,
        "warnings": list(statement.warnings),
    }


def minor(amount: Decimal, scale: int) -> int:
    """Count an amount in minor units (cents at scale 2), exactly.

    Raises UnreadableStatement when the amount has a digit other than zero beyond the scale: the
    books cannot hold it, and rounding would make them differ from the bank.
    """
    if not amount.is_finite():
        raise UnreadableStatement(why=f"{amount} is not an amount")
    numerator, denominator = amount.as_integer_ratio()
    units_in_one: int = 10**scale
    units, rest = divmod(numerator * units_in_one, denominator)
    if rest:
        raise UnreadableStatement(why=f"the amount {amount:f} has more than {scale} decimals")
    return units


def _total(amounts: Iterable[Decimal]) -> Decimal:
    """Add amounts, keeping the most decimals among them; nothing at all is 0.00.

    Amounts have at most 18 digits, so a million of them stay inside the 28 of the context.
    """
    every = list(amounts)
    return sum(every, Decimal(0)) if every else Decimal("0.00")


def _shown(balance: Balance | None) -> dict[str, str] | None:
    if balance is None:
        return None
    return {"amount": format(balance.amount, "f"), "date": balance.on.isoformat()}
