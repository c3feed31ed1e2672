"""Who lives in a demo town: made-up people and firms, drawn from a source of chance.

No name here is a real person's on purpose: common first names and family names, put together by
chance. The bank of their accounts does not exist.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol, TypeVar

from ledger.operations.member import RegisterMember

T = TypeVar("T")


class Chance(Protocol):
    """What the town asks of a seeded source of chance; the standard library's has it."""

    def randrange(self, start: int, stop: int, /) -> int:
        """Draw a whole number from `start` up to, but without, `stop`."""

    def choice(self, among: Sequence[T], /) -> T:
        """Draw one of several."""

    def choices(self, among: Sequence[T], /, *, cum_weights: Sequence[int], k: int) -> list[T]:
        """Draw `k` of several, by weights added up."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a town is and how long it has lived."""

    name: str
    people: int
    firms: int
    days: int


SIZES: Final = {
    size.name: size
    for size in (
        Size("village", people=120, firms=30, days=91),
        Size("eusko", people=4_000, firms=1_300, days=365),
        Size("france", people=40_000, firms=13_000, days=365),
    )
}

_FIRST: Final = """
Adèle Agnès Alix Amina Anaïs André Antoine Baptiste Basile Bérénice Blanche Camille Cécile
Charles Chloé Clément Colette Damien Denise Diane Édith Élise Émile Estelle Fanny Félix Flora
Gaël Gaspard Hélène Henri Inès Irène Jeanne Joseph Jules Karim Léa Léon Lila Louis Lucie Malik
Manon Marcel Mathilde Nadia Naïm Noé Nora Odile Oscar Pauline Quentin Rachel Rémi Rose Sacha
Salomé Samuel Simon Solène Théo Thomas Ulysse Valentine Victor Violette Yanis Zoé
"""
_LAST: Final = """
Arnaud Aubert Barbier Bernard Blanc Bonnet Bouvier Brun Chevalier Colin Cordier Dumas Dupuy
Fabre Faure Fontaine Garnier Gautier Girard Granier Guérin Jourdan Lambert Laurent Lemoine Lopez
Marchand Mercier Meunier Meyer Michel Morel Moulin Noël Olivier Pascal Perrin Picard Poulain
Prévost Renard Reynaud Richard Rivière Robin Roche Roger Rolland Rousset Roux Royer Sabatier
Simonet Thibault Tissot Vallon Vasseur Vernet Vidal Vigne
"""
_COMMUNES: Final = (
    "Avignon",
    "Le Pontet",
    "Caumont",
    "Sorgues",
    "Vedène",
    "Entraigues",
    "Morières",
    "Villeneuve",
)
_TRADES: Final = (
    "Boulangerie",
    "Épicerie",
    "Café",
    "Restaurant",
    "Maraîcher",
    "Fromagerie",
    "Librairie",
    "Brasserie",
    "Coiffure",
    "Pharmacie",
    "Garage",
    "Menuiserie",
    "Fleuriste",
    "Cinéma",
    "Imprimerie",
    "Vélos",
    "Caviste",
    "Boucherie",
    "Théâtre",
    "Apiculteur",
)
_PLACES: Final = (
    "des Halles",
    "du Pont",
    "de la Gare",
    "des Remparts",
    "du Moulin",
    "de la Durance",
    "des Platanes",
    "du Rhône",
    "de la Fontaine",
    "des Oliviers",
    "du Canal",
    "de l'Île",
    "des Teinturiers",
    "du Lavoir",
    "de la Colline",
    "du Vieux Four",
)
_BANK: Final = "99999"


def people(chance: Chance, count: int, today: date) -> Iterator[RegisterMember]:
    """Draw members of kind person, grown up on `today`."""
    first, last = _FIRST.split(), _LAST.split()
    for number in range(1, count + 1):
        name = f"{chance.choice(first)} {chance.choice(last)}"
        yield RegisterMember(
            f"{slug(name)}-{number}",
            "person",
            name,
            iban=made_up_iban(chance),
            commune=chance.choice(_COMMUNES),
            born_on=date(today.year - chance.randrange(19, 90), chance.randrange(1, 13), 1),
        )


def firms(chance: Chance, count: int) -> Iterator[RegisterMember]:
    """Draw members of kind pro."""
    for number in range(1, count + 1):
        name = f"{chance.choice(_TRADES)} {chance.choice(_PLACES)}"
        yield RegisterMember(
            f"{slug(name)}-{number}",
            "pro",
            name,
            iban=made_up_iban(chance),
            commune=chance.choice(_COMMUNES),
        )


def slug(name: str) -> str:
    """Write a name as an id: plain small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    letters = "".join(letter if letter.isalnum() else "-" for letter in plain)
    return "-".join(part for part in letters.split("-") if part)


def made_up_iban(chance: Chance) -> str:
    """Make a French IBAN whose sums are right, at a bank that does not exist."""
    account = f"{chance.randrange(1, 10**9):011d}"
    key = 97 - (89 * int(_BANK) + 3 * int(account)) % 97
    national = f"{_BANK}00000{account}{key:02d}"
    check = 98 - int(national + "152700") % 97
    return f"FR{check:02d}{national}"
