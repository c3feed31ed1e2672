"""The ISO 11649 reference that we give to whom or what should appear on a bank transfer."""

import base64
import hashlib

from ledger.banking.references import make_reference


def reference_for(currency: str, what: str, id_: str) -> str:
    """Derive the reference of a member, sponsor, redemption or order: always the same one."""
    digest = hashlib.sha256(f"{currency}\n{what}\n{id_}".encode()).digest()
    return make_reference(base64.b32encode(digest)[:12].decode())
