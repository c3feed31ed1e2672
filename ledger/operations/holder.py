"""Whom a role is for: whether the holder that is named exists and fits the role."""

from ledger.books.papers import Member
from ledger.operations.access import OFFICE, ROLES, SHOP, SPONSOR, TILL, WITHOUT_HOLDER
from ledger.refusals import Malformed, Unknown
from ledger.store.shelf import Shelf


def check_holder(shelf: Shelf, role: str, holder: str) -> None:
    """Refuse a role that is none, and a holder that does not exist or does not fit.

    The shelf must hold the member of the holder's name, if there is one.
    """
    if role not in ROLES:
        raise Malformed([{"pointer": "/role", "detail": f"one of {', '.join(ROLES)}"}])
    if (role in WITHOUT_HOLDER) != (not holder):
        detail = "this role needs whom it acts for" if not holder else "of no one"
        raise Malformed([{"pointer": "/holder", "detail": detail}])
    member = shelf.paper(Member, holder)
    known = {OFFICE: holder in shelf.book.offices, SPONSOR: holder in shelf.book.sponsors}
    if role not in WITHOUT_HOLDER and not known.get(role, member is not None):
        what = {OFFICE: "office", SPONSOR: "sponsor"}.get(role, "member")
        raise Unknown(what=what, id=holder)
    if role in {SHOP, TILL} and member is not None and member.kind == "person":
        detail = "a shop's token is for a professional, an association or an authority"
        raise Malformed([{"pointer": "/role", "detail": detail}])
