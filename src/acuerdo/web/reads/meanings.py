"""What a message can mean, in words: the intents, what was asked before, why it was put up."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from acuerdo.assistant.nlu.intents import INTENTS, OUT_OF_SCOPE, PENDING
from acuerdo.web.reads.accounts import Choice

Words = Promise | str

INTENT_WORDS: dict[str, Words] = {
    "greet": _("Greeting"),
    "confirm_identity": _("It is me"),
    "deny_identity": _("Wrong person"),
    "deceased": _("The debtor has died"),
    "ask_balance": _("How much do I owe?"),
    "ask_due_date": _("When is it due?"),
    "ask_why_charged": _("What is this debt?"),
    "dispute_debt": _("I do not owe this"),
    "already_paid": _("I have paid"),
    "promise_to_pay": _("I will pay"),
    "ask_installments": _("Pay in parts"),
    "ask_discount": _("A discount?"),
    "hardship": _("I cannot pay"),
    "refuse_to_pay": _("I will not pay"),
    "ask_payment_methods": _("How do I pay?"),
    "send_link": _("Send me the link"),
    "ask_human": _("Talk to a person"),
    "callback_later": _("Call me later"),
    "stop_contact": _("Stop contacting me"),
    "change_contact_data": _("New address or phone"),
    "complaint_legal": _("Complaint, lawyer, authority"),
    "abuse": _("Insult"),
    "fraud_suspicion": _("Is this a fraud?"),
    "small_talk": _("Small talk"),
    "thanks": _("Thanks"),
    "bye": _("Goodbye"),
    "affirm": _("Yes"),
    "negate": _("No"),
    "repeat": _("Say it again"),
    "language_switch": _("Another language"),
    "out_of_scope": _("Out of scope"),
}
ASKED_WORDS: dict[str, Words] = {
    "identity": _("whether it is the person"),
    "document": _("the document number"),
    "amount": _("an amount"),
    "date": _("a date"),
    "installments": _("how to pay"),
    "offer": _("which offer"),
    "accept": _("a yes to an offer"),
    "method": _("a way to pay"),
    "link": _("whether to send the link"),
    "contact": _("an address or phone"),
    "callback": _("when to call"),
    "anything": _("whether there is anything else"),
    "satisfied": _("whether it helped"),
}
REASON_WORDS: dict[str, Words] = {
    "flagged": _("reported by an agent"),
    "no_match": _("not understood"),
    "not_sure": _("not sure enough"),
}
STATE_WORDS: dict[str, Words] = {
    "open": _("To label"),
    "labelled": _("Labelled"),
    "skipped": _("Skipped"),
}


def meaning_of(intent: str) -> str:
    """An intent in the reader's words."""
    return str(INTENT_WORDS.get(intent, intent))


def list_meanings() -> list[Choice]:
    """All intents by their words; what is out of scope has a button of its own."""
    known = [Choice(one, meaning_of(one)) for one in INTENTS if one != OUT_OF_SCOPE]
    return sorted(known, key=lambda choice: choice.label.casefold())


def list_asked() -> list[Choice]:
    """What the assistant may have asked before."""
    return [Choice(one, str(ASKED_WORDS[one])) for one in PENDING]
