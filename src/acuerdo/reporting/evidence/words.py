"""The words of an evidence file for the codes that its records hold."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, Promise | str]

KINDS: Words = {
    "account": _("Accounts"),
    "timeline": _("What happened to the accounts"),
    "consent": _("Authorisations"),
    "consent_revoked": _("Authorisations withdrawn"),
    "opt_out": _("Wishes to be left alone"),
    "opt_out_withdrawn": _("Such wishes withdrawn"),
    "hold": _("Reasons to leave alone"),
    "hold_released": _("Such reasons ended"),
    "inbound": _("Messages received outside the conversation"),
    "turn": _("What was said"),
    "verdict": _("Answers of the contact rules"),
    "message": _("Messages"),
    "contact_attempt": _("Contacts counted"),
    "message_status": _("States of messages"),
    "event": _("Entries of the audit trail"),
}

STATES: Words = {
    "planned": _("planned"),
    "claimed": _("being sent"),
    "sent": _("sent"),
    "delivered": _("delivered"),
    "read": _("read"),
    "withheld": _("withheld"),
    "failed": _("failed"),
    "unknown": _("not known whether sent"),
    # of a contact that is counted
    "reserved": _("reserved"),
    "settled": _("counted"),
    "released": _("not counted: it did not leave"),
    # of an account
    "active": _("open"),
    "closed": _("closed"),
    "recalled": _("taken back by the creditor"),
}

STAGES: Words = {"plan": _("when planned"), "deliver": _("before it left")}

OUTCOMES: Words = {
    "conversation": _("spoken with"),
    "delivered": _("reached the device"),
    "no_answer": _("no answer"),
    "voicemail": _("voicemail"),
    "undelivered": _("did not arrive"),
    "refused": _("refused"),
}

DIRECTIONS: Words = {"outbound": _("to the debtor"), "inbound": _("from the debtor")}

PURPOSES: Words = {
    "collection": _("collection"),
    "preventive_reminder": _("reminder before it is due"),
    "commercial_offer": _("commercial offer"),
    "servicing": _("receipts and confirmations"),
    "information_requested_by_consumer": _("information that the debtor asked for"),
    "reply_to_debtor_query": _("answer to the debtor"),
    "fraud_alert": _("fraud alert"),
    "location_information": _("search for an address"),
    "pre_action_demand": _("demand before legal action"),
    "notice_of_specified_remedy": _("notice of a legal remedy"),
    "statutory_notice": _("notice that the law requires"),
}

PARTIES: Words = {
    "debtor": _("the debtor"),
    "codebtor": _("a co-debtor"),
    "guarantor": _("a guarantor"),
    "spouse": _("the spouse"),
    "parent": _("a parent"),
    "guardian": _("a guardian"),
    "executor": _("the executor"),
    "attorney": _("the lawyer"),
    "debt_advice_provider": _("a debt adviser"),
    "relative": _("a relative"),
    "personal_reference": _("a reference"),
    "neighbour": _("a neighbour"),
    "employer": _("the employer"),
    "colleague": _("a colleague"),
    "minor_third_party": _("a minor"),
    "older_adult_third_party": _("an older person"),
    "unknown": _("unknown"),
}

ACTORS: Words = {
    "system": _("acuerdo"),
    "assistant": _("the assistant"),
    "debtor": _("the debtor"),
    "provider": _("the provider"),
    "law": _("the contact rules"),
    "user": _("a person"),
    "another creditor": _("another creditor"),
}

SAID: Words = {
    "debtor": _("The debtor wrote by {channel}"),
    "assistant": _("The assistant answered by {channel}"),
    "agent": _("{name} answered by {channel}"),
    "system": _("Notice in the conversation"),
}


def word(words: Words, code: str) -> str:
    """The words of a code in the active language; a code that is not known, as it is written."""
    return str(words.get(code, code.replace("_", " ")))
