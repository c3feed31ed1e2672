"""Small CFONB120 files, built to order: each function writes one record of 120 characters."""

ENDS = {"+": "{ABCDEFGHI", "-": "}JKLMNOPQR"}


def overpunched(cents: int) -> str:
    """Write cents in 14 characters, the last one carrying the sign."""
    digits = str(abs(cents)).rjust(14, "0")
    return digits[:13] + ENDS["-" if cents < 0 else "+"][int(digits[13])]


def record(  # noqa: PLR0913 - a record has that many parts
    kind: str,
    *,
    bank: str = "12345",
    currency: str = "EUR",
    decimals: str = "2",
    account: str = "00012345678",
    code: str = "  ",
    day: str = "020326",
    rest: str = "",
    amount: str = " " * 14,
    tail: str = "",
) -> str:
    """Write any record; `rest` is what follows the date, up to the amount."""
    head = f"{kind}{bank}    00001{currency}{decimals} {account}{code}{day}"
    return (head + rest.ljust(50) + amount + tail).ljust(120)


def opening(cents: int, **changes: str) -> str:
    """Write a 01."""
    return record("01", amount=overpunched(cents), **changes)


def closing(cents: int, **changes: str) -> str:
    """Write a 07."""
    return record("07", amount=overpunched(cents), **changes)


def movement(  # noqa: PLR0913 - a movement has that many parts
    cents: int,
    label: str = "VIR SEPA",
    *,
    reason: str = "  ",
    valued: str = "030326",
    number: str = "0000000",
    tail: str = "",
    **changes: str,
) -> str:
    """Write a 04."""
    rest = f"{reason}{valued}{label.ljust(31)}  {number}  "
    return record("04", code="05", rest=rest, amount=overpunched(cents), tail=tail, **changes)


def complement(qualifier: str, text: str, **changes: str) -> str:
    """Write a 05."""
    return record("05", code="05", **changes)[:40] + f"     {qualifier}{text.ljust(70)}  "


def file(*records: str) -> bytes:
    """Join records into a file."""
    return "".join(f"{each}\n" for each in records).encode()
