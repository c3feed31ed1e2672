"""What an account stood at on the day on which the books begin."""

from dataclasses import dataclass


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
