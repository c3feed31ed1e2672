"""Who is fit to take part: the checks that several rules make of a member."""

from ledger.books.papers import Member
from ledger.refusals import MemberNotActive, Unknown


def present(member: Member | None, member_id: str) -> Member:
    """Give the member, or refuse an unknown one."""
    if member is None:
        raise Unknown(what="member", id=member_id)
    return member


def active(member: Member | None, member_id: str) -> Member:
    """Give the member if it exists and may take part now."""
    found = present(member, member_id)
    if found.status != "active":
        raise MemberNotActive(member=found.id, state=found.status)
    return found
