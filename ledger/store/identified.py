"""Who asks is known and let in: asked under the lock, so that what was taken away bites at once."""

from ledger.books.context import GUEST, OPERATOR, Context
from ledger.books.papers import Credential
from ledger.books.people import (
    Badge,
    Challenge,
    Grant,
    Person,
    Session,
    badge_of_credential,
    badge_of_session,
)
from ledger.store.shelf import Needs, Shelf


def identity_needs(context: Context) -> Needs:
    """Name the papers that say whether whoever asks is let in."""
    if context.role in {OPERATOR, GUEST}:
        return Needs()
    person = (Person, context.person)
    if context.session:
        at_work = ((Session, context.session), (Grant, context.actor))
        return Needs(papers=(person, *at_work, (Challenge, context.confirmed)))
    return Needs(papers=(person, (Credential, context.actor)))


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
