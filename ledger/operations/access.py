"""Who may do what: roles, and the wall between what is yours and what is another's.

Deny by default: an operation names the roles it is for. What belongs to another holder is answered
as unknown, so that nobody learns of its existence.
"""

from typing import Final

from ledger.books.context import OPERATOR, Context
from ledger.refusals import RoleMayNot, ScopeMissing, Unknown

TREASURER: Final = "treasurer"
AUDITOR: Final = "auditor"
ADMIN: Final = "admin"
OFFICE: Final = "office"
SPONSOR: Final = "sponsor"
MEMBER: Final = "member"
SHOP: Final = "shop"
TILL: Final = "till"
OFFICER: Final = "officer"
APPROVER: Final = "approver"

ROLES: Final = (
    MEMBER,
    SHOP,
    TILL,
    OFFICE,
    OFFICER,
    APPROVER,
    SPONSOR,
    TREASURER,
    ADMIN,
    AUDITOR,
)
SCOPES: Final = {
    "read": "read what the role may read",
    "payments": "pay, refund, ask for a payment",
    "conversions": "change euros into units, now or month by month",
    "redemptions": "ask for units to be paid out in euros, agree to it",
    "members": "bring members in, change them and what identifies them",
    "fund": "bank files and lines, orders between accounts, payment files, reconciliations, books",
    "councils": "what public authorities do: services, mandates, bills, disbursements",
    "currency": "terms, campaigns, sponsors, offices, donations",
}
"""What a token may be made for, less than its role may; one made for nothing less has them all."""
WALLET_HOLDERS: Final = (MEMBER, SHOP, OFFICER)
WITHOUT_HOLDER: Final = frozenset({TREASURER, ADMIN, AUDITOR})


def require(context: Context, *roles: str) -> None:
    """Let only these roles (and the operator of the machine) pass; RoleMayNot for others."""
    if context.role not in roles and context.role != OPERATOR:
        raise RoleMayNot(role=context.role)


def require_own(
    context: Context, what: str, id_: str, *, all_of: tuple[str, ...] = (), named: str = ""
) -> None:
    """Let whoever holds `id_` pass, and the roles in `all_of` for anyone's; Unknown otherwise.

    `named` is what was asked for where it is not the holder itself, whom a stranger must not learn.
    """
    if context.role == OPERATOR or context.role in all_of or context.holder == id_:
        return
    raise Unknown(what=what, id=named or id_)


def require_scope(scopes: tuple[str, ...], scope: str) -> None:
    """Let a token pass that was made for this, or for all that its role may; else ScopeMissing."""
    if scopes and scope not in scopes:
        raise ScopeMissing(scope=scope)
