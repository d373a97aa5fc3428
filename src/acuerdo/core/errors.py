"""Refusals that a person can act on: what happened, where, and what to do."""

from typing import Any, ClassVar

from django.core.exceptions import AppRegistryNotReady, ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class AcuerdoError(Exception):
    """The base of every refusal. Subclasses set `code`, `http_status` and `message`.

    `message` may hold `{placeholders}`, filled from the keyword arguments, which stay
    readable in `params`. `str(error)` is in the language that is active when it is read.
    """

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 400
    message: ClassVar[str | Promise] = _("The request could not be carried out.")

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message).format(**self.params)


class StartFailed(RuntimeError):
    """Something that everything else needs did not start. The text (marked for translation, with
    `{placeholders}`) is in the language that is active when it is read, and in English where
    Django is not set up yet."""

    def __init__(self, text: str, **params: Any) -> None:
        self.text, self.params = text, params
        super().__init__(text)

    def __str__(self) -> str:
        try:
            text = gettext(self.text)
        except (AppRegistryNotReady, ImproperlyConfigured):
            text = self.text
        return text.format(**self.params)


class NotFound(AcuerdoError):
    """The thing does not exist, or the actor may not know that it does."""

    code = "not_found"
    http_status = 404
    message = _("{what} was not found. Check the address, or go back to the list.")


class NotAllowed(AcuerdoError):
    code = "not_allowed"
    http_status = 403
    message = _("Your role does not allow this. Ask an administrator of the creditor.")


class CommandConflict(AcuerdoError):
    """The same key came with another input: a bug or an attack, never a repeat."""

    code = "command_conflict"
    http_status = 409
    message = _(
        "The key {key} was already used for {action} with other data. Send a new key for a new"
        " command."
    )


class InvalidAmount(AcuerdoError):
    code = "invalid_amount"
    http_status = 422
    message = _("{value} is not an amount in {currency}. Write it with at most {digits} decimals.")


class SignatureRefused(AcuerdoError):
    code = "signature_refused"
    http_status = 403
    message = _("The signature of this message is wrong or too old. Check the shared secret.")
