"""What a person can do about a contact that was not made, by its reason code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Remedy:
    """`kind` is one of `KINDS`; the words are in the active language when they are read."""

    kind: str
    title: Promise | str
    text: Promise | str


_WAIT = Remedy(
    "wait",
    _("Nothing: it waits"),
    _("The planner asks again by itself as soon as it is allowed. Nobody has to remember it."),
)
_CONSENT = Remedy(
    "consent",
    _("Ask for consent"),
    _(
        "When the person next writes or calls, ask whether this channel suits them and record the"
        " answer with its source. Until then only channels that they authorised are used."
    ),
)
_WISH = Remedy(
    "wish",
    _("Respect it"),
    _("Only the person can take this wish back, by writing to us or by telling an agent."),
)
_CASE = Remedy(
    "case",
    _("Decide the open case"),
    _("The account is left alone until a person has looked. Closing the case ends the hold."),
)
_HOLD = Remedy(
    "hold",
    _("Release the hold when its reason is gone"),
    _("A hold is placed by a person or a case, and ends by itself only where it has a date."),
)
_OVER = Remedy(
    "nothing",
    _("Nothing to do"),
    _("There is nothing to collect here, so nobody is written to about it."),
)
_AGREED = Remedy(
    "nothing",
    _("Nothing to do"),
    _("There is an arrangement. Whoever keeps it is not chased; its own reminders go out."),
)
_PROTECTED = Remedy(
    "nothing",
    _("Nothing to do"),
    _("This protects the person until it ends. Record the end when you learn of it."),
)
_IDENTITY = Remedy(
    "identity",
    _("Have the person prove who they are"),
    _("A text that tells of a debt goes only to who has proved to be the debtor."),
)
_TEXT = Remedy(
    "text",
    _("Change the text"),
    _("The template is what the rule is against. A corrected one goes out with the next plan."),
)
_CHANNEL = Remedy(
    "channel",
    _("Use another way"),
    _("This way is closed for good. Another channel or address of the debtor may be open."),
)
_ADDRESS = Remedy(
    "address",
    _("Find a way that works"),
    _("Add a phone or an e-mail of the debtor, or ask the creditor for one."),
)
_DATA = Remedy(
    "data",
    _("Complete the debtor's data"),
    _("The rules need it: country, part of the country, time zone, or what the message says."),
)
_SETUP = Remedy(
    "setup",
    _("Ask an administrator"),
    _("The channel needs a connected provider and a text in the debtor's language."),
)
_LATE = Remedy(
    "nothing",
    _("Nothing to do"),
    _("What comes too late is never sent. The strategy plans its next step by itself."),
)
_LOOK = Remedy(
    "look",
    _("Look at the account"),
    _("What stands in the way is told above. When it is gone, the planner asks again by itself."),
)

_CODES: Final[dict[Remedy, str]] = {
    _WAIT: """
        outside_hours outside_hours_candidate_zone sunday saturday weekend holiday
        non_business_day daily_cap one_channel_per_week weekly_call_cap weekly_message_cap
        min_gap_2_days call_cap_7_in_7 conversation_cooldown state_cap_2_in_7
        known_inconvenient_time customer_request_time""",
    _CONSENT: "channel_not_authorized no_consent",
    _WISH: "opt_out cease_communication",
    _CASE: "disputed disputed_unverified complaint_pending",
    _HOLD: "hold hardship_pause",
    _OVER: "paid nothing_owed discharged account_closed account_recalled statute_barred_refusal",
    _AGREED: "agreement_active instalment_settled",
    _PROTECTED: """
        attorney_represented deceased minor bankruptcy_stay insolvency_proceeding moratorium
        judicial_proceeding_started""",
    _IDENTITY: "identity_not_verified",
    _TEXT: """
        prohibited_content simulates_judicial impersonates_authority threat missing_identification
        missing_opt_out pay_direct_to_agency time_barred_threat too_long template_invalid
        recording_required""",
    _CHANNEL: """
        postcard public_exposure visit_prohibited third_party third_party_address
        older_adult_third_party workplace_prohibited work_email location_info_repeat
        hidden_caller_id premium_number""",
    _ADDRESS: "no_address no_usable_channel undelivered unreachable",
    _DATA: "unknown_input fact_missing",
    _SETUP: "no_provider no_template unknown_provider",
    _LATE: "too_late",
}
REMEDIES: Final[dict[str, Remedy]] = {
    code: remedy for remedy, codes in _CODES.items() for code in codes.split()
}
KINDS: Final = frozenset(remedy.kind for remedy in (*_CODES, _LOOK))


def remedy_of(code: str) -> Remedy:
    """What can be done where `code` kept a contact from being made."""
    return REMEDIES.get(code, _LOOK)


# What stands behind the reasons that are not a rule's: the outbox had something missing, or the
# message had lost its point.
_EXPLANATIONS: Final[dict[str, Promise | str]] = {
    "too_late": _(
        "Its last moment passed before it could go out. A message past its time is withheld, so"
        " that nobody reads old news."
    ),
    "no_address": _("The debtor has no valid address for this channel any more."),
    "no_provider": _("The creditor has no connected provider that serves this channel."),
    "no_template": _("There is no text of this kind for the channel in the debtor's language."),
    "too_long": _("The finished text is longer than the channel takes, and nothing is cut."),
    "fact_missing": _("The text names something that is not known for this account."),
    "template_invalid": _("The template could not be filled. Its author sees why when saving it."),
    "nothing_owed": _("When it was about to leave, nothing was owed on the account any more."),
    "account_closed": _("When it was about to leave, the account had been closed."),
    "account_recalled": _("When it was about to leave, the creditor had taken the account back."),
    "agreement_active": _(
        "When it was about to leave, an agreement was running. Whoever keeps an agreement is not"
        " chased."
    ),
    "instalment_settled": _("It was about an instalment that had been settled meanwhile."),
    "identity_not_verified": _(
        "The text tells of a debt, and the proof of who reads it had run out or was taken back."
    ),
}


def explanation_of(code: str) -> str:
    """What stands behind a reason that is not a rule's, in the active language; else empty."""
    return str(_EXPLANATIONS.get(code, ""))
