"""What is drawn at random for signing in; nobody can guess it, and the system drew it."""

import base64
import secrets

from ledger.operations.factor import CODES


def new_token() -> str:
    """Make the secret of a session or a link: 256 random bits."""
    return secrets.token_urlsafe(32)


def new_nonce() -> str:
    """Make what a challenge is made of: 256 random bits, in hex."""
    return secrets.token_hex(32)


def new_seed() -> str:
    """Make the seed of an authenticator app: 160 random bits, in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def new_codes() -> list[str]:
    """Make a sheet of recovery codes: 120 random bits each."""
    return [base64.b32encode(secrets.token_bytes(15)).decode() for _ in range(CODES)]
