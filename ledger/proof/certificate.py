"""The certificate of a reconciliation: a report, who signed it, the journal, one signature.

The bytes are canonical (JSON with sorted keys, no spaces, one line feed at the end), and what is
signed is all of them but the signature itself, so a certificate with any byte changed does not
verify. Verifying needs the public key and nothing else: it also adds the figures up again.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.proof.checkpoint import Checkpoint, key_id

FORMAT: Final = "certificate/1"
_TAG: Final = b"comptoir/certificate/1\n"
_SIGNATURE_HEX: Final = 128


def sign_certificate(key: Ed25519PrivateKey, told: Mapping[str, Any]) -> bytes:
    """Sign what a certificate tells; the same content always gives the same bytes."""
    whole = {**told, "comptoir": FORMAT, "key_id": key_id(key.public_key())}
    signature = key.sign(_TAG + _canonical(whole)).hex()
    return _canonical({**whole, "signature": signature}) + b"\n"


def is_certificate(data: bytes) -> bool:
    """Say whether bytes claim to be a certificate, true or not."""
    try:
        told = orjson.loads(data)
    except ValueError:
        return False
    return isinstance(told, dict) and "signature" in told and "report" in told


def certificate_problems(data: bytes, key: Ed25519PublicKey) -> list[str]:
    """List what is wrong with a certificate, as slugs of `ledger.proof.problems`; empty: it holds.

    Raises ValueError when it is none.
    """
    told = orjson.loads(data)
    if not isinstance(told, dict) or told.get("comptoir") != FORMAT:
        message = "not a certificate"
        raise ValueError(message)
    found = []
    signature = told.pop("signature", "")
    whole = {**told, "signature": signature}
    if _canonical(whole) + b"\n" != data:
        found.append("certificate-bytes")
    if not _signed(key, told, signature):
        found.append("certificate-signature")
    try:
        found += [slug for slug, right in _claims(told, key) if not right]
    except (KeyError, TypeError, ValueError, AttributeError):
        found.append("certificate-unreadable")
    return found


def _signed(key: Ed25519PublicKey, told: Mapping[str, Any], signature: object) -> bool:
    if not isinstance(signature, str) or len(signature) != _SIGNATURE_HEX:
        return False
    try:
        key.verify(bytes.fromhex(signature), _TAG + _canonical(told))
    except (InvalidSignature, ValueError):
        return False
    return told.get("key_id") == key_id(key)


def _claims(told: Mapping[str, Any], key: Ed25519PublicKey) -> list[tuple[str, bool]]:
    """Ask of each claim whether it is so."""
    report, signed = told["report"], told["signed"]
    checkpoint = Checkpoint.parse(orjson.dumps(told["checkpoint"]))
    covers = checkpoint.size >= max(one["entry"] for one in signed)
    names = {one["person"] for one in signed}
    digest = hashlib.sha256(_canonical(report)).hexdigest()
    return [
        ("certificate-report", digest == told["report_sha256"]),
        ("certificate-persons", len(names) == len(signed) == 2),  # noqa: PLR2004 - one and another
        ("certificate-checkpoint", checkpoint.holds(key) and covers),
        ("certificate-figures", _adds_up(report)),
    ]


def _adds_up(report: Mapping[str, Any]) -> bool:
    """Say whether the differences are the sums of their items, and the cover that of its parts."""
    accounts = all(
        cents(each["difference"]) == sum(cents(item["euros"]) for item in each["items"])
        and (
            each["closing"] is None
            or cents(each["difference"])
            == cents(each["closing"]) - cents(each["booked"]) + cents(each["suspense"])
        )
        for each in report["accounts"]
    )
    funds = report["funds"]
    parts = all(
        cents(each["present"])
        == cents(each["at_bank"]) + cents(each["awaited"]) + cents(each["on_the_way"])
        for each in funds
    )
    overall = report["overall"]
    totals = all(
        cents(overall[name]) == sum(cents(each[name]) for each in funds)
        for name in ("required", "present")
    )
    return accounts and parts and totals


def cents(text: str) -> int:
    """Read euros as they stand in a certificate: `-12.30` is minus 1230 cents."""
    whole, point, decimals = text.removeprefix("-").partition(".")
    if not (point and len(decimals) == 2 and (whole + decimals).isdecimal()):  # noqa: PLR2004 - two digits of cents
        message = f"not an amount: {text!r}"
        raise ValueError(message)
    amount = int(whole + decimals)
    return -amount if text.startswith("-") else amount


def _canonical(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
