"""Passkeys: what a browser is asked for, and whether what it answers holds (WebAuthn level 3).

Verifying says who signed and what; nothing here writes. A passkey is taken only when the
authenticator has verified its user, so it stands for two factors.
"""

from dataclasses import dataclass
from typing import Final

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from ledger.books.people import Challenge, Factor, Person
from ledger.refusals import NotSignedIn

PASSKEY: Final = "passkey:"


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys of this house are good: a host name, and the address pages come from."""

    host: str
    origin: str
    name: str


def enrolment_options(site: Site, person: Person, challenge: Challenge, known: list[Factor]) -> str:
    """Write what a browser is asked to make a passkey: JSON; `known` are those it has already."""
    return options_to_json(
        generate_registration_options(
            rp_id=site.host,
            rp_name=site.name,
            user_name=person.login,
            user_id=person.id.encode(),
            challenge=challenge.signed,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_descriptors(known),
        )
    )


def signing_options(site: Site, challenge: Challenge, known: list[Factor]) -> str:
    """Write what a browser is asked to sign: JSON; with none known, whichever it finds."""
    return options_to_json(
        generate_authentication_options(
            rp_id=site.host,
            challenge=challenge.signed,
            allow_credentials=_descriptors(known),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def enrolled(site: Site, challenge: Challenge, answer: str) -> tuple[str, str, int]:
    """Verify a new passkey; gives its factor id, public key and count. Raises NotSignedIn."""
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge.signed,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError) as error:  # a key without a part is a KeyError
        raise NotSignedIn from error
    id_ = PASSKEY + bytes_to_base64url(made.credential_id)
    return id_, bytes_to_base64url(made.credential_public_key), made.sign_count


def passkey_named(answer: str) -> str:
    """Give the factor id of the passkey that signed, unverified. Raises NotSignedIn."""
    try:
        return PASSKEY + parse_authentication_credential_json(answer).id
    except (WebAuthnException, ValueError) as error:
        raise NotSignedIn from error


def signed(site: Site, challenge: Challenge, factor: Factor, answer: str) -> int:
    """Verify that a passkey signed a challenge; gives its new count. Raises NotSignedIn.

    A count that did not grow, from an authenticator that counts, is a copy at work.
    """
    try:
        verified = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge.signed,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(factor.secret),
            credential_current_sign_count=factor.count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise NotSignedIn from error
    return verified.new_sign_count


def _descriptors(factors: list[Factor]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(factor.id.removeprefix(PASSKEY)))
        for factor in factors
        if factor.kind == "passkey"
    ]
