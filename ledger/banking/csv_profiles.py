"""How the downloads of a bank look, told as values: profiles, read from TOML.

`csv_profiles.toml` beside this file holds those shipped and says what each key means; an
association writes its own in the same shape. A profile that is not plain is refused at once, so
that a slip in it never meets a bank file.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final

from ledger.refusals import UnreadableStatement

REQUIRED: Final = ("booked", "amount", "debit", "credit", "balance")
OPTIONAL: Final = ("valued", "name", "iban", "reference", "currency", "account", "text")
_PARTS: Final = {"DD": "(?P<d>[0-9]{2})", "MM": "(?P<m>[0-9]{2})", "YYYY": "(?P<y>[0-9]{4})"}
_SHORT_YEAR: Final = {"YY": "(?P<y>[0-9]{2})"}
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_SPACES: Final = " \u00a0\u202f"
_CENTURY: Final = "20"
_DECIMALS: Final = 2


class ProfileError(ValueError):
    """A profile is not what `csv_profiles.toml` describes; the message says which and why."""


@dataclass(frozen=True, slots=True)
class CsvProfile:
    """How one bank writes its table; see `csv_profiles.toml` for each part."""

    id: str
    delimiter: str
    decimal: str
    days: tuple[str, ...]
    currency: str
    columns: Mapping[str, tuple[str, ...]]

    def places(self, header: Sequence[str]) -> dict[str, tuple[int, ...]] | None:
        """Say in which cells of a header each part stands; None when it is not of this bank.

        A word that stands in the header twice names neither.
        """
        cells = [folded(cell) for cell in header]
        found: dict[str, tuple[int, ...]] = {}
        for part, words in self.columns.items():
            wanted = [folded(word) for word in words]
            places = tuple(cells.index(word) for word in wanted if cells.count(word) == 1)
            if not places and part in REQUIRED:
                return None
            if places:
                found[part] = places if part == "text" else places[:1]
        used = [place for places in found.values() for place in places]
        return found if "text" in found and len(set(used)) == len(used) else None

    def day(self, text: str, place: str) -> date:
        """Read a day as this bank writes it."""
        for pattern in self.days:
            match = re.fullmatch(_pattern(pattern), text.strip(), re.ASCII)
            if match is not None:
                year = match["y"] if len(match["y"]) > len(_CENTURY) else _CENTURY + match["y"]
                try:
                    return date(int(year), int(match["m"]), int(match["d"]))
                except ValueError:
                    break
        raise UnreadableStatement(why=f"{place}: {text[:30]!r} is not a day ({self.days[0]})")

    def amount(self, text: str, place: str) -> Decimal:
        """Read an amount: `-1 234,56`, thousands apart by spaces, or by a mark before cents.

        Raises UnreadableStatement when it could be read in two ways, as 1.234 where commas
        stand before cents.
        """
        said = text.strip().removesuffix("€").removesuffix("EUR").strip(_SPACES)
        said = said.replace("\u2212", "-")
        match = _amount(self.decimal).fullmatch(said)
        if match is None:
            raise UnreadableStatement(why=f"{place}: {text[:40]!r} is not an amount")
        whole = re.sub(r"[^0-9]", "", match["whole"])
        return Decimal(f"{match['sign']}{whole}.{match['cents'] or '00'}")


def _amount(decimal: str) -> re.Pattern[str]:
    """Write what an amount is: grouped by spaces, or by the other mark when cents follow."""
    other = "[.]" if decimal == "," else "[,'\u2019]"
    return re.compile(
        r"(?P<sign>[+-]?)[ \u00a0\u202f]?"
        rf"(?P<whole>[0-9]{{1,13}}|[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}}){{1,4}}"
        rf"|[0-9]{{1,3}}(?:{other}[0-9]{{3}}){{1,4}}(?=[{decimal}]))"
        rf"(?:[{decimal}](?P<cents>[0-9]{{1,{_DECIMALS}}}))?",
        re.ASCII,
    )


def folded(word: str) -> str:
    """Write a word of a header without case, accents, and doubled or odd spaces."""
    plain = unicodedata.normalize("NFKD", word.replace("\u2019", "'"))
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(bare.casefold().split())


def read_profiles(text: str) -> tuple[CsvProfile, ...]:
    """Read profiles from TOML; raises ProfileError naming the one that is wrong."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"this is not TOML: {error}"
        raise ProfileError(message) from None
    if set(told) != {"profile"} or not isinstance(told["profile"], list):
        message = "the file holds [[profile]] tables and nothing else"
        raise ProfileError(message)
    profiles = tuple(_profile(each) for each in told["profile"])
    names = [profile.id for profile in profiles]
    if len(set(names)) < len(names):
        message = "two profiles have the same id"
        raise ProfileError(message)
    return profiles


def _profile(told: Mapping[str, Any]) -> CsvProfile:
    id_ = told.get("id")
    if not isinstance(id_, str) or _ID.fullmatch(id_) is None:
        message = f"a profile's id is a word like my-bank, not {id_!r}"
        raise ProfileError(message)
    unknown = set(told) - {"id", "delimiter", "decimal", "days", "currency", "columns"}
    columns = told.get("columns")
    problems = [f"it has no key {key}" for key in sorted(unknown)]
    problems += _problems(told)
    problems += _column_problems(columns)
    if problems or not isinstance(columns, dict):
        message = f"the profile {id_}: {problems[0]}"
        raise ProfileError(message)
    return CsvProfile(
        id=id_,
        delimiter=told["delimiter"],
        decimal=told["decimal"],
        days=tuple(told["days"]),
        currency=told.get("currency", "EUR"),
        columns={part: tuple(words) for part, words in columns.items()},
    )


def _problems(told: Mapping[str, Any]) -> list[str]:
    problems = []
    if told.get("delimiter") not in {";", ",", "\t", "|"}:
        problems.append("its delimiter is one of ; , | or a tabulator")
    if told.get("decimal") not in {",", "."}:
        problems.append('its decimal is "," or "."')
    currency = told.get("currency", "EUR")
    if not isinstance(currency, str) or _CURRENCY.fullmatch(currency) is None:
        problems.append("its currency is three capitals")
    days = told.get("days")
    if not isinstance(days, list) or not days or not all(_is_pattern(day) for day in days):
        problems.append("its days are patterns like DD/MM/YYYY, once each part")
    return problems


def _column_problems(columns: object) -> list[str]:
    if not isinstance(columns, dict):
        return ["it has no columns"]
    problems = [f"there is no column {part}" for part in set(columns) - {*REQUIRED, *OPTIONAL}]
    for part, words in columns.items():
        if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
            problems.append(f"the column {part} is a list of words")
    money = columns.keys() & {"amount", "debit", "credit"}
    if money not in ({"amount"}, {"debit", "credit"}):
        problems.append("its columns have amount, or debit and credit")
    problems += [f"its columns lack {part}" for part in ("booked", "text") if part not in columns]
    return problems


def _is_pattern(day: object) -> bool:
    if not isinstance(day, str):
        return False
    names = re.findall(r"\?P<(.)>", _pattern(day))
    return sorted(names) == ["d", "m", "y"]


def _pattern(day: str) -> str:
    """Turn DD/MM/YYYY into an expression."""
    pattern = re.escape(day)
    for name, part in (_PARTS if "YYYY" in day else _PARTS | _SHORT_YEAR).items():
        pattern = pattern.replace(name, part, 1)
    return pattern


SHIPPED: Final = read_profiles(
    files("ledger.banking").joinpath("csv_profiles.toml").read_text(encoding="utf-8")
)
"""The banks whose tables are known here."""
