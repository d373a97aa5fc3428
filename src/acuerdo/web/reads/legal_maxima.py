"""Where each country's law leaves the maximum of a rate, in words: who publishes it, how often,
and how sure we are. No legal advice, and the page says so."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_WORDS: dict[str, tuple[Promise | str, ...]] = {
    "CO": (
        _(
            "The Superintendencia Financiera certifies the current bank interest each month; usury"
            " is one and a half times it (Código de Comercio, art. 884; Código Penal, art. 305)."
        ),
        _("Enter each new month: a day without a figure bears nothing until then."),
    ),
    "PE": (
        _(
            "The Banco Central de Reserva sets the maximum rates each half year for firms of the"
            " financial system (Ley 31143); between other people another maximum holds."
        ),
        _("Enter each new half year: a day without a figure bears nothing until then."),
    ),
    "EC": (
        _(
            "The Junta de Política y Regulación Financiera y Monetaria fixes the maximum effective"
            " rate of each segment of credit, and the Banco Central publishes it each month."
        ),
        _("Enter each new month: a day without a figure bears nothing until then."),
    ),
    "CL": (
        _(
            "The Comisión para el Mercado Financiero certifies the conventional maximum rate by"
            " amount and term each month (Ley 18.010); none of its figures is in our sources."
        ),
        _("Enter the one of your debts: a day without a figure bears nothing until then."),
    ),
    "CR": (
        _(
            "The Banco Central de Costa Rica publishes the maximum rates each half year (Ley 7472"
            " as amended by Ley 9859); none of its figures is in our sources."
        ),
        _("Enter the one of your debts: a day without a figure bears nothing until then."),
    ),
    "ZA": (
        _(
            "The National Credit Regulations (reg. 42) allow 2 % a month on incidental credit;"
            " other kinds have maxima above the repurchase rate: enter yours."
        ),
        _(
            "What is borne in default never comes to more than the principal (in duplum; National"
            " Credit Act, s 103(5)): not verified against the text."
        ),
    ),
    "BR": (
        _(
            "A consumer's late fee is 2 % of the instalment at most (Código de Defesa do"
            " Consumidor, art. 52 § 1)."
        ),
        _("Interest for late payment is that of the contract: not verified by us."),
    ),
}
_USUAL: tuple[Promise | str, ...] = (
    _(
        "We hold no figure: rates follow from the contract, some kinds of credit have maxima of"
        " their own, and a court may hold a rate to be usury. Enter a maximum where one holds for"
        " you."
    ),
)
NO_ADVICE = _("This is no legal advice: have it checked before you charge anything.")


def who_publishes(country: str) -> list[str]:
    """The sentences for a country, in the active language."""
    return [str(words) for words in (*_WORDS.get(country, _USUAL), NO_ADVICE)]
