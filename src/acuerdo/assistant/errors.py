"""Refusals of teaching the assistant and of its FAQ."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from acuerdo.agreements.files import Fault
from acuerdo.core.errors import AcuerdoError


class NothingToFlag(AcuerdoError):
    code = "nothing_to_flag"
    http_status = 422
    message = _("Only what the debtor wrote can be reported as misunderstood.")


class UnknownIntent(AcuerdoError):
    code = "unknown_intent"
    http_status = 422
    message = _("{intent} is nothing that a message can mean here. Choose from the list.")


class TrainingUnderWay(AcuerdoError):
    code = "training_under_way"
    http_status = 409
    message = _("A training is under way. Wait until it is done.")


class NothingToLearn(AcuerdoError):
    code = "nothing_to_learn"
    http_status = 409
    message = _("There is no label yet that the model at work has not learned from.")


class NotForOneCreditor(AcuerdoError):
    code = "not_for_one_creditor"
    http_status = 403
    message = _(
        "One model reads the messages to every creditor. Who trains or changes it must have the"
        " right at all of them."
    )


class NotReady(AcuerdoError):
    code = "model_not_ready"
    http_status = 409
    message = _("Version {number} cannot be put to work: it is not trained.")


class AlreadyAtWork(AcuerdoError):
    code = "model_at_work"
    http_status = 409
    message = _("This version is at work already.")


class RiskLost(AcuerdoError):
    """The version finds a risk less often than the one at work; a person may still want it."""

    code = "risk_lost"
    http_status = 409
    message = _(
        "Version {number} overlooks risks that the one at work finds: {risks}. Confirm that you"
        " want it all the same, or leave the other at work."
    )


class TooManyRisksLost(AcuerdoError):
    code = "too_many_risks_lost"
    http_status = 422
    message = _(
        "Version {number} finds too few of these risks to be put to work: {risks}. Correct the"
        " labels and train again."
    )


class FaqRefused(AcuerdoError):
    """An entry cannot be written; `faults` say why, each with the field it is about."""

    code = "faq_refused"
    http_status = 422
    message = _("{code}: {reason}")

    def __init__(self, faults: Sequence[Fault], *, code: str) -> None:
        self.faults = list(faults)
        super().__init__(code=code, reason=" ".join(fault.message for fault in faults))


class FaqCodeTaken(AcuerdoError):
    code = "faq_code_taken"
    http_status = 409
    message = _("There is an entry with the code {code} already.")


class FactInUse(AcuerdoError):
    code = "fact_in_use"
    http_status = 409
    message = _("The name {name} is in use.")
