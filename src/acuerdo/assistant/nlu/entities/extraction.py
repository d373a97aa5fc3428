"""All values of a message at once, without overlaps: the grammar behind every command's slots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from acuerdo.assistant.nlu.contract import Entity, EntityType, QuestionKind
from acuerdo.assistant.nlu.entities.amounts import find_amounts, find_numbers
from acuerdo.assistant.nlu.entities.bare_numbers import settle_numbers
from acuerdo.assistant.nlu.entities.clauses import Clauses
from acuerdo.assistant.nlu.entities.contacts import find_emails, find_links, find_phones
from acuerdo.assistant.nlu.entities.countries import get_country
from acuerdo.assistant.nlu.entities.dates import find_dates, find_numeric_dates
from acuerdo.assistant.nlu.entities.documents import (
    find_document_answers,
    find_documents,
    find_spoken_documents,
)
from acuerdo.assistant.nlu.entities.marked import mark
from acuerdo.assistant.nlu.entities.plans import find_frequencies, find_instalments
from acuerdo.assistant.nlu.entities.ranges import find_ranges
from acuerdo.assistant.nlu.entities.scene import Scene
from acuerdo.assistant.nlu.entities.shares import find_percents, find_shares
from acuerdo.assistant.nlu.entities.tense import Tenses
from acuerdo.assistant.nlu.entities.times import find_times

# The earlier type wins where two of the same length overlap.
_RANK: tuple[EntityType, ...] = (
    "email",
    "phone",
    "document",
    "percent",
    "installments",
    "date_range",
    "date",
    "time",
    "amount",
    "frequency",
    "ordinal",
    "relative_amount",
    "number",
)
# Readings that give way to whatever says more about the same words.
_WEAK = {"installments.in_parts", "number.bare", "installments.bare_months", "installments.of"}

_ORDINALS: dict[str, int] = {
    **dict.fromkeys(("primera", "primero", "primer", "primeira", "primeiro", "first", "1st"), 1),
    **dict.fromkeys(("segunda", "segundo", "second", "2nd", "otra"), 2),
    **dict.fromkeys(("tercera", "tercero", "tercer", "terceira", "terceiro", "third", "3rd"), 3),
    **dict.fromkeys(("cuarta", "cuarto", "quarta", "quarto", "fourth", "4th"), 4),
    **dict.fromkeys(("ultima", "ultimo", "last"), -1),
}
_LISTED = r"(?:opcion|opcao|option|one|alternativa|propuesta|proposta|offer)"
_CHOICE = re.compile(
    rf"\b(?:(?:la|el|a|o|the)\s+)?(?P<word>{'|'.join(_ORDINALS)})(?P<named>\s+{_LISTED})?\b"
    r"|\b(?:opcion|opcao|option|numero|number|alternativa)\s+(?:numero\s+)?"
    r"(?P<count>[1-9](?!\d)|un[oa]|dos|tres|cuatro|um|dois|duas|quatro|one|two|three|four)\b"
    r"|^\W{0,20}(?:la|el|a|o)\s+(?P<bare>[1-9])\W{0,20}$"
)
_SMALL: dict[str, int] = {
    **dict.fromkeys(("uno", "una", "um", "one"), 1),
    **dict.fromkeys(("dos", "dois", "duas", "two"), 2),
    **dict.fromkeys(("tres", "three"), 3),
    **dict.fromkeys(("cuatro", "quatro", "four"), 4),
}
# How near a date must stand to a pay day that only explains it.
_BESIDE = 12


def extract(
    folded: str,
    original: str,
    *,
    country: str,
    ref_date: date,
    pending: QuestionKind | None,
) -> tuple[Entity, ...]:
    """The entities of a message in reading order, none over another.

    `folded` is `text.fold(original)`. What was asked (`pending`) decides short answers. A number
    that is no value of its own comes as `number`, with the lowest confidence.
    """
    pack = get_country(country)
    tenses = Tenses(folded, original)
    # What is a code is taken out first: nothing inside it is an amount or a day.
    found = [*find_emails(folded, original), *find_documents(folded, original, pack.code)]
    taken = [*find_links(folded), *((entity.start, entity.end) for entity in found)]
    dates = list(find_numeric_dates(folded, original, tenses, ref_date, pack))
    taken.extend((entity.start, entity.end) for entity in dates)
    phones = list(find_phones(folded, original, pack.code, taken))
    taken.extend((entity.start, entity.end) for entity in phones)
    marked = mark(folded, original, pack, taken)
    clauses = Clauses(marked.marked)
    scene = Scene(marked, tenses, clauses, ref_date)
    found += dates + phones
    if pending == "verification":
        found.extend(find_document_answers(folded, original))
    found.extend(find_spoken_documents(marked))
    found.extend(find_instalments(marked))
    found.extend(find_percents(marked))
    found.extend(find_ranges(scene))
    found.extend(find_dates(scene))
    found.extend(find_times(marked))
    found.extend(find_amounts(marked))
    found.extend(find_frequencies(marked))
    found.extend(find_shares(marked, clauses))
    found.extend(_choices(folded, original, pending))
    found.extend(find_numbers(marked))
    kept = settle_numbers(marked, clauses, _without_overlaps(found), pending, ref_date)
    return tuple(_without_explanations(kept))


def _choices(folded: str, original: str, pending: QuestionKind | None) -> Iterator[Entity]:
    for match in _CHOICE.finditer(folded):
        word = match["word"]
        if word:
            # "segunda" is Monday and "last" may be anything: alone they only answer a list.
            if not match["named"] and pending not in ("offer_choice", "account_choice"):
                continue
            position = _ORDINALS[word]
        else:
            text = match["count"] or match["bare"]
            position = int(text) if text.isdigit() else _SMALL[text]
        yield Entity(
            type="ordinal",
            value=position,
            start=match.start(),
            end=match.end(),
            text=original[match.start() : match.end()],
            rule="ordinal",
        )


def _without_overlaps(found: Iterable[Entity]) -> tuple[Entity, ...]:
    """The longest reading of each stretch; of equal ones the type that is more particular."""
    order = sorted(found, key=lambda e: (-_weight(e), _RANK.index(e.type), e.start))
    used = bytearray(max((entity.end for entity in order), default=0))
    kept: list[Entity] = []
    for entity in order:
        if entity.start < entity.end and not any(used[entity.start : entity.end]):
            used[entity.start : entity.end] = b"\x01" * entity.length
            kept.append(entity)
    return tuple(sorted(kept, key=lambda entity: entity.start))


def _weight(entity: Entity) -> int:
    return entity.length - 6 if entity.rule in _WEAK else entity.length


def _without_explanations(entities: tuple[Entity, ...]) -> Iterator[Entity]:
    """Drop a pay day that only explains a date ("el 10 cuando me pagan"), and a "now" that hangs
    on a number which turned out to be no amount ("apt 5 now")."""
    for place, entity in enumerate(entities):
        neighbours = entities[max(0, place - 2) : place + 3]
        if entity.unresolved and any(
            other.value is not None
            and other.type in ("date", "date_range")
            and min(abs(entity.start - other.end), abs(other.start - entity.end)) <= _BESIDE
            for other in neighbours
        ):
            continue
        hangs = entity.rule == "date.now" and entity.confidence <= 0.5
        if hangs and (not place or entities[place - 1].type != "amount"):
            continue
        yield entity
