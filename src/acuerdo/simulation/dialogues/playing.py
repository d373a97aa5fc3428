"""Play a conversation from the first word to the last, and judge it by what the database holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from acuerdo.agreements.models import Agreement, Offer
from acuerdo.agreements.negotiation import Standing, at_standing, check_terms, list_offers
from acuerdo.agreements.queries import Table, read_table, terms_of
from acuerdo.assistant.dialogue.replies import locale_for, write_date
from acuerdo.cases.models import Case
from acuerdo.compliance.models import OptOut
from acuerdo.core.money import Money, format_money
from acuerdo.ledger.queries import get_balance
from acuerdo.messaging.models import TrackedLink
from acuerdo.simulation.dialogues.lines import Line
from acuerdo.simulation.dialogues.staging import PRODUCT, Cast, last4_of
from acuerdo.simulation.rules.debtors.figures import Result
from acuerdo.simulation.rules.debtors.personas import Persona
from acuerdo.simulation.rules.debtors.talker import Deal, Heard, Said, Talker

MOST_TURNS: Final = 20
_BETWEEN: Final = timedelta(seconds=40)
# What nobody may read before the proof, in any of the languages, beside the amount itself.
_OF_A_DEBT: Final = re.compile(
    r"deuda|d[ií]vida|\bdebt|saldo|balance|cuota|parcela|instal|vencid|overdue|[$£€]|R\$", re.I
)


@dataclass(frozen=True, slots=True)
class Exchange:
    said: Said
    heard: Heard


@dataclass(frozen=True, slots=True)
class Played:
    """A whole conversation and its result."""

    cast: Cast
    exchanges: tuple[Exchange, ...]
    result: Result

    def transcript(self) -> str:
        """What was said, for people to read."""
        lines = []
        for one in self.exchanges:
            lines += [f"  > {one.said.text}", f"  < {one.heard.text}".replace("\n", "\n    ")]
        return "\n".join(lines)


def play(*, cast: Cast, line: Line, now: datetime) -> Played:
    """Let the persona talk on `line` until nothing is left to say, from `now` on."""
    persona, account = cast.persona, cast.account
    talker = Talker(persona, cast.attempt, now.date(), last4_of(cast))
    table = read_table(account, now)
    said: Said | None = talker.open()
    exchanges: list[Exchange] = []
    disclosures = 0
    while said is not None and len(exchanges) < MOST_TURNS:
        now += _BETWEEN
        heard = line.say(said, now)
        exchanges.append(Exchange(said, heard))
        if _tells(heard.text, persona) and not line.is_verified(now):
            disclosures += 1
        said = talker.answer(heard)
    return Played(cast, tuple(exchanges), _judge(cast, line, table, talker, exchanges, disclosures))


def _tells(text: str, persona: Persona) -> bool:
    digits = re.sub(r"\D", "", text)
    whole = str(persona.balance_minor // 100)
    return bool(_OF_A_DEBT.search(text)) or PRODUCT in text or whole in digits


def _judge(
    cast: Cast,
    line: Line,
    table: Table,
    talker: Talker,
    exchanges: Sequence[Exchange],
    disclosures: int,
) -> Result:
    persona, account = cast.persona, cast.account
    agreement = Agreement.objects.filter(account=account, state="active").first()
    handed_over = line.is_handed_over()
    wrong = _disagreements(persona, agreement, talker.agreed_to, exchanges)
    reached = _goal_reached(cast, agreement, handed_over, table, exchanges)
    if get_balance(account.pk).total_minor != persona.balance_minor:
        wrong.append("the books moved")
    recovered = agreement.total_minor if agreement else 0
    if agreement is None and _was_linked(cast, exchanges):
        recovered = persona.balance_minor
    return Result(
        number=persona.number,
        goal=persona.goal,
        language=persona.home.language,
        turns=len(exchanges),
        success=reached and not wrong,
        wrong=tuple(wrong),
        recovered_share=recovered / persona.balance_minor,
        over_conceded=_is_over_conceded(table, agreement, persona),
        handed_over=handed_over,
        floor_violations=_below_the_floor(table, account.pk),
        disclosures=disclosures,
        agreed=agreement is not None,
    )


def _goal_reached(
    cast: Cast,
    agreement: Agreement | None,
    handed_over: bool,
    table: Table,
    exchanges: Sequence[Exchange],
) -> bool:
    persona = cast.persona
    linked = _was_linked(cast, exchanges)
    reached: dict[str, Callable[[], bool]] = {
        "pay_all": lambda: linked or _is_whole(agreement, persona),
        "later": lambda: _is_whole(agreement, persona),
        "instalments": lambda: (
            _is_kept_plan(agreement, persona)
            or (handed_over and not _could_be_kept(table, persona))
        ),
        "bargain": lambda: linked or agreement is not None,
        "cannot": lambda: agreement is None and handed_over and _has_case(cast, "hardship"),
        "dispute": lambda: agreement is None and _has_case(cast, "dispute"),
        "paid": lambda: agreement is None and _has_case(cast, "already_paid"),
        "wrong_person": lambda: agreement is None and _has_case(cast, "wrong_person"),
        "human": lambda: handed_over,
        "stop": lambda: OptOut.objects.filter(debtor=cast.account.debtor).exists(),
        "hostile": lambda: agreement is None and not linked,
    }
    return reached[persona.goal]()


def _is_whole(agreement: Agreement | None, persona: Persona) -> bool:
    """All of it in one payment, when the money is there."""
    if agreement is None or agreement.total_minor != persona.balance_minor:
        return False
    days = [part.due_on for part in agreement.instalments.all()]
    waits = persona.goal == "later"
    return len(days) == 1 and (not waits or days[0] >= persona.money_on)


def _is_kept_plan(agreement: Agreement | None, persona: Persona) -> bool:
    if agreement is None:
        return False
    amounts = [part.amount_minor for part in agreement.instalments.all()]
    covers = sum(amounts) + agreement.discount_minor == persona.balance_minor
    return covers and max(amounts) <= persona.budget_minor


def _could_be_kept(table: Table, persona: Persona) -> bool:
    """Whether the policy has a plan that the debtor could pay."""
    if table.policy is None:
        return False
    return any(
        terms.count > 1
        and max(part.amount.minor for part in terms.schedule) <= persona.budget_minor
        for terms in list_offers(table.policy, table.facts)
    )


def _has_case(cast: Cast, kind: str) -> bool:
    return Case.objects.filter(debtor=cast.account.debtor, kind=kind).exists()


def _was_linked(cast: Cast, exchanges: Sequence[Exchange]) -> bool:
    """Whether a link to pay all of it was given, in words and in the database."""
    told = any(
        part.template == "link.ready"
        and int(part.facts["amount"]["minor"]) == cast.persona.balance_minor
        for one in exchanges
        for part in one.heard.parts
    )
    return told and TrackedLink.objects.filter(account=cast.account).exists()


def _disagreements(
    persona: Persona,
    agreement: Agreement | None,
    agreed_to: Deal | None,
    exchanges: Sequence[Exchange],
) -> list[str]:
    """Where the database, the words and what the debtor said yes to are not the same."""
    told = [
        one.heard
        for one in exchanges
        if any(part.template.startswith("agreed.") for part in one.heard.parts)
    ]
    if agreement is None:
        return ["told of an agreement that is none"] if told else []
    if not told:
        return ["an agreement that was not told"]
    rows = [(part.due_on, part.amount_minor) for part in agreement.instalments.order_by("sequence")]
    wrong = []
    if agreed_to is None or list(agreed_to.schedule) != rows:
        wrong.append("agreed to something else")
    if sum(minor for _day, minor in rows) != agreement.total_minor:
        wrong.append("parts that do not add up")
    language = persona.home.language
    locale = locale_for(language, persona.home.country)
    for day, minor in rows:
        amount = format_money(Money(minor, persona.home.currency), locale)
        if amount not in told[-1].text or write_date(day, language, locale) not in told[-1].text:
            wrong.append("not said to the cent and day")
    return wrong


def _below_the_floor(table: Table, account_id: int) -> int:
    """How many offers and agreements the policy does not admit, however far it may go."""
    if table.policy is None:
        return Offer.objects.filter(account_id=account_id).count()
    return sum(
        1
        for offer in Offer.objects.filter(account_id=account_id)
        if check_terms(table.policy, table.facts, terms_of(offer))
    )


def _is_over_conceded(table: Table, agreement: Agreement | None, persona: Persona) -> bool:
    """Whether less was agreed than the policy opens with, by somebody who could pay it all."""
    if agreement is None or table.policy is None or not persona.can_pay_all:
        return False
    opening = at_standing(table.policy, Standing())
    return bool(check_terms(opening, table.facts, terms_of(agreement.offer)))
