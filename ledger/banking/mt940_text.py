"""The words of an MT940 movement: field :86: in its three dialects.

    166?00GUTSCHRIFT?20EREF+A-1?21SVWZ+Miete?31DE89...?32Anna   German and Polish banks: subfields
    /EREF/A-1//NAME/Anna/REMI/Huur mei/IBAN/NL91...              Dutch, Belgian, Nordic: slash codes
    GIRO 428428 KPN BETALINGSKENM. 5314                          anything else: a text

Words help to recognise a payment and never decide an amount, so what is not understood is kept as
text. A line of 65 characters, or a subfield of 27, was cut there and goes on without a space.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ledger.banking.references import is_iban, is_reference, normalise_iban
from ledger.banking.statements import Detail, Line
from ledger.banking.text import tidy

_WIDTH: Final = 65
_TAG: Final = 4
_SUBFIELD: Final = 27
_STRUCTURED: Final = re.compile(r"(?:[0-9]{3})?([?~<^!|+@])(?=[0-9]{2})", re.ASCII)
_SLASHED: Final = re.compile(
    r"/(EREF|KREF|MREF|CRED|DEBT|MARF|CSID|NAME|IBAN|BIC|REMI|CNTP|BENM|ORDP|ULTB|ULTD|ULTC|PURP|"
    r"TRTP|RTRN|TRCD|PREF|IREF|ISDT|INIT|ADDR|EXCH|OCMT|CHGS|SVCL|CREF|RREF|AREF|USTD|STRD|ID)/"
)
_CODED: Final = re.compile(
    r"(?<![A-Z])(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|RREF|PURP|SQTP|MTLG)[+:]\s?"
)
_POSTING: Final = "00"
_PURPOSE: Final = (*(f"{n}" for n in range(20, 30)), *(f"{n}" for n in range(60, 66)))
_BANK: Final = "30"
_ACCOUNT: Final = "31"
_NAME: Final = ("32", "33")
_RETURN: Final = "34"
_SENT_BACK: Final = "9"
"""Only codes of the 900s say why a payment came back; 000 stands on ordinary ones."""
_NOTHING: Final = frozenset({"", "NONREF", "NOTPROVIDED", "NOREF"})

_Ids = list[tuple[str, str]]


def read_words(
    told: Sequence[str], line: Line, *, ours: str, more: str, kind: str
) -> tuple[str, Detail]:
    """Read what a movement says: the bank's word for it, and the payment.

    `told` are the lines of its :86:, `ours` the customer's reference of :61:, `more` the
    supplementary details under it, `kind` the code of the operation.
    """
    text = _joined(told)
    ids: _Ids = [("kind", kind.strip())]
    if ours not in _NOTHING:
        ids.append(("reference", ours))
    structured = _STRUCTURED.match(text)
    if structured is not None:
        word, said = _subfields(text[structured.start(1) :], structured[1])
    elif _SLASHED.match(text):
        word, said = "", _slashed(text)
    else:
        word, said = "", {"text": tidy(text)}
    ids += [(name, value) for name, value in said.items() if name not in _SHOWN and value]
    iban = normalise_iban(said.get("iban", ""))
    detail = Detail(
        amount=line.amount,
        currency=line.currency,
        direction=line.direction,
        end_to_end_id=_end_to_end(said.get("end", ""), ours),
        references=_references(said.get("structured", "")),
        text=tidy(f"{said.get('text', '')} {more}"),
        counterparty=said.get("name") or None,
        counterparty_iban=iban if is_iban(iban) else None,
        ids=tuple(ids),
        return_reason=said.get("return") or None,
    )
    return word, detail


_SHOWN: Final = frozenset({"iban", "end", "structured", "text", "name", "return"})


def _end_to_end(end: str, ours: str) -> str | None:
    if end.upper() not in _NOTHING:
        return end
    return None if ours.upper() in _NOTHING or ours.endswith("+") else ours


def _references(text: str) -> tuple[str, ...]:
    return (text,) if is_reference(text) else ()


def _joined(lines: Sequence[str], width: int = _WIDTH) -> str:
    """Put the lines of a field together: one that was full was cut in the middle of a word."""
    text = ""
    for position, line in enumerate(lines):
        text += line
        full = len(line) == width or (position == 0 and len(line) == width - _TAG)
        text += "" if full else " "
    return text.strip()


def _subfields(text: str, mark: str) -> tuple[str, dict[str, str]]:
    """Read `?20...?21...`: the posting text, and what the purpose says in codes."""
    parts: dict[str, str] = {}
    purpose: list[str] = []
    for piece in text.split(mark)[1:]:
        name, value = piece[:2], piece[2:]
        if name in _PURPOSE:
            purpose.append(value)
        else:
            parts[name] = f"{parts[name]}{value}" if name in parts else value
    said = _coded(_glued(purpose))
    account = tidy(parts.pop(_ACCOUNT, ""))
    if account:
        # Before SEPA the account was a national number, which only names it inside its bank.
        said["iban" if is_iban(account) else "account"] = account
    said["name"] = tidy("".join(parts.pop(name, "") for name in _NAME)) or said.get("name", "")
    if parts.get(_RETURN, "").startswith(_SENT_BACK):
        said["return"] = tidy(parts.pop(_RETURN))
    word = tidy(parts.pop(_POSTING, ""))
    said |= {f"?{name}": tidy(value) for name, value in parts.items()}
    return word, said


def _glued(parts: Iterable[str]) -> str:
    text = ""
    for part in parts:
        text += part if len(part) == _SUBFIELD else part + " "
    return text.strip()


def _coded(text: str) -> dict[str, str]:
    """Read `EREF+A-1 SVWZ+Miete`; a text without codes is the purpose."""
    pieces = _CODED.split(text)
    said = {"text": tidy(pieces[0])}
    for name, value in zip(pieces[1::2], pieces[2::2], strict=True):
        key = {"EREF": "end", "SVWZ": "text", "IBAN": "iban"}.get(name, name)
        said[key] = tidy(f"{said.get(key, '')} {value}")
    return said


def _slashed(text: str) -> dict[str, str]:
    """Read `/EREF/A-1//NAME/Anna/REMI/Huur`: pairs of a code and what stands up to the next."""
    pieces = _SLASHED.split(text)
    said: dict[str, str] = {"text": ""}
    for code, raw in zip(pieces[1::2], pieces[2::2], strict=True):
        value = tidy(raw.strip("/ "))
        if code == "CNTP":  # account, bank, name and town of the other party, in this order
            account, name = (*raw.split("/"), "", "", "")[:3:2]
            said |= {"iban": tidy(account), "name": tidy(name)}
        elif code in {"REMI", "USTD"}:
            said["text"] = tidy(f"{said['text']} {_purpose(value)}")
            said["structured"] = said.get("structured") or normalise_iban(_purpose(value))
        elif code == "STRD":
            said["text"] = tidy(f"{said['text']} {value}")
            said["structured"] = normalise_iban(value.rpartition("/")[2])
        else:
            key = {"EREF": "end", "NAME": "name", "IBAN": "iban", "RTRN": "return"}.get(code, code)
            said[key] = said.get(key) or value
    return said


def _purpose(value: str) -> str:
    """Leave out the word that says of what kind a purpose is."""
    return re.sub(r"^(?:(?:USTD|STRD|CUR|ISO)/+)+", "", value)
