"""What the gate is asked and what it answers: the closed lists of names, and three records.

Every name that a request may carry stands here. A name or a value that does not is never ignored:
the contact is refused as `unknown_input`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from acuerdo.core.vocabulary import Channel, Party, Purpose

if TYPE_CHECKING:
    from acuerdo.compliance.rules.pack import Policy

LANGUAGES = ("es", "pt", "en")

CHANNELS: frozenset[str] = frozenset(Channel)
PARTIES: frozenset[str] = frozenset(Party)
PURPOSES: frozenset[str] = frozenset(Purpose)

# Answers to what the debtor asked: exempt from windows, holidays and caps in every country,
# never from stops and rules of content. The engine itself holds this, not the packs.
ANSWERS: frozenset[str] = frozenset(
    {Purpose.REPLY_TO_DEBTOR_QUERY, Purpose.INFORMATION_REQUESTED_BY_CONSUMER}
)
# Contacts that we begin and that press or inform about the debt.
OUTREACH: frozenset[str] = PURPOSES - ANSWERS - {Purpose.SERVICING, Purpose.FRAUD_ALERT}

# Names for several words at once, which a pack may use in place of them.
GROUPS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "calls": frozenset({Channel.CALL, Channel.PRERECORDED_CALL, Channel.VOICEMAIL}),
        "messages": CHANNELS
        - {Channel.CALL, Channel.PRERECORDED_CALL, Channel.VOICEMAIL, Channel.VISIT},
        "third_parties": PARTIES
        - {
            Party.DEBTOR,
            Party.CODEBTOR,
            Party.GUARANTOR,
            Party.EXECUTOR,
            Party.ATTORNEY,
            Party.DEBT_ADVICE_PROVIDER,
            Party.MINOR_THIRD_PARTY,
            Party.UNKNOWN,
        },
        "owing": frozenset({Party.DEBTOR, Party.CODEBTOR, Party.GUARANTOR}),
        "pressing": OUTREACH - {Purpose.STATUTORY_NOTICE},
        "answers": ANSWERS,
    }
)

OUTCOMES: frozenset[str] = frozenset(
    {"conversation", "delivered", "no_answer", "voicemail", "undelivered", "refused"}
)
CREDITOR_TYPES: frozenset[str] = frozenset(
    {"bank", "retail", "telecom", "utility", "agency", "fund", "other"}
)

REASON_CODES: frozenset[str] = frozenset(
    """
    ok ok_literal outside_hours outside_hours_candidate_zone sunday saturday weekend holiday
    non_business_day daily_cap one_channel_per_week weekly_call_cap weekly_message_cap
    min_gap_2_days call_cap_7_in_7 conversation_cooldown state_cap_2_in_7 third_party
    third_party_address location_info_repeat minor older_adult_third_party channel_not_authorized
    no_consent opt_out cease_communication attorney_represented paid disputed disputed_unverified
    complaint_pending deceased discharged bankruptcy_stay insolvency_proceeding
    judicial_proceeding_started moratorium statute_barred_refusal time_barred_threat hardship_pause
    identity_not_verified workplace_prohibited work_email visit_prohibited postcard public_exposure
    prohibited_content simulates_judicial impersonates_authority threat missing_identification
    missing_opt_out recording_required hidden_caller_id premium_number pay_direct_to_agency
    known_inconvenient_time customer_request_time unknown_input hold
    """.split()
)

# name → type: bool, int, date, instant, channels, hours, or the set of admitted words.
FLAGS: Mapping[str, str | frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys(
            """
            paid disputed disputed_in_writing_in_validation_period verification_sent
            complaint_pending deceased debtor_is_minor represented_by_attorney
            attorney_notice_in_writing written_cease_request opted_out_marketing marketing_consent
            tcpa_consent served_in_collection_lawsuit insolvency_proceeding_open
            discharged_in_insolvency bankruptcy_stay breathing_space_moratorium time_barred
            customer_refused_because_statute_barred hardship_pause identity_verified
            employer_prohibits address_is_third_party address_agreed_in_contract
            express_visit_authorisation is_first_contact
            """.split(),
            "bool",
        ),
        "debtor_age": "int",
        "opted_out_channels": "channels",
        "revoked_channels": "channels",
        "stop_received_at": "date",
        "direct_prior_consent_to_additional_calls_at": "instant",
        "number_type": frozenset({"mobile", "landline", "work", "premium", "toll_free", "unknown"}),
        "email_type": frozenset({"personal", "work", "unknown"}),
        "visit_place": frozenset({"home", "work", "other"}),
        "credit_type": frozenset(
            {
                "consumer",
                "microcredit",
                "housing",
                "agricultural",
                "rural",
                "utility",
                "telecom",
                "student",
                "commercial",
            }
        ),
        "consumer_requested_window": "hours",
        "known_inconvenient": "hours",
    }
)

MESSAGE_FACTS: Mapping[str, str | frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys(
            """
            discloses_debt identifies_creditor identifies_firm identifies_agent supplier_name
            supplier_address supplier_tax_id has_opt_out mini_miranda recording_enabled
            recording_announced states_commercial_purpose asks_reason_for_default
            offers_payment_plan looks_judicial refers_to_judicial_act contains_threat
            threatens_legal_action impersonates_public_institution public_display
            """.split(),
            "bool",
        ),
        "caller_id": frozenset({"identifiable", "hidden"}),
        "callback_number_type": frozenset({"normal", "premium", "toll_free"}),
        "payee": frozenset({"creditor", "collection_agency"}),
    }
)

# A flag that is absent is false, except the ones of which absent means "not evaluated".
NOT_EVALUATED_IF_ABSENT: frozenset[str] = frozenset({"identity_verified"})

FIRST_YEAR, LAST_YEAR = 1970, 2200

INSTRUMENTS: frozenset[str] = frozenset({"separate_after_contract", "inside_contract"})

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class BadInput(ValueError):
    """A request that cannot be judged. `what` names the field, never its content."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class ActiveHold:
    """A reason to leave somebody alone that is in force, until when (None: until it is lifted)."""

    reason: str
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRequest:
    """May we contact this person now?

    The pure check needs the upper part. A caller with a database gives the ids, the channel, the
    purpose, what the message says (`message`) and its `reference`; the room reads the rest.

    `jurisdiction` is where the debtor lives (`CO`, `BR-SP`). `zones` are all IANA zones that may
    be the debtor's; none means every zone of the country. `authorised_channels` is None where it
    is not known which ones the debtor agreed to. `options` switch on a pack's optional rules;
    `policy` are the creditor's own, which can only add to the law's.
    """

    channel: str
    purpose: str
    party: str = Party.DEBTOR
    jurisdiction: str = ""
    zones: tuple[str, ...] = ()
    debt_id: str = ""
    creditor_type: str = "other"
    authorised_channels: frozenset[str] | None = None
    flags: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    message: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    holds: tuple[ActiveHold, ...] = ()
    options: frozenset[str] = frozenset()
    policy: Policy | None = None

    creditor_id: int | None = None
    account_id: int | None = None
    debtor_id: int | None = None
    person_id: int | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastContact:
    """One contact with the same person, ours or theirs, or (`is_household`) with somebody else of
    the same home. An empty `outcome` is still open, and counts as one that reached them."""

    at: datetime
    channel: str
    outcome: str = ""
    direction: str = "outbound"
    party: str = Party.DEBTOR
    purpose: str = Purpose.COLLECTION
    debt_id: str = ""
    is_household: bool = False


