"""Who was a member, and what each account stood at, on the day on which the books begin."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Balance:
    """What one account stood at: euro cents; units at par."""

    kind: str
    """bank, sponsor, member or notes."""
    name: str
    euros: int

    @property
    def account(self) -> str:
        """The account's name in the books."""
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class OldMember:
    """A member as another program knew it."""

    place: str
    """Where it stands in the sheet."""
    id: str
    """Chosen by whoever wrote the sheet; empty for one to be made."""
    login: str
    """What the other program called it: often a person's name, so the books never see it."""
    kind: str
    name: str
    email: str
    iban: str
    commune: str
    born_on: date | None
    units: int | None
    """What its wallet held, in the unit's minor parts; None where the sheet does not say."""
