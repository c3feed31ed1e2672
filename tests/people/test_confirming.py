"""Whoever agrees at a browser shows again who it is; a machine's token has nothing to show."""

import json
from dataclasses import replace
from datetime import timedelta

from api.dependencies import operator
from ledger.books.context import Context
from ledger.books.people import Factor
from ledger.operations.challenge import Agreement, AskChallenge, MeetChallenge
from ledger.operations.demo import CODE
from ledger.operations.factor import Proof, SetFactor
from ledger.operations.iban_change import ApproveIbanChange, AskIbanChange
from ledger.operations.invitation import ApproveReset, InviteAgain
from ledger.operations.ledger import Operation
from ledger.operations.member import ChangeMember
from ledger.operations.terms import AdoptTerms, ProposeTerms
from ledger.operations.token import token_hash
from tests.people.house import House, again
from tests.people.test_guardians import sitting

FIRST, OTHER = "FR7630006000011234567890189", "FR7621570000010000000000176"


def test_agreeing_to_what_another_asked_is_confirmed_at_a_browser(house: House) -> None:
    asker = house.with_token("asker", "treasurer")
    person, _ = house.person("member", "bruno")
    house.do(ChangeMember("boulangerie", iban=FIRST), asker)
    house.do(AskIbanChange("boulangerie", OTHER), again(asker))
    terms = house.ledger.reads.rulebook(CODE)[0].terms_on(operator().day)
    later = replace(terms, since=operator().day + timedelta(days=1))
    proposal = str(house.do(ProposeTerms(later), again(asker))["id"])
    house.do(InviteAgain(person, token_hash("anew"), resets=True))
    second, grant = house.person("treasurer")
    seated = replace(sitting(house, second, grant), role="treasurer", holder="")
    machine = house.with_token("machine", "treasurer")
    approve = ApproveIbanChange("boulangerie")
    facts = wanted(house, approve, seated)
    for operation in (AdoptTerms(proposal), ApproveReset(token_hash("anew"))):
        wanted(house, operation, seated)
        house.do(operation, again(machine))
    assert (facts["about"], facts["payee"]) == (OTHER[-4:], "boulangerie")
    app = SetFactor("after", "totp", f"totp:{second}", "A" * 32)
    house.do(app, again(seated))
    seated = replace(seated, session="after")
    for step, iban in enumerate((FIRST, OTHER), start=1):
        agreement = Agreement("iban-change", iban[-4:], "", "boulangerie")
        ask = AskChallenge("confirm", "00" * 32, agreement.bound())
        asked = str(house.do(ask, again(seated))["id"])
        shown = replace(again(seated), confirmed=asked)
        assert house.slug(approve, shown) == "confirm-first"  # asked, and not met
        kept = house.ledger.reads.paper(Factor, CODE, app.id)
        assert kept
        house.do(MeetChallenge(asked, Proof(kept, step)), again(seated))
        shown = replace(again(seated), confirmed=asked)
        if iban == FIRST:
            assert house.slug(approve, shown) == "confirm-first"  # met, for something else
        else:
            house.do(approve, shown)
            assert house.slug(approve, again(shown)) == "not-in-state"


def wanted(house: House, operation: Operation, context: Context) -> dict[str, str]:
    """Give what must be confirmed first; no key keeps the answer, because the form comes again."""
    answer = house.answer(operation, again(context))
    told = json.loads(answer.body)
    assert (told["slug"], answer.remembered) == ("confirm-first", False), operation
    return dict(told["facts"])
