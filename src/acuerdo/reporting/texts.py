"""The words and icons of reports: one sentence per kind of thing that happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from acuerdo.compliance.models import ContactWish, WishKind
from acuerdo.portfolio.rules.subdivisions import list_subdivisions

# kind → (icon, sentence). The sentence's names are filled from the item's params.
_KINDS: dict[str, tuple[str, Promise | str]] = {
    "placed": ("file", _("Placed: account {number}, {balance}")),
    "adjusted": ("ledger", _("Balance changed by {amount}")),
    "entry": ("ledger", _("Entry in the books: {kind}, {amount}")),
    "reversed": ("ledger", _("Entry reversed: {amount}")),
    "scored": ("score", _("Score {band}: {percent} likely to pay within 30 days")),
    "segment": ("segment", _("In the segment {segment}")),
    "enrolled": ("plan", _("Started the strategy {strategy}")),
    "left": ("plan", _("Left the strategy {strategy}: {reason}")),
    "refused": ("law", _("{channel} not allowed: {reason}")),
    "message_planned": ("message", _("{channel} planned")),
    "message_sent": ("message", _("{channel} sent")),
    "message_delivered": ("message", _("{channel} delivered")),
    "message_read": ("message", _("{channel} read")),
    "message_withheld": ("law", _("{channel} withheld: {reason}")),
    "message_failed": ("alert", _("{channel} failed: {reason}")),
    "message_unknown": ("alert", _("{channel}: it is not known whether it was sent")),
    "said_debtor": ("reply", _("The debtor wrote by {channel}")),
    "said_assistant": ("assistant", _("The assistant answered by {channel}")),
    "said_agent": ("person", _("{name} answered by {channel}")),
    "said_system": ("info", _("Notice in the conversation")),
    "handed_off": ("person", _("A person was asked for: {reason}")),
    "taken_over": ("person", _("{name} took over the conversation")),
    "released": ("assistant", _("{name} gave the conversation back to the assistant")),
    "verified": ("shield", _("The debtor proved who they are")),
    "verification_failed": ("shield", _("A wrong answer to the verification question")),
    "residence_changed": ("place", _("Lives in {place}: the law of there holds")),
    "location_declared": ("place", _("Says to be in {place}")),
    "location_ended": ("place", _("Is back home")),
    "link_opened": ("link", _("The debtor opened the portal")),
    "offered": ("offer", _("Offered: {kind}, {total}")),
    "conceded": ("offer", _("The debtor offered more: step {round} of the policy")),
    "exception": ("alert", _("Offered beyond the policy: {discount} less")),
    "agreed": ("agreement", _("Agreed: {kind}, {total}")),
    "agreement_kept": ("check", _("Agreement kept: {total}")),
    "agreement_broken": ("alert", _("Agreement not kept: {total}")),
    "agreement_cancelled": ("agreement", _("Agreement cancelled: {total}")),
    "agreement_replaced": ("agreement", _("Agreement replaced by another: {total}")),
    "instalment_paid": ("check", _("Part {sequence} of the agreement paid: {amount}")),
    "instalment_missed": ("alert", _("Part {sequence} of the agreement not paid: {amount}")),
    "payment_requested": ("payment", _("Payment page opened: {amount}")),
    "payment_declined": ("alert", _("Payment declined: {amount}")),
    "payment_expired": ("payment", _("Payment page expired: {amount}")),
    "payment_unknown": ("alert", _("It is not known whether {amount} was paid")),
    "paid": ("payment", _("Paid: {amount}")),
    "payment_reversed": ("alert", _("Payment reversed: {amount}")),
    "case_opened": ("case", _("Case opened: {kind}")),
    "evidence_added": ("file", _("A receipt of a payment came")),
    "case_closed": ("case", _("Case closed: {kind}")),
    "task_created": ("task", _("Task for a person: {kind}")),
    "task_done": ("task", _("Task done: {kind}")),
    "held": ("hold", _("Left alone: {reason}")),
    "hold_released": ("hold", _("No longer left alone: {reason}")),
    "authorised": ("consent", _("Authorised {channel}: {source}")),
    "opted_out": ("hold", _("Does not want to be written to: {channel}")),
    "opted_in": ("consent", _("Wants to be written to again: {channel}")),
    "wished": ("consent", _("Wish: {wish}")),
    "wish_ended": ("consent", _("Wish withdrawn: {wish}")),
    "address_rests": ("alert", _("A wrong person answered at {address}: it is not used")),
    "address_used": ("check", _("{address} is used again")),
    "address_removed": ("alert", _("{address} was removed for good")),
    "contacted_before": ("message", _("{channel}, before the account came to us")),
    "wrote_before": ("reply", _("The debtor wrote by {channel}, before the account came to us")),
    "party_added": ("person", _("Answers for the debt from now on: {who}, {role}")),
    "party_removed": ("person", _("Answers for the debt no more: {who}, {role}")),
    "closed": ("check", _("Account closed")),
}

TITLES: dict[str, Promise | str] = {kind: title for kind, (_icon, title) in _KINDS.items()}
ICONS: dict[str, str] = {kind: icon for kind, (icon, _title) in _KINDS.items()}

# Of two things at one instant, the earlier in this list came first.
RANKS: dict[str, int] = {kind: rank for rank, kind in enumerate(_KINDS)}

CHANNELS: dict[str, Promise | str] = {
    "call": _("Call"),
    "prerecorded_call": _("Recorded call"),
    "voicemail": _("Voicemail"),
    "sms": _("SMS"),
    "whatsapp": _("WhatsApp"),
    "telegram": _("Telegram"),
    "messenger": _("Messenger"),
    "instagram": _("Instagram"),
    "chat": _("Chat"),
    "push": _("Push"),
    "email": _("E-mail"),
    "letter": _("Letter"),
    "postcard": _("Postcard"),
    "visit": _("Visit"),
    "social_public": _("Social network"),
    "": _("All channels"),
}

WORDS: dict[str, Promise | str] = {
    # kinds of offer and agreement
    "full": _("payment in full"),
    "promise": _("promise to pay"),
    "plan": _("instalments"),
    "settlement": _("settlement with a discount"),
    # kinds of case and task
    "dispute": _("the debt is disputed"),
    "already_paid": _("says it is already paid"),
    "hardship": _("cannot pay now"),
    "complaint": _("complaint"),
    "fraud": _("says it is a fraud"),
    "deceased": _("the person has died"),
    "wrong_person": _("wrong person"),
    "hand_off": _("wants to talk to a person"),
    "human": _("wants to talk to a person"),
    "review_case": _("review a case"),
    "question": _("asked what the assistant cannot answer"),
    "callback": _("asked to be contacted later"),
    # how a payment that was claimed turned out
    "payment_booked": _("the payment was posted"),
    "payment_found": _("the payment was found"),
    "not_found": _("no such payment was found"),
    # why the assistant asked for a person
    "crisis": _("spoke of ending their life"),
    "asked": _("wants to talk to a person"),
    "verification_locked": _("could not prove who they are"),
    "not_verified": _("could not prove who they are"),
    "not_verifiable": _("cannot be verified here"),
    "not_understood": _("was not understood twice"),
    "abuse": _("is upset"),
    "paused": _("the case is under review"),
    "no_offer": _("no offer can be made"),
    "no_agreement": _("no agreement was found"),
    "complex": _("the creditor leaves this debt to people"),
    "refused": _("a step was refused"),
    "update_contact": _("wants to change contact data"),
    "documents": _("asks for documents"),
    "wants_to_pay_after_stop": _("wants to pay after asking for silence"),
    "reply_blocked": _("an answer was held back"),
    # why a strategy was left
    "finished": _("all its steps are done"),
    "agreement": _("there is an agreement"),
    "paid": _("paid"),
    "payment": _("a payment came in"),
    "case": _("a case is open"),
    "hold": _("it is to be left alone"),
    "opted_out": _("does not want to be written to"),
    "segment_changed": _("it moved to another segment"),
    "closed": _("the account was closed"),
    "restarted": _("a new conversation starts"),
    # why the gate, the outbox or a person stopped something
    "outside_hours": _("outside the permitted hours"),
    "outside_hours_candidate_zone": _("outside the permitted hours where the person may live"),
    "sunday": _("it is Sunday"),
    "saturday": _("it is Saturday"),
    "weekend": _("it is the weekend"),
    "holiday": _("it is a public holiday"),
    "non_business_day": _("it is not a business day"),
    "daily_cap": _("the contacts of the day are used up"),
    "weekly_cap": _("the contacts of the week are used up"),
    "weekly_call_cap": _("the calls of the week are used up"),
    "weekly_message_cap": _("the messages of the week are used up"),
    "one_channel_per_week": _("another channel was used this week"),
    "min_gap_2_days": _("the last contact was less than two days ago"),
    "call_cap_7_in_7": _("seven calls in seven days"),
    "state_cap_2_in_7": _("two contacts in seven days"),
    "conversation_cooldown": _("we spoke within the last days"),
    "third_party": _("it would reach somebody else"),
    "third_party_address": _("the address is somebody else's"),
    "location_info_repeat": _("that person was already asked"),
    "minor": _("the person is a minor"),
    "older_adult_third_party": _("it would reach an older person"),
    "channel_not_authorized": _("the channel is not authorised"),
    "no_consent": _("there is no consent"),
    "opt_out": _("does not want to be written to"),
    "cease_communication": _("asked in writing to be left alone"),
    "attorney_represented": _("is represented by a lawyer"),
    "disputed": _("the debt is disputed"),
    "disputed_unverified": _("the dispute has not been answered"),
    "complaint_pending": _("a complaint is open"),
    "discharged": _("the debt was discharged"),
    "bankruptcy_stay": _("insolvency stays collection"),
    "insolvency_proceeding": _("insolvency proceedings are open"),
    "judicial_proceeding_started": _("a lawsuit has begun"),
    "moratorium": _("a moratorium is in force"),
    "statute_barred_refusal": _("the debt is time-barred and was refused"),
    "time_barred_threat": _("the debt is time-barred"),
    "hardship_pause": _("the person cannot pay now"),
    "identity_not_verified": _("it is not sure who reads"),
    "workplace_prohibited": _("not at the place of work"),
    "work_email": _("not to a work e-mail"),
    "visit_prohibited": _("visits are not allowed"),
    "postcard": _("others could read it"),
    "public_exposure": _("others could see it"),
    "prohibited_content": _("the text is not allowed"),
    "simulates_judicial": _("the text looks like a court's"),
    "impersonates_authority": _("the text looks like an authority's"),
    "threat": _("the text threatens"),
    "missing_identification": _("the text does not say who writes"),
    "missing_opt_out": _("the text names no way to stop"),
    "recording_required": _("the call would have to be recorded"),
    "hidden_caller_id": _("the caller's number is hidden"),
    "premium_number": _("the number costs extra"),
    "pay_direct_to_agency": _("payment must go to the creditor"),
    "known_inconvenient_time": _("the person said that this time does not suit"),
    "customer_request_time": _("the person asked for another time"),
    "unknown_input": _("a fact that the rules need is missing"),
    "no_usable_channel": _("no channel reaches the person"),
    "too_late": _("it would have come too late"),
    "no_address": _("there is no usable address"),
    "no_provider": _("no provider is connected"),
    "no_template": _("there is no text for it"),
    "too_long": _("the text is too long for the channel"),
    "fact_missing": _("the text needs something that is not known"),
    "template_invalid": _("the text could not be made"),
    "nothing_owed": _("nothing is owed any more"),
    "account_closed": _("the account was closed"),
    "account_recalled": _("the creditor took the account back"),
    "agreement_active": _("there is an agreement"),
    "instalment_settled": _("that part was already settled"),
    "undelivered": _("it could not be delivered"),
    "unreachable": _("the number or address cannot be reached"),
    "payment_mismatch": _("a payment does not fit"),
    "insolvency": _("insolvency proceedings are open"),
    "attorney": _("is represented by a lawyer"),
    "lawsuit": _("a lawsuit has begun"),
    "bankruptcy": _("insolvency stays collection"),
    "commercial_offer": _("commercial offers"),
    "on_request": _("a person decided to wait"),
    "cease": _("asked in writing to be left alone"),
    # kinds of entry
    "placement": _("placement"),
    "opening": _("placement"),
    "adjustment": _("adjustment"),
    "discount": _("discount"),
    "accrual": _("interest and charges"),
    "write_off": _("written off"),
    "recall": _("recalled"),
    "sale": _("sold"),
    "refund": _("refund"),
    "reallocation": _("payments allocated anew"),
    "reversal": _("reversal"),
    # why a person corrected the books, and how credit was given back
    "calculated_wrong": _("it was calculated wrongly"),
    "reduction_agreed": _("a reduction was agreed"),
    "creditor_told": _("the creditor said so"),
    "court_order": _("a court or an authority ordered it"),
    "goodwill": _("goodwill"),
    "by_transfer": _("by bank transfer"),
    "by_card": _("to the card that paid"),
    "by_cash": _("in cash"),
    "charged_back": _("it was charged back"),
    "bounced": _("it bounced"),
    "wrong_account": _("it belongs to another account"),
    "by_mistake": _("it was written down by mistake"),
    # components
    "principal": _("Principal"),
    "interest": _("Interest"),
    "fees": _("Fees"),
    "costs": _("Costs"),
    "taxes": _("Taxes"),
    "credit": _("In the debtor's favour"),
}

PURPOSES: dict[str, Promise | str] = {
    "collection": _("Collection"),
    "preventive_reminder": _("Reminder before the due date"),
    "commercial_offer": _("Commercial offer"),
    "servicing": _("Service"),
    "information_requested_by_consumer": _("Information that was asked for"),
    "reply_to_debtor_query": _("Answer to the debtor"),
    "fraud_alert": _("Fraud alert"),
    "location_information": _("Asking where the debtor is"),
    "pre_action_demand": _("Demand before a lawsuit"),
    "notice_of_specified_remedy": _("Notice of a remedy"),
    "statutory_notice": _("Notice that a law requires"),
}

PARTIES: dict[str, Promise | str] = {
    "debtor": _("Debtor"),
    "codebtor": _("Co-debtor"),
    "guarantor": _("Guarantor"),
    "spouse": _("Spouse"),
    "parent": _("Parent"),
    "guardian": _("Guardian"),
    "executor": _("Representative of the estate"),
    "attorney": _("Lawyer"),
    "debt_advice_provider": _("Debt adviser"),
    "relative": _("Relative"),
    "personal_reference": _("Personal reference"),
    "neighbour": _("Neighbour"),
    "employer": _("Employer"),
    "colleague": _("Colleague"),
    "minor_third_party": _("A minor of the household"),
    "older_adult_third_party": _("An older person of the household"),
    "unknown": _("Unknown"),
}

OUTCOMES: dict[str, Promise | str] = {
    "conversation": _("a conversation"),
    "delivered": _("delivered"),
    "no_answer": _("no answer"),
    "voicemail": _("voicemail"),
    "undelivered": _("it could not be delivered"),
    "refused": _("the person hung up or refused it"),
    "": _("no outcome yet"),
}


def place_of(country: str, subdivision: str = "") -> str:
    """A country (ISO 3166-1) or a part of it (ISO 3166-2) by name, `–` where it is not told."""
    if not country:
        return "–"
    names = Locale.parse(get_language() or "en", sep="-").territories
    name = str(names.get(country, country))
    if not subdivision:
        return name
    parts = {f"{country}-{part.code}": part.names[0] for part in list_subdivisions(country)}
    return f"{parts.get(subdivision, subdivision)}, {name}"


def title_of(kind: str, params: Mapping[str, str]) -> str:
    """The sentence of a kind in the active language, filled with `params`."""
    return str(TITLES[kind]).format_map(params)


def channel_of(channel: str) -> str:
    """A channel's name in the active language."""
    return str(CHANNELS.get(channel, channel))


