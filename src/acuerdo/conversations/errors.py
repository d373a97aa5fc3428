"""Refusals of the conversations room."""

from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class OwnedByAnother(AcuerdoError):
    code = "owned_by_another"
    http_status = 409
    message = _("{agent} is answering this conversation. Ask them to release it first.")


class NotTakenOver(AcuerdoError):
    code = "not_taken_over"
    http_status = 409
    message = _("The assistant answers this conversation. Take it over before you write.")


class NothingSaid(AcuerdoError):
    code = "nothing_said"
    http_status = 422
    message = _("The message is empty. Write something before you send it.")


class TooLong(AcuerdoError):
    code = "text_too_long"
    http_status = 422
    message = _("The message has {length} characters; at most {limit} fit. Make it shorter.")


class NowhereToAnswer(AcuerdoError):
    """The debtor has not written yet, so there is no channel and address to answer on."""

    code = "nowhere_to_answer"
    http_status = 409
    message = _("The debtor has not written on any channel yet, so there is nothing to answer.")


class NotProved(AcuerdoError):
    code = "not_proved"
    http_status = 409
    message = _(
        "The reader has not proved who they are, and this tells of a debt. Ask for the proof first."
    )


class DecisionExists(AcuerdoError):
    """A decision is history: the dialogue is rebuilt from it, so it is never changed."""

    code = "decision_exists"
    http_status = 409
    message = _("This turn has been answered already.")


class NoPlaceForCode(AcuerdoError):
    code = "no_place_for_code"
    http_status = 409
    message = _("There is no address on file to which a code can be sent. A person will help.")


class CodeTooSoon(AcuerdoError):
    code = "code_too_soon"
    http_status = 429
    message = _("A code has just been sent. Wait a minute before you ask for another one.")


class TooManyCodes(AcuerdoError):
    code = "too_many_codes"
    http_status = 429
    message = _("Too many codes have been sent. Try again in an hour, or talk to a person.")


class UnknownFact(AcuerdoError):
    code = "unknown_fact"
    http_status = 422
    message = _("Nothing of the kind {kind} is remembered.")
