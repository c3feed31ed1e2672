"""What both SEPA files share: sepaxml draws them, and what it draws at random is written over.

sepaxml takes the clock and chance for the message, its instant and its parts, leaves out who keeps
our account, and never looks at an IBAN. A file of ours is a function of its values, byte for byte,
and passes the schema that sepaxml ships or is not made at all.
"""

from datetime import datetime
from functools import cache
from importlib import resources
from typing import Final

from lxml import etree

from ledger.banking.references import is_iban, normalise_iban
from ledger.banking.sepa_text import NAME_LENGTH, check_id, fold

NOT_PROVIDED: Final = "NOTPROVIDED"
LARGEST_CENTS: Final = 99_999_999_999
"""999 999 999.99 EUR, the most that one SEPA payment carries."""


class UnfitPaymentError(ValueError):
    """A payment that a bank would refuse: no name, no valid IBAN, an amount beyond the limits."""


def fit_name(name: str) -> str:
    """Give a name in the letters of SEPA, or UnfitPaymentError when nothing of it is left."""
    folded = fold(name, NAME_LENGTH)
    if not folded:
        message = "a payment needs a name in Latin letters"
        raise UnfitPaymentError(message)
    return folded


def fit_iban(iban: str) -> str:
    """Give a valid IBAN without spaces, or UnfitPaymentError."""
    if not is_iban(iban):
        message = "this is no valid IBAN"
        raise UnfitPaymentError(message)
    return normalise_iban(iban)


def fit_cents(cents: int) -> int:
    """Give an amount that one payment can carry, or UnfitPaymentError."""
    if not 0 < cents <= LARGEST_CENTS:
        message = "a payment carries 0.01 to 999999999.99 EUR"
        raise UnfitPaymentError(message)
    return cents


def settled(drawn: bytes, schema: str, message_id: str, made_at: datetime) -> bytes:
    """Write over what sepaxml drew by chance, and check the whole against its schema.

    The bank reads `made_at` as local time. Raises ValueError for a file that a bank would refuse.
    """
    root = etree.fromstring(drawn, _parser())
    space = {"p": f"urn:iso:std:iso:20022:tech:xsd:{schema}"}

    def find(path: str) -> list[etree._Element]:
        found: list[etree._Element] = root.findall(path, space)
        return found

    for element in find(".//p:GrpHdr/p:MsgId"):
        element.text = check_id(message_id)
    for element in find(".//p:GrpHdr/p:CreDtTm"):
        element.text = made_at.replace(microsecond=0, tzinfo=None).isoformat()
    for ordinal, element in enumerate(find(".//p:PmtInf/p:PmtInfId"), start=1):
        element.text = check_id(f"{message_id}-{ordinal}")
    for element in find(".//p:PmtInf/p:BtchBookg"):
        element.text = "false"  # a bank line for each payment, which finds its own way in the books
    for agent in find(".//p:PmtInf/p:DbtrAgt/p:FinInstnId"):
        if len(agent) == 0:
            other = etree.SubElement(agent, f"{{{space['p']}}}Othr")
            etree.SubElement(other, f"{{{space['p']}}}Id").text = NOT_PROVIDED
    etree.indent(root)
    _schema(schema).assertValid(root)
    made: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return made + b"\n"


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)


@cache
def _schema(name: str) -> etree.XMLSchema:
    file = resources.files("sepaxml") / "schemas" / f"{name}.xsd"
    return etree.XMLSchema(etree.fromstring(file.read_bytes(), _parser()))
