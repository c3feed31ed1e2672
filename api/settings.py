"""Settings: environment variables that begin with COMPTOIR_, or a `.env` file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ledger.banking.csv_profiles import CsvProfile, read_profiles

HOUSE: Final = Path(__file__).parents[1]
PREFIX: Final = "COMPTOIR_"
FOREIGN: Final = ("COMPTOIR_TEST_", "COMPTOIR_BANK_FILES")
"""Names that the test suite reads; the server leaves them alone."""


class Settings(BaseSettings):
    """What the operator may set; a path that is not absolute starts at the project's folder."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore")

    database_url: str = Field(
        default=f"sqlite:///{HOUSE / 'var' / 'comptoir.db'}",
        description="sqlite:///path or postgresql://user@host/name",
    )
    signing_key_file: Path = Field(
        default=HOUSE / "var" / "signing-key.pem",
        description="The Ed25519 key that signs receipts and checkpoints; made on first start.",
    )
    secret_key_file: Path = Field(
        default=HOUSE / "var" / "secret-key",
        description="The master key that seals identities; made on first start.",
    )
    csv_profiles: Path | None = Field(
        default=None, description="A TOML file of the association's own bank tables (CSV)."
    )
    public_url: str = Field(
        default="", description="The address in QR codes; the request's own address by default."
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses of proxies whose X-Forwarded-For and -Proto are believed.",
    )
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="smtp://user:password@host or smtps://...: where letters are handed in.",
    )
    mail_from: str = Field(default="", description="From whom letters are.")
    log_format: Literal["text", "json"] = Field(default="text", description="text or json")
    timezone: Literal["Europe/Paris"] = Field(
        default="Europe/Paris", description="Where the accounting day is told; Paris only."
    )

    @property
    def profiles(self) -> tuple[CsvProfile, ...]:
        """Read the association's own bank tables; ProfileError or OSError when it cannot be."""
        if self.csv_profiles is None:
            return ()
        return read_profiles((HOUSE / self.csv_profiles).read_text(encoding="utf-8"))

    @property
    def demo_tokens_file(self) -> Path:
        """Where the demo's bearer tokens are, if this is a demo."""
        return self.signing_key_file.parent / "demo-tokens.json"


def unknown_settings(environment: Iterable[str]) -> list[str]:
    """List the COMPTOIR_ names of an environment that mean nothing: most likely slips."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    return sorted(
        name
        for name in environment
        if name.startswith(PREFIX) and name not in known and not name.startswith(FOREIGN)
    )
