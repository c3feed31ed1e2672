"""Members as other programs write them out: one row each, under headings that each program has.

Read are what Cyclos, Odoo and Kohinos call the same things, in French and in English, and plain
sheets of our own; which program wrote a file is not asked. A heading that means nothing here is
left out, and told. A file with rows at fault is refused, with the cell of each and what it says.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from ledger.banking.references import is_iban, normalise_iban
from ledger.banking.sheets import Cells, place_of, read_cells, refuse
from ledger.books.opening import OldMember
from ledger.money import Asset
from ledger.refusals import UnreadableRows

LONGEST_CELL: Final = 140
_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "identifiant", "ref", "reference", "reference interne", "internal reference"),
    "login": ("login", "login name", "username", "user", "utilisateur", "nom d'utilisateur"),
    "kind": (
        "kind",
        "type",
        "nature",
        "group",
        "groups",
        "groupe",
        "is a company",
        "is_company",
        "est une societe",
    ),
    "first": ("prenom", "first name", "firstname"),
    "name": (
        "name",
        "nom",
        "full name",
        "display name",
        "display_name",
        "nom affiche",
        "nom complet",
        "raison",
        "raison sociale",
    ),
    "email": ("email", "e-mail", "mail", "courriel", "adresse e-mail", "adresse email"),
    "iban": (
        "iban",
        "account number",
        "banks/account number",
        "bank_ids/acc_number",
        "banques/numero de compte",
    ),
    "commune": ("commune", "ville", "city", "address.city", "ville/localite"),
    "born": ("born_on", "date de naissance", "date of birth", "birthday"),
    "units": ("units", "unites", "solde", "balance", "account balance", "solde du compte"),
}
_NAMES: Final = {said: field for field, words in _HEADS.items() for said in words}
_KINDS: Final[Mapping[str, str]] = {
    "person": "person personne particulier individu individual adherent false faux non no 0",
    "pro": "pro professionnel prestataire entreprise societe company business true vrai oui yes 1",
    "association": "association asso ong ngo",
    "authority": "authority collectivite mairie",
}
_KIND_OF: Final = {said: kind for kind, words in _KINDS.items() for said in words.split()}
_LONGEST_ID: Final = 64
_LONGEST_WHOLE: Final = 13
_EMAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_DAYS: Final = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:[ T]00:00:00)?", re.ASCII),
    re.compile(r"(?P<day>\d\d)/(?P<month>\d\d)/(?P<year>\d{4})", re.ASCII),
)


def read_members(content: bytes, unit: Asset, kind: str = "") -> tuple[list[OldMember], list[str]]:
    """Read the members of a sheet, and the headings that were left out.

    `kind` is taken where the sheet has no column for it. Raises UnreadableRows for a file that is
    no such sheet, and with a reason for each row that cannot be taken.
    """
    rows = read_cells(content)
    number, heads = next(rows, (1, []))
    columns, left_out = _columns(number, heads)
    if not kind and "kind" not in columns:
        refuse("no heading says of which kind the members are (person, pro, ...)")
    members: list[OldMember] = []
    faults: list[str] = []
    seen: dict[tuple[str, str], str] = {}
    for number, cells in rows:
        try:
            members.append(_member(number, columns, cells, unit, kind))
            _check_new(members[-1], seen)
        except UnreadableRows as refusal:
            faults += refusal.whys
    if faults:
        raise UnreadableRows(*faults)
    if not members:
        refuse("there are no rows under its headings")
    return members, left_out


def _check_new(member: OldMember, seen: dict[tuple[str, str], str]) -> None:
    """Refuse a member that shares what it is known by with an earlier row."""
    names = (("id", member.id), ("login", member.login), ("email", member.email.casefold()))
    for mark in names:
        if mark[1] and seen.setdefault(mark, member.place) != member.place:
            refuse(f"{member.place} has the {mark[0]} that {seen[mark]} has, {mark[1][:60]!r}")


def _columns(number: int, heads: Cells) -> tuple[list[str], list[str]]:
    """Name each column by what it holds; empty for one that is left out."""
    columns: list[str] = []
    left_out: list[str] = []
    for place, (head, _) in enumerate(heads):
        name = _NAMES.get(_plain(head), "")
        if name and name in columns:
            refuse(f"cell {place_of(place, number)} is a second heading for {name}")
        if not name and head.strip():
            left_out.append(head.strip()[:LONGEST_CELL])
        columns.append(name)
    if not {"id", "email"} & set(columns):
        refuse("no heading is an id or an e-mail, by which a member is known again")
    return columns, left_out


def _member(number: int, columns: list[str], cells: Cells, unit: Asset, kind: str) -> OldMember:
    said = dict.fromkeys(_HEADS, "")
    places = dict.fromkeys(_HEADS, "")
    for column, (name, (text, fault)) in enumerate(zip(columns, cells, strict=False)):
        place = place_of(column, number)
        if name and (fault or len(text) > LONGEST_CELL):
            refuse(f"cell {place} is {fault or 'too long'}")
        if name:
            said[name], places[name] = text.strip(), place

    def read(name: str, fits: Callable[[str], bool], what: str) -> str:
        if said[name] and not fits(said[name]):
            refuse(f"cell {places[name]}, {said[name][:60]!r}, is not {what}")
        return said[name]

    id_ = _id(read("id", lambda text: 0 < len(_id(text)) <= _LONGEST_ID, "an id (a-z, 0-9, -)"))
    email = read("email", lambda text: bool(_EMAIL.fullmatch(text)), "an e-mail address")
    if not id_ and not email:
        refuse(f"row {number} has neither an id nor an e-mail, by which it is known again")
    if said["kind"]:
        read("kind", lambda text: _plain(text) in _KIND_OF, f"one of {', '.join(_KINDS)}")
    elif not kind:
        refuse(f"row {number} does not say of which kind the member is")
    iban = read("iban", is_iban, "an IBAN")
    return OldMember(
        place=f"row {number}",
        id=id_,
        login=said["login"],
        kind=_KIND_OF.get(_plain(said["kind"]), kind),
        name=" ".join(filter(None, (said["first"], said["name"]))),
        email=email,
        iban=normalise_iban(iban),
        commune=said["commune"],
        born_on=_day(said["born"], places["born"]) if said["born"] else None,
        units=_units(said["units"], places["units"], unit) if said["units"] else None,
    )


def _plain(text: str) -> str:
    """Take case, accents and doubled spaces off a word."""
    bare = unicodedata.normalize("NFD", text.replace("\u2019", "'").casefold())
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())


def _id(text: str) -> str:
    """Write an id as the books do: `__export__.res_partner_7` becomes `export-res-partner-7`."""
    return re.sub(r"[^a-z0-9]+", "-", _plain(text)).strip("-")


def _day(text: str, place: str) -> date:
    match = next(filter(None, (shape.fullmatch(text) for shape in _DAYS)), None)
    try:
        return date(*(int(match[part]) for part in ("year", "month", "day")) if match else ())
    except (TypeError, ValueError):
        refuse(f"cell {place}, {text[:60]!r}, is not a day (31/12/1980)")


def _units(text: str, place: str, unit: Asset) -> int:
    whole, _, decimals = "".join(text.split()).replace(",", ".").partition(".")
    digits = whole + decimals
    fits = digits.isascii() and digits.isdecimal() and len(whole) <= _LONGEST_WHOLE
    if not fits or len(decimals) > unit.scale:
        refuse(f"cell {place}, {text[:60]!r}, is no amount of {unit.code}")
    return int(whole + decimals.ljust(unit.scale, "0"))
