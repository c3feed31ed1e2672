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
    assert facts["about"].startswith(f"{OTHER[-4:]} · ")
    assert facts["payee"] == "boulangerie"
    app = SetFactor("after", "totp", f"totp:{second}", "A" * 32)
    house.do(app, again(seated))
    seated = replace(seated, session="after")
    # One asked for before, which ended with the same four signs, is not this one.
    abouts = (f"{OTHER[-4:]} · 2026-01-02T03:04:05.000000Z", facts["about"])
    for step, about in enumerate(abouts, start=1):
        agreement = Agreement("iban-change", about, "", "boulangerie")
        ask = AskChallenge("confirm", "00" * 32, agreement.bound())
        asked = str(house.do(ask, again(seated))["id"])
        shown = replace(again(seated), confirmed=asked)
        assert house.slug(approve, shown) == "confirm-first"  # asked, and not met
        kept = house.ledger.reads.paper(Factor, CODE, app.id)
        assert kept
        house.do(MeetChallenge(asked, Proof(kept, step)), again(seated))
        shown = replace(again(seated), confirmed=asked)
        if about != facts["about"]:
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


def test_a_password_alone_changes_nothing_of_who_has_a_passkey(house: House) -> None:
    person, grant = house.person("treasurer")
    whole = replace(sitting(house, person, grant), role="treasurer", holder="")
    house.do(SetFactor("whole", "passkey", "passkey:hers", "key", label="clef"), again(whole))
    half = sitting(house, person, "", method="password", factors=1)
    half = replace(half, actor=person, role="", holder="")
    for taken in (
        SetFactor("mine", "totp", f"totp:{person}", "A" * 32),
        SetFactor("mine", "recovery", f"recovery:{person}", "hash"),
        SetFactor("mine", ended="passkey:hers"),
    ):
        assert house.slug(taken, again(half)) == "second-factor-first"
    kept = house.ledger.reads.having(Factor, CODE, "person", [person])
    assert [(factor.id, factor.ended_at) for factor in kept] == [("passkey:hers", None)]