def purpose_of(purpose: str) -> str:
    """A purpose's name in the active language."""
    return str(PURPOSES.get(purpose, purpose))


def party_of(party: str) -> str:
    """The other side's name in the active language."""
    return str(PARTIES.get(party, party))


def outcome_of(outcome: str) -> str:
    """What became of a contact, in the active language; empty is still open."""
    return str(OUTCOMES.get(outcome, outcome))


def say_wish(wish: ContactWish) -> str:
    """A debtor's wish about hours or channel in one sentence of the active language."""
    if wish.kind == WishKind.PREFERRED_CHANNEL:
        return gettext("Prefers {channel}").format(channel=channel_of(wish.channel))
    hours = _say_hours(wish.from_time, wish.to_time)
    if wish.kind == WishKind.REQUESTED_HOURS:
        return gettext("Asked for these hours: {hours}").format(hours=hours)
    return gettext("Not at these hours: {hours}").format(hours=hours)


def _say_hours(start: time | None, end: time | None) -> str:
    if start is None:
        return gettext("until {end}").format(end=f"{end:%H:%M}")
    if end is None:
        return gettext("from {start} on").format(start=f"{start:%H:%M}")
    return f"{start:%H:%M}–{end:%H:%M}"


def word_of(code: str) -> str:
    """A code (kind of agreement, reason, …) in the active language; the code where unknown."""
    return str(WORDS.get(code, code.replace("_", " ")))


def reason_text(code: str) -> str:
    """Why the gate or the outbox kept a message back, in the active language."""
    return word_of(code)
