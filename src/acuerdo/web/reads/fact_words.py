"""The facts that contact rules ask about, in words for the what-if form."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Asked first, because they decide most often; the rest is folded away.
MAIN_FLAGS = (
    "paid",
    "disputed",
    "complaint_pending",
    "hardship_pause",
    "deceased",
    "represented_by_attorney",
    "insolvency_proceeding_open",
    "served_in_collection_lawsuit",
    "written_cease_request",
    "identity_verified",
)
MAIN_MESSAGE = (
    "discloses_debt",
    "identifies_creditor",
    "has_opt_out",
    "asks_reason_for_default",
    "looks_judicial",
    "contains_threat",
)

FLAG_WORDS: dict[str, Promise | str] = {
    "paid": _("Nothing is owed"),
    "disputed": _("The debt is disputed"),
    "disputed_in_writing_in_validation_period": _("Disputed in writing within 30 days (US)"),
    "verification_sent": _("The dispute was answered with a verification (US)"),
    "complaint_pending": _("A complaint is open"),
    "deceased": _("The debtor has died"),
    "debtor_is_minor": _("The debtor is a minor"),
    "represented_by_attorney": _("Represented by a lawyer"),
    "attorney_notice_in_writing": _("The lawyer's notice came in writing"),
    "written_cease_request": _("Asked in writing to be left alone"),
    "opted_out_marketing": _("Does not want commercial offers"),
    "marketing_consent": _("Agreed to commercial offers"),
    "tcpa_consent": _("Agreed to automated calls and texts (US)"),
    "served_in_collection_lawsuit": _("Served in a lawsuit over this debt"),
    "insolvency_proceeding_open": _("Insolvency proceedings are open"),
    "discharged_in_insolvency": _("Discharged in an insolvency"),
    "bankruptcy_stay": _("A bankruptcy stays collection (US)"),
    "breathing_space_moratorium": _("Breathing space is in force (GB)"),
    "time_barred": _("The debt is time-barred"),
    "customer_refused_because_statute_barred": _("Refused to pay because it is time-barred"),
    "hardship_pause": _("A pause for hardship was granted"),
    "identity_verified": _("Has proved who they are"),
    "employer_prohibits": _("The employer forbids contact at work"),
    "address_is_third_party": _("The address is somebody else's"),
    "address_agreed_in_contract": _("The address was agreed in the contract"),
    "express_visit_authorisation": _("Expressly agreed to a visit"),
    "is_first_contact": _("This is the first contact about the debt"),
    "debtor_age": _("Age of the debtor"),
    "opted_out_channels": _("Opted out of this channel"),
    "revoked_channels": _("Withdrew the authorisation of this channel"),
    "stop_received_at": _("Sent a stop word on"),
    "direct_prior_consent_to_additional_calls_at": _("Agreed to more calls on (US)"),
    "number_type": _("Kind of number"),
    "email_type": _("Kind of e-mail address"),
    "visit_place": _("Place of the visit"),
    "credit_type": _("Kind of credit"),
    "consumer_requested_window": _("Asked for contacts between"),
    "known_inconvenient": _("Said that these hours do not suit"),
}

MESSAGE_WORDS: dict[str, Promise | str] = {
    "discloses_debt": _("Tells of a debt"),
    "identifies_creditor": _("Names the creditor"),
    "identifies_firm": _("Names the collection agency"),
    "identifies_agent": _("Names the agent"),
    "supplier_name": _("Name of the supplier (BR)"),
    "supplier_address": _("Address of the supplier (BR)"),
    "supplier_tax_id": _("Tax number of the supplier (BR)"),
    "has_opt_out": _("Says how to stop"),
    "mini_miranda": _("Says that it comes from a debt collector (US)"),
    "recording_enabled": _("The call is recorded"),
    "recording_announced": _("The recording is announced"),
    "states_commercial_purpose": _("Says at once that it is commercial"),
    "asks_reason_for_default": _("Asks why the debt was not paid"),
    "offers_payment_plan": _("Offers a payment plan"),
    "looks_judicial": _("Looks like a court's paper"),
    "refers_to_judicial_act": _("Refers to an act of a court"),
    "contains_threat": _("Contains a threat"),
    "threatens_legal_action": _("Threatens with legal action"),
    "impersonates_public_institution": _("Poses as a public institution"),
    "public_display": _("Others can see it"),
    "caller_id": _("The caller's number"),
    "callback_number_type": _("The number to call back"),
    "payee": _("Who is to be paid"),
}

# The words that a fact may have.
VALUE_WORDS: dict[str, Promise | str] = {
    "mobile": _("mobile"),
    "landline": _("landline"),
    "work": _("work"),
    "premium": _("costs extra"),
    "toll_free": _("free of charge"),
    "unknown": _("not known"),
    "personal": _("personal"),
    "home": _("home"),
    "other": _("other"),
    "consumer": _("consumer credit"),
    "microcredit": _("microcredit"),
    "housing": _("housing"),
    "agricultural": _("agricultural"),
    "rural": _("rural"),
    "utility": _("utility"),
    "telecom": _("telecom"),
    "student": _("student loan"),
    "commercial": _("commercial"),
    "identifiable": _("shown"),
    "hidden": _("hidden"),
    "normal": _("normal"),
    "creditor": _("the creditor"),
    "collection_agency": _("the collection agency"),
    "bank": _("bank"),
    "retail": _("shop"),
    "agency": _("collection agency"),
    "fund": _("fund"),
    "separate_after_contract": _("in a document of its own, after the contract"),
    "inside_contract": _("in the contract itself"),
}


def value_of(word: str) -> str:
    """A word of a closed list in the active language."""
    return str(VALUE_WORDS.get(word, word.replace("_", " ")))
