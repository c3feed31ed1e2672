"""Who asks is known and let in: asked under the lock, so that what was taken away bites at once."""

from ledger.books.context import GUEST, OPERATOR, Context
from ledger.books.journal import NOTHING, Facts
from ledger.books.papers import Credential, Member
from ledger.books.people import (
    Badge,
    Challenge,
    Grant,
    Person,
    Session,
    badge_of_credential,
    badge_of_session,
)
from ledger.refusals import MemberNotActive
from ledger.store.shelf import Needs, Shelf


def identity_needs(context: Context) -> Needs:
    """Name the papers that say whether whoever asks is let in."""
    if context.role in {OPERATOR, GUEST}:
        return Needs()
    papers: list[tuple[type, str]] = [(Person, context.person)]
    if context.member:
        papers.append((Member, context.member))
    if context.session:
        papers += [(Session, context.session), (Grant, context.actor)]
        papers.append((Challenge, context.confirmed))
    else:
        papers.append((Credential, context.actor))
    return Needs(papers=tuple(papers))


def identified(shelf: Shelf, context: Context) -> bool:
    """Say whether session, grant, person or token are still good, now that the head is locked."""
    if context.role in {OPERATOR, GUEST}:
        return True
    person = shelf.paper(Person, context.person)
    badge: Badge | None = None
    if context.session:
        session = shelf.paper(Session, context.session)
        grant = shelf.paper(Grant, context.actor)
        badge = badge_of_session(session, person, grant, shelf.at) if session else None
    else:
        credential = shelf.paper(Credential, context.actor)
        badge = badge_of_credential(credential, person, shelf.at) if credential else None
    return badge is not None and (badge.role, badge.id) == (context.role, context.actor)


def check_standing(shelf: Shelf, context: Context) -> None:
    """Refuse whoever acts for a member that is suspended, invited or closed: it only reads.

    Asked under the lock for whatever is asked, so that no verb can forget it (MemberNotActive).
    """
    member = shelf.paper(Member, context.member) if context.member else None
    if member is not None and member.status != "active":
        raise MemberNotActive(member=member.id, state=member.status)


def acting_facts(shelf: Shelf, context: Context) -> Facts:
    """Give what every entry says of how somebody acts: from where, and a guardian as one."""
    if not context.session:
        return NOTHING
    facts: dict[str, str | int] = {}
    grant, session = shelf.paper(Grant, context.actor), shelf.paper(Session, context.session)
    if grant is not None and grant.guardian:
        facts["guardian"] = grant.person
    if session is not None and session.origin:
        facts["origin"] = session.origin
    return facts
