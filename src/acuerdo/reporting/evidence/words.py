"""The words of an evidence file for the codes that its records hold."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Words = Mapping[str, Promise | str]

KINDS: Words = {
    "account": pgettext_lazy("evidence", "Accounts"),
    "timeline": pgettext_lazy("evidence", "What happened to the accounts"),
    "consent": pgettext_lazy("evidence", "Authorisations"),
    "consent_revoked": pgettext_lazy("evidence", "Authorisations withdrawn"),
    "opt_out": pgettext_lazy("evidence", "Wishes to be left alone"),
    "opt_out_withdrawn": pgettext_lazy("evidence", "Such wishes withdrawn"),
    "wish": pgettext_lazy("evidence", "Wishes about hours and channel"),
    "wish_withdrawn": pgettext_lazy("evidence", "Wishes about hours and channel that ended"),
    "quarantine": pgettext_lazy("evidence", "Addresses at rest: a wrong person answered"),
    "quarantine_ended": pgettext_lazy("evidence", "Addresses looked at"),
    "hold": pgettext_lazy("evidence", "Reasons to leave alone"),
    "hold_released": pgettext_lazy("evidence", "Such reasons ended"),
    "inbound": pgettext_lazy("evidence", "Messages received outside the conversation"),
    "turn": pgettext_lazy("evidence", "What was said"),
    "verdict": pgettext_lazy("evidence", "Answers of the contact rules"),
    "message": pgettext_lazy("evidence", "Messages"),
    "contact_attempt": pgettext_lazy("evidence", "Contacts counted"),
    "message_status": pgettext_lazy("evidence", "States of messages"),
    "event": pgettext_lazy("evidence", "Entries of the audit trail"),
}

STATES: Words = {
    "planned": pgettext_lazy("evidence", "planned"),
    "claimed": pgettext_lazy("evidence", "being sent"),
    "sent": pgettext_lazy("evidence", "sent"),
    "delivered": pgettext_lazy("evidence", "delivered"),
    "read": pgettext_lazy("evidence", "read"),
    "withheld": pgettext_lazy("evidence", "withheld"),
    "failed": pgettext_lazy("evidence", "failed"),
    "unknown": pgettext_lazy("evidence", "not known whether sent"),
    # of a contact that is counted
    "reserved": pgettext_lazy("evidence", "reserved"),
    "settled": pgettext_lazy("evidence", "counted"),
    "released": pgettext_lazy("evidence", "not counted: it did not leave"),
    # of an account
    "active": pgettext_lazy("evidence", "open"),
    "closed": pgettext_lazy("evidence", "closed"),
    "recalled": pgettext_lazy("evidence", "taken back by the creditor"),
}

STAGES: Words = {
    "plan": pgettext_lazy("evidence", "when planned"),
    "deliver": pgettext_lazy("evidence", "before it left"),
}

OUTCOMES: Words = {
    "conversation": pgettext_lazy("evidence", "spoken with"),
    "delivered": pgettext_lazy("evidence", "reached the device"),
    "no_answer": pgettext_lazy("evidence", "no answer"),
    "voicemail": pgettext_lazy("evidence", "voicemail"),
    "undelivered": pgettext_lazy("evidence", "did not arrive"),
    "refused": pgettext_lazy("evidence", "refused"),
}

DIRECTIONS: Words = {
    "outbound": pgettext_lazy("evidence", "to the debtor"),
    "inbound": pgettext_lazy("evidence", "from the debtor"),
}

PURPOSES: Words = {
    "collection": pgettext_lazy("evidence", "collection"),
    "preventive_reminder": pgettext_lazy("evidence", "reminder before it is due"),
    "commercial_offer": pgettext_lazy("evidence", "commercial offer"),
    "servicing": pgettext_lazy("evidence", "receipts and confirmations"),
    "information_requested_by_consumer": pgettext_lazy(
        "evidence", "information that the debtor asked for"
    ),
    "reply_to_debtor_query": pgettext_lazy("evidence", "answer to the debtor"),
    "fraud_alert": pgettext_lazy("evidence", "fraud alert"),
    "location_information": pgettext_lazy("evidence", "search for an address"),
    "pre_action_demand": pgettext_lazy("evidence", "demand before legal action"),
    "notice_of_specified_remedy": pgettext_lazy("evidence", "notice of a legal remedy"),
    "statutory_notice": pgettext_lazy("evidence", "notice that the law requires"),
}

PARTIES: Words = {
    "debtor": pgettext_lazy("evidence", "the debtor"),
    "codebtor": pgettext_lazy("evidence", "a co-debtor"),
    "guarantor": pgettext_lazy("evidence", "a guarantor"),
    "spouse": pgettext_lazy("evidence", "the spouse"),
    "parent": pgettext_lazy("evidence", "a parent"),
    "guardian": pgettext_lazy("evidence", "a guardian"),
    "executor": pgettext_lazy("evidence", "the executor"),
    "attorney": pgettext_lazy("evidence", "the lawyer"),
    "debt_advice_provider": pgettext_lazy("evidence", "a debt adviser"),
    "relative": pgettext_lazy("evidence", "a relative"),
    "personal_reference": pgettext_lazy("evidence", "a reference"),
    "neighbour": pgettext_lazy("evidence", "a neighbour"),
    "employer": pgettext_lazy("evidence", "the employer"),
    "colleague": pgettext_lazy("evidence", "a colleague"),
    "minor_third_party": pgettext_lazy("evidence", "a minor"),
    "older_adult_third_party": pgettext_lazy("evidence", "an older person"),
    "unknown": pgettext_lazy("evidence", "unknown"),
}

ACTORS: Words = {
    "system": pgettext_lazy("evidence", "acuerdo"),
    "assistant": pgettext_lazy("evidence", "the assistant"),
    "debtor": pgettext_lazy("evidence", "the debtor"),
    "provider": pgettext_lazy("evidence", "the provider"),
    "law": pgettext_lazy("evidence", "the contact rules"),
    "user": pgettext_lazy("evidence", "a person"),
    "another creditor": pgettext_lazy("evidence", "another creditor"),
}

COLUMNS: Words = {
    "about": pgettext_lazy("evidence", "About"),
    "account": pgettext_lazy("evidence", "Account"),
    "again": pgettext_lazy("evidence", "Allowed again from"),
    "answer": pgettext_lazy("evidence", "Answer"),
    "answers": pgettext_lazy("evidence", "Answers"),
    "authorised": pgettext_lazy("evidence", "Authorised"),
    "by": pgettext_lazy("evidence", "By, source and note"),
    "channel": pgettext_lazy("evidence", "Channel"),
    "counter": pgettext_lazy("evidence", "Counter"),
    "direction": pgettext_lazy("evidence", "Direction"),
    "due_on": pgettext_lazy("evidence", "Due on"),
    "event": pgettext_lazy("evidence", "Event"),
    "outcome": pgettext_lazy("evidence", "Outcome"),
    "owed": pgettext_lazy("evidence", "Owed when exported"),
    "pack": pgettext_lazy("evidence", "Rules applied"),
    "party": pgettext_lazy("evidence", "With whom"),
    "placed_on": pgettext_lazy("evidence", "Placed on"),
    "portfolio": pgettext_lazy("evidence", "Portfolio"),
    "product": pgettext_lazy("evidence", "Product"),
    "purpose": pgettext_lazy("evidence", "Purpose"),
    "reason": pgettext_lazy("evidence", "Reason"),
    "reason_rule": pgettext_lazy("evidence", "Reason and rule"),
    "record": pgettext_lazy("evidence", "Record"),
    "rule": pgettext_lazy("evidence", "Rule"),
    "since": pgettext_lazy("evidence", "Since"),
    "source": pgettext_lazy("evidence", "Source"),
    "source_text": pgettext_lazy("evidence", "Source and text"),
    "state": pgettext_lazy("evidence", "State"),
    "time": pgettext_lazy("evidence", "Time"),
    "until": pgettext_lazy("evidence", "Until"),
    "who": pgettext_lazy("evidence", "Who"),
    "wish": pgettext_lazy("evidence", "Wish"),
    "withdrawn": pgettext_lazy("evidence", "Withdrawn"),
    "words": pgettext_lazy("evidence", "In words"),
}


def word(words: Words, code: str) -> str:
    """The words of a code in the active language; a code that is not known, as it is written."""
    return str(words.get(code, code.replace("_", " ")))
