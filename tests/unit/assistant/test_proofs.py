"""Asking for the proofs that a creditor wants: one or two, a code among them, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest

from acuerdo.assistant.dialogue.engine import run_turn
from acuerdo.assistant.dialogue.model import (
    AccountFacts,
    Act,
    CheckAnswer,
    CodeSent,
    Done,
    Facts,
    HandOff,
    Linked,
    Outcome,
    Refused,
    SendCode,
    SendLink,
    State,
    Verified,
)
from acuerdo.assistant.dialogue.replies import compose, discloses, texts
from acuerdo.assistant.masking import mask_text
from acuerdo.assistant.nlu.contract import Language
from acuerdo.assistant.nlu.rules import RulesUnderstander
from acuerdo.assistant.reading import read_turn
from acuerdo.conversations.proofs import FACTORS, VerificationPolicy
from acuerdo.conversations.rules import fold_document

TODAY = date(2026, 11, 23)
ANSWERS = {
    "document_last4": "5678",
    "birth_date": "1985-03-12",
    "postal_code": "050010",
    "account_last4": "9001",
    "code": "123456",
}


@dataclass
class Door:
    """A debtor, a policy of proofs, and what was done."""

    policy: VerificationPolicy
    language: Language = "es"
    refuses_codes: str = ""
    proved: list[str] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    code_out: bool = False
    waiting: bool = False
    tries: int = 3

    def facts(self) -> Facts:
        level = self.policy.level(self.proved).value
        step = self.policy.open_step(self.proved)
        debt = AccountFacts(
            ref="account-1", product="Crédito Fácil", balance_minor=50_000_00, currency="COP"
        )
        return Facts.model_validate(
            {
                "creditor": "Banco Andino",
                "country": "CO",
                "language": self.language,
                "today": TODAY,
                "level": level,
                "policy": self.policy,
                "locked": self.tries == 0,
                "waiting": self.waiting,
                **({"factor": step[0]} if step else {}),
                "code_place": "•••• 34" if self.code_out else "",
                "accounts": (debt,) if self.policy.allows("balance", level) else (),
            }
        )

    def perform(self, act: Act) -> Outcome:
        self.acts.append(act)
        if isinstance(act, SendCode):
            if self.refuses_codes:
                return Refused(code=self.refuses_codes)
            self.code_out = True
            return CodeSent(place="•••• 34")
        if isinstance(act, CheckAnswer):
            return self._check(act)
        if isinstance(act, SendLink):
            return Linked(
                url="https://pay.example/p/Zz98Yy76",
                account=act.account,
                amount_minor=50_000_00,
                currency="COP",
            )
        if isinstance(act, HandOff):
            self.waiting = True
        return Done()

    def _check(self, act: CheckAnswer) -> Verified:
        factor = self.policy.open_step(self.proved)[0]
        if factor == "code" and not self.code_out:
            return Verified(result="expired")
        if fold_document(act.characters) != fold_document(ANSWERS[factor]):
            self.tries -= 1
            return Verified(result="failed" if self.tries else "locked", tries_left=self.tries)
        self.proved.append(factor)
        done = self.policy.level(self.proved) == "verified"
        return Verified(result="passed" if done else "partly")


@dataclass
class Talk:
    door: Door
    state: State = field(default_factory=State)

    def say(self, text: str) -> list[str]:
        facts = self.door.facts()
        understanding = read_turn(
            RulesUnderstander(), text, state=self.state, facts=facts, today=TODAY
        )
        result = run_turn(self.state, understanding, self.door)
        self.state = result.state
        verified = self.door.facts().verified
        if not verified:
            assert not any(discloses(part.template) for part in result.says)
        reply = compose(
            result.says, language=self.door.language, country="CO", today=TODAY, verified=verified
        )
        assert not reply.blocked
        return [part.template for part in result.says]


def kinds(acts: Sequence[Act]) -> list[str]:
    return [act.kind for act in acts]


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_each_question_passes_the_guard(language: Language, factor: str) -> None:
    talk = Talk(Door(VerificationPolicy.model_validate({"first": [factor]}), language))
    asked = talk.say({"es": "¿cuánto debo?", "pt": "quanto devo?", "en": "how much?"}[language])
    assert asked[-1] == ("verification.code" if factor == "code" else "verification.ask")
    assert talk.say("no sé 77" if language == "es" else "hm 77")


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        ("birth_date", "12 de marzo de 1985"),
        ("birth_date", "el 12/03/1985"),
        ("postal_code", "050010"),
        ("account_last4", "9001"),
        ("code", "123456"),
        ("code", "es 123 456"),
    ],
)
def test_each_proof_is_read_and_what_waited_is_done(factor: str, said: str) -> None:
    door = Door(VerificationPolicy.model_validate({"first": [factor]}))
    talk = Talk(door)
    talk.say("quiero pagar ya")
    assert talk.say(said) == ["verification.passed", "link.ready"]


def test_two_proofs_are_asked_one_after_the_other() -> None:
    talk = Talk(Door(VerificationPolicy(second=("code",))))
    assert talk.say("quiero pagar ya") == ["introduction", "verification.ask"]
    assert talk.say("5678") == ["verification.partly", "verification.code"]
    assert talk.say("123456") == ["verification.passed", "link.ready"]
    assert kinds(talk.door.acts) == ["check_answer", "send_code", "check_answer", "send_link"]


def test_the_balance_after_one_proof_and_a_link_after_two() -> None:
    policy = VerificationPolicy(second=("code",), balance="claimed")
    talk = Talk(Door(policy))
    talk.say("¿cuánto debo?")
    assert talk.say("5678") == ["verification.passed", "info.balance", "open.next"]
    assert talk.say("quiero pagar ya") == ["verification.code"]
    assert talk.say("123456") == ["verification.passed", "link.ready"]


def test_a_code_that_does_not_come_is_sent_again_and_not_twice_at_once() -> None:
    talk = Talk(Door(VerificationPolicy(first=("code",))))
    talk.say("¿cuánto debo?")
    assert talk.say("no me ha llegado") == ["verification.code"]
    talk.door.refuses_codes = "code_too_soon"
    assert talk.say("no me llega, otro código por favor") == ["verification.code_wait"]
    talk.door.refuses_codes = "too_many_codes"
    assert talk.say("otro código") == ["verification.unavailable"]
    assert talk.state.handed_off == "not_verifiable"


def test_a_code_that_ran_out_is_replaced() -> None:
    talk = Talk(Door(VerificationPolicy(first=("code",))))
    talk.say("¿cuánto debo?")
    talk.door.code_out = False
    assert talk.say("123456") == ["verification.expired", "verification.code"]


def test_nowhere_to_send_a_code_to_calls_a_person() -> None:
    talk = Talk(Door(VerificationPolicy(first=("code",)), refuses_codes="no_place_for_code"))
    assert talk.say("¿cuánto debo?") == ["introduction", "verification.unavailable"]
    assert talk.state.handed_off == "not_verifiable"


def test_three_wrong_codes_lock_and_a_person_goes_on() -> None:
    talk = Talk(Door(VerificationPolicy(first=("code",))))
    talk.say("¿cuánto debo?")
    assert talk.say("000000") == ["verification.failed"]
    assert talk.say("000001") == ["verification.last_try"]
    assert talk.say("000002") == ["verification.locked"]
    assert talk.state.handed_off == "verification_locked"


@pytest.mark.parametrize("said", ["se equivocaron de número", "quiero hablar con una persona"])
def test_what_protects_is_heard_while_a_proof_is_asked(said: str) -> None:
    talk = Talk(Door(VerificationPolicy(first=("birth_date",))))
    talk.say("¿cuánto debo?")
    answered = talk.say(f"{said}, 12/03/1985")
    assert answered[0] in ("wrong_person.done", "handoff.done")
    assert not talk.door.proved


def test_a_proof_is_never_kept_in_the_clear() -> None:
    state = State.model_validate({"pending": {"kind": "verification", "factor": "birth_date"}})
    facts = Door(VerificationPolicy(first=("birth_date",))).facts()
    text = "nací el 12/03/1985"
    read = read_turn(RulesUnderstander(), text, state=state, facts=facts, today=TODAY)
    assert "1985" not in mask_text(text, read)


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_the_button_for_another_code_is_read_when_typed(language: Language) -> None:
    state = State.model_validate({"pending": {"kind": "verification", "factor": "code"}})
    facts = Door(VerificationPolicy(first=("code",)), language).facts()
    title = texts(language, "")["button.again"]
    assert len(title) <= 20
    read = read_turn(RulesUnderstander(), title, state=state, facts=facts, today=TODAY)
    assert [command.kind for command in read.commands] == ["repeat"]
