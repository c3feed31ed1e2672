"""Small camt messages, built to order: each function writes one element."""

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
OURS = "FR7630006000011234567890189"
THEIRS = "FR1420041010050500013M02606"

WRAPPERS = {
    "camt.052": ("BkToCstmrAcctRpt", "Rpt"),
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


def amount(value: str, currency: str = "EUR") -> str:
    """Write an amount with its currency."""
    return f'<Amt Ccy="{currency}">{value}</Amt>'


def balance(  # noqa: PLR0913 - a balance has that many parts
    kind: str,
    value: str,
    *,
    on: str = "2026-03-02",
    sign: str | None = "CRDT",
    currency: str = "EUR",
    when: str = "Dt",
) -> str:
    """Write a balance."""
    indicator = "" if sign is None else f"<CdtDbtInd>{sign}</CdtDbtInd>"
    day = f"<Dt><{when}>{on}</{when}></Dt>" if on else ""
    tp = f"<Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
    return f"<Bal>{tp}{amount(value, currency)}{indicator}{day}</Bal>"


def entry(  # noqa: PLR0913 - an entry has that many parts
    value: str = "20.00",
    *,
    sign: str = "CRDT",
    status: str = "<Sts>BOOK</Sts>",
    booked: str = "2026-03-02",
    valued: str = "2026-03-02",
    reference: str = "",
    details: str = "",
    extra: str = "",
    currency: str = "EUR",
) -> str:
    """Write an entry; an empty text leaves its element out."""
    parts = (
        amount(value, currency),
        f"<CdtDbtInd>{sign}</CdtDbtInd>" if sign else "",
        extra,
        status,
        f"<BookgDt><Dt>{booked}</Dt></BookgDt>" if booked else "",
        f"<ValDt><Dt>{valued}</Dt></ValDt>" if valued else "",
        f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else "",
        f"<NtryDtls>{details}</NtryDtls>" if details else "",
    )
    return f"<Ntry>{''.join(parts)}</Ntry>"


def detail(inside: str = "") -> str:
    """Write the details of one transaction."""
    return f"<TxDtls>{inside}</TxDtls>"


def account(number: str = f"<IBAN>{OURS}</IBAN>", currency: str = "EUR") -> str:
    """Write the account of a statement."""
    stated = f"<Ccy>{currency}</Ccy>" if currency else ""
    return f"<Acct><Id>{number}</Id>{stated}</Acct>"


def statement(*parts: str, identifier: str = "S-1", holder: str | None = None) -> str:
    """Write a statement, to be wrapped by `message`."""
    stated = f"<Id>{identifier}</Id>" if identifier else ""
    return f"{stated}{account() if holder is None else holder}{''.join(parts)}"


def message(
    *statements: str, kind: str = "camt.053", version: str = "08", header: str | None = None
) -> str:
    """Write a whole message around statements."""
    wrapper, name = WRAPPERS[kind]
    top = "<GrpHdr><MsgId>M-1</MsgId></GrpHdr>" if header is None else header
    inside = "".join(f"<{name}>{each}</{name}>" for each in statements)
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{kind}.001.{version}"
    return f'<Document xmlns="{namespace}"><{wrapper}>{top}{inside}</{wrapper}></Document>'


def one(*parts: str) -> bytes:
    """Write a message of one statement, as bytes."""
    return message(statement(*parts)).encode()
