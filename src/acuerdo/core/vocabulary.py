"""The closed lists of words that every room shares: one spelling everywhere."""

from enum import StrEnum


class Channel(StrEnum):
    """A medium through which a person is reached."""

    CALL = "call"
    PRERECORDED_CALL = "prerecorded_call"
    VOICEMAIL = "voicemail"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    MESSENGER = "messenger"
    INSTAGRAM = "instagram"
    CHAT = "chat"
    PUSH = "push"
    EMAIL = "email"
    LETTER = "letter"
    POSTCARD = "postcard"
    VISIT = "visit"
    SOCIAL_PUBLIC = "social_public"


class Party(StrEnum):
    """Who is on the other side of a contact."""

    DEBTOR = "debtor"
    CODEBTOR = "codebtor"
    GUARANTOR = "guarantor"
    SPOUSE = "spouse"
    PARENT = "parent"
    GUARDIAN = "guardian"
    EXECUTOR = "executor"
    ATTORNEY = "attorney"
    DEBT_ADVICE_PROVIDER = "debt_advice_provider"
    RELATIVE = "relative"
    PERSONAL_REFERENCE = "personal_reference"
    NEIGHBOUR = "neighbour"
    EMPLOYER = "employer"
    COLLEAGUE = "colleague"
    MINOR_THIRD_PARTY = "minor_third_party"
    OLDER_ADULT_THIRD_PARTY = "older_adult_third_party"
    UNKNOWN = "unknown"


class Purpose(StrEnum):
    """Why a contact is made. A contact that is two of these counts as the stricter one."""

    COLLECTION = "collection"
    PREVENTIVE_REMINDER = "preventive_reminder"
    COMMERCIAL_OFFER = "commercial_offer"
    SERVICING = "servicing"
    INFORMATION_REQUESTED_BY_CONSUMER = "information_requested_by_consumer"
    REPLY_TO_DEBTOR_QUERY = "reply_to_debtor_query"
    FRAUD_ALERT = "fraud_alert"
    LOCATION_INFORMATION = "location_information"
    PRE_ACTION_DEMAND = "pre_action_demand"
    NOTICE_OF_SPECIFIED_REMEDY = "notice_of_specified_remedy"
    STATUTORY_NOTICE = "statutory_notice"


class Component(StrEnum):
    """A part of what is owed."""

    PRINCIPAL = "principal"
    INTEREST = "interest"
    FEES = "fees"
    COSTS = "costs"
    TAXES = "taxes"


class VerificationLevel(StrEnum):
    """How sure we are who speaks."""

    NONE = "none"
    CLAIMED = "claimed"
    VERIFIED = "verified"

    @property
    def rank(self) -> int:
        return list(VerificationLevel).index(self)