History = Sequence[PastContact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The gate's answer. `next_allowed_at` (aware UTC) is the first minute at which the same
    contact would be allowed if nothing else changed; None where time alone does not help, and
    where it is allowed now. `id` names the stored row."""

    allowed: bool
    reason_code: str
    rule_id: str
    citation: str
    next_allowed_at: datetime | None
    pack: str
    pack_version: str
    house_default: bool
    texts: Mapping[str, str]
    id: UUID | None = None

    def explain(self, language: str) -> str:
        """Why, in `es`, `pt` or `en` (else `en`)."""
        return self.texts.get(language[:2]) or self.texts["en"]


_HOUR = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


def parse_hour(text: object, what: str) -> time:
    """`HH:MM` of a local day; 24:00 is its end."""
    if text == "24:00":
        return time.max
    if not isinstance(text, str) or not _HOUR.fullmatch(text):
        raise BadInput(what)
    return time.fromisoformat(text)


def parse_hours(value: Mapping[str, Any], what: str) -> tuple[time, time]:
    """The two ends of `{from, to}`; a missing end is open. Raises BadInput."""
    start = parse_hour(value["from"], what) if value.get("from") is not None else time.min
    end = parse_hour(value["to"], what) if value.get("to") is not None else time.max
    if start == end or (value.get("from") is None and value.get("to") is None):
        raise BadInput(what)
    return start, end


def _check_value(name: str, kind: str | frozenset[str], value: object) -> None:
    good = False
    if isinstance(kind, frozenset):
        good = isinstance(value, str) and value in kind
    elif kind == "bool":
        good = isinstance(value, bool)
    elif kind == "int":
        good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    elif kind == "channels":
        good = isinstance(value, (list, tuple, set, frozenset)) and all(
            isinstance(one, str) and one in CHANNELS for one in value
        )
    elif kind in {"date", "instant"}:
        try:
            parse = date.fromisoformat if kind == "date" else datetime.fromisoformat
            good = isinstance(value, str) and FIRST_YEAR <= parse(value).year <= LAST_YEAR
        except ValueError:
            good = False
    elif kind == "hours" and isinstance(value, Mapping):
        allowed = {"from", "to", "instrument"}
        instrument = value.get("instrument")
        good = allowed.issuperset(value) and (
            instrument is None or (isinstance(instrument, str) and instrument in INSTRUMENTS)
        )
        parse_hours(value, name)
    if not good:
        raise BadInput(name)


def is_reckonable(at: datetime) -> bool:
    """Whether `at` is an instant of years in which days and holidays can be counted."""
    return at.tzinfo is not None and FIRST_YEAR <= at.year <= LAST_YEAR


def check_names(request: ContactRequest) -> None:
    """Raise BadInput where a word of the request is not in the closed lists."""
    if request.channel not in CHANNELS:
        raise BadInput("channel")
    if request.purpose not in PURPOSES:
        raise BadInput("purpose")
    if request.party not in PARTIES or request.party == Party.UNKNOWN:
        raise BadInput("party")
    if request.creditor_type not in CREDITOR_TYPES:
        raise BadInput("creditor_type")
    if request.authorised_channels and not CHANNELS.issuperset(request.authorised_channels):
        raise BadInput("authorised_channels")
    for given, known in ((request.flags, FLAGS), (request.message, MESSAGE_FACTS)):
        for name, value in given.items():
            kind = known.get(name)
            if kind is None:
                raise BadInput(name)
            _check_value(name, kind, value)


def check_history(history: History) -> None:
    """Raise BadInput where a past contact cannot be counted."""
    for item in history:
        if (
            not is_reckonable(item.at)
            or item.channel not in CHANNELS
            or (item.outcome and item.outcome not in OUTCOMES)
            or item.direction not in {"outbound", "inbound"}
            or item.purpose not in PURPOSES
            or item.party not in PARTIES
        ):
            raise BadInput("history")
