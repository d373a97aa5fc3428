"""Times on the clock and delays: "después de las 6", "às 14h", "in like twenty minutes"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from acuerdo.assistant.nlu.calendar_words import COUNT, count_of
from acuerdo.assistant.nlu.clauses import Clauses
from acuerdo.assistant.nlu.contract import Entity
from acuerdo.assistant.nlu.marked import Marked
from acuerdo.assistant.nlu.nouns import COUNTED

_HEDGE = (
    r"(?:(?:tipo|como|eso\s+de|ahi|maximo|mas\s+o\s+menos|umas|unas|mais\s+ou\s+menos|like|about|around|round|say|just)\s+)?"
)
_BEFORE = (
    r"(?:(?:despues|dsp|dspues|pasad[oa]s?)\s+(?:de\s+)?(?:las|la)|depois\s+d?as?|dps\s+d?as|depois\s+de|despues\s+de|dspues\s+d(?:e\s+las)?"
    r"|a\s+partir\s+d(?:e\s+las|e\s+la|as|e)|antes\s+d(?:e\s+las|e\s+la|as|e)|desde\s+las|hasta\s+las|sobre\s+las|tipo|tipo\s+las|tipo\s+a\s+las"
    r"|como\s+a\s+las?|a\s+eso\s+de\s+las?|ya\s+pasadas\s+las|pasadas\s+las|por\s+volta\s+d(?:as|e)|la\s+pelas|la\s+para\s+as|pelas|umas"
    r"|a\s+las|a\s+la|alas|as|ao|a|para\s+las|pra\s+as|pras|ate\s+as|ate|apos\s+as|apos|a\s+partir|entre\s+las|las"
    r"|after|at|around|by|before|past|until|til|till|from|like|about|@)"
)
_PART = (
    r"(?:\s*(?P<part>a\.?\s?m\b\.?|p\.?\s?m\b\.?|(?:en\s+punto\s+)?(?:de|por|en)\s+(?:la\s+)?(?:manana|tarde|noche|madrugada)"
    r"|(?:da|de|a)\s+(?:manha|tarde|noite|madrugada)|in\s+the\s+(?:morning|afternoon|evening)|at\s+night|tonight"
    r"|del\s+(?:mediodia|dia)|o'?\s?clock|en\s+punto|em\s+ponto))?"
)
_MINUTES = (
    r"(?:\s+(?:y|e|and)\s+(?P<more>media|meia|half|cuarto|quarto|pico|N++)(?!\w)(?:\s+min\w*)?)?"
)
_AT = re.compile(
    rf"\b(?P<prep>{_BEFORE})\s+{_HEDGE}(?P<hour>N++)(?P<suffix>\s?(?:hs|hrs|horas|hr|h)\b)?{_MINUTES}{_PART}(?!\w|\s?%|[.,/]\d)"
)
_CLOCK = re.compile(rf"(?:\b(?P<prep>{_BEFORE})\s+{_HEDGE})?(?P<clock>C++){_PART}(?!\w)")
_HALF_PAST = re.compile(
    rf"\b(?:(?:at|after|around|before)\s+)?(?P<word>half\s+past|(?<=at )half|quarter\s+past|quarter\s+to)\s+(?P<hour>N++){_PART}(?!\w)"
)
_MERIDIEM = re.compile(r"(?:\b(?:at|around|after|by)\s+)?(?<!\w)(?P<hour>N++)\s?(?P<part>a\.?m\b\.?|p\.?m\b\.?)(?!\w)")
_NOON = re.compile(
    r"\b(?:(?:a|al|ao|at|around|after|before|by|despues\s+del?|depois\s+do?|antes\s+del?|hacia\s+el)\s+)?"
    r"(?P<noon>mediodia|medio\s+dia|meio[-\s]dia|noon|midday|lunch\s?time|medianoche|meia[-\s]noite|midnight)\b"
)
_DELAY = re.compile(
    r"\b(?:en|em|in|dentro\s+de|daqui\s+a?|daqui|within|de\s+aqui\s+a)\s+(?:(?:unos|unas|uns|umas|like|about|como|mas\s+o\s+menos"
    rf"|otros|another|just)\s+)*(?P<half>media\s+horita|media\s+hora|meia\s+horinha|meia\s+hora|half\s+(?:an?\s+)?hour|a\s+half\s+hour)\b"
    r"|\b(?:en|em|in|dentro\s+de|daqui\s+a?|daqui|within|de\s+aqui\s+a)\s+(?:(?:unos|unas|uns|umas|like|about|como|mas\s+o\s+menos"
    rf"|otros|another|just)\s+)*(?:{COUNT}\s*(?P<unit>minut\w*|mins?|hor(?:a|as|ita|itas|inha|inhas)|hours?|hrs?|hs?)\b"
    r"(?P<more>\s+(?:y\s+media|e\s+meia|and\s+a\s+half))?|(?P<clock>C++))"
)
_OTHER_DELAY = re.compile(
    r"(?:(?<=\s)|^)(?P<half>half\s+(?:an?\s+)?hour)\s+from\s+now\b"
    rf"|(?:(?<=\s)|^){COUNT}\s*(?P<unit>minutes?|mins?|hours?|hrs?)\s+from\s+now\b"
)
# A bare "a 3" or "after 20" is a time only beside words about calling.
_WEAK = {"a", "ao", "tipo", "like", "about", "by", "from", "past", "umas", "pelas", "as", "las", "@", "before", "until"}
_CALLING = re.compile(
    r"\b(?:llam\w+|marc\w+|marqu\w+|lig\w+|call\w*|ring|phone|text|chama\w*|cham\w+|habl\w+|fal\w+|talk\w*|hit\s+me|contact\w*"
    r"|comuni\w+|escrib\w+|hora|horario|time|salgo|saio|get\s+off|work|trabaj\w+|trampo|trabalh\w+|turno|shift|disponible|livre|free"
    r"|manana|amanha|tomorrow|hoy|hoje|today|tonight|tarde|noite|noche|[a-z]+es|monday|tuesday|wednesday|thursday|friday)\b"
)


def find_times(marked: Marked, clauses: Clauses) -> Iterator[Entity]:
    """Times ("HH:MM", 24 hours) and delays ("+PT20M")."""
    for match in _DELAY.finditer(marked.marked):
        yield from _delay(marked, match)
    for match in _OTHER_DELAY.finditer(marked.marked):
        yield from _delay(marked, match)
    for match in _CLOCK.finditer(marked.marked):
        hour, minute = marked.clocks[match.start("clock")]
        yield from _time(marked, match, hour, minute)
    for match in _AT.finditer(marked.marked):
        yield from _at(marked, match)
    for match in _MERIDIEM.finditer(marked.marked):
        yield from _hour(marked, match, None)
    for match in _HALF_PAST.finditer(marked.marked):
        number = marked.number(match, "hour")
        if number and number.whole and 1 <= number.whole <= 12:
            word = match["word"]
            minute = 15 if word == "quarter past" else 45 if word == "quarter to" else 30
            hour = number.whole - (word == "quarter to")
            yield from _time(marked, match, hour, minute)
    for match in _NOON.finditer(marked.marked):
        night = match["noon"].startswith(("medianoche", "meia", "midnight"))
        yield _entity(marked, match, "00:00" if night else "12:00", "time.noon")


def _delay(marked: Marked, match: re.Match[str]) -> Iterator[Entity]:
    groups = match.groupdict()
    if groups["half"]:
        value = "+PT30M"
    elif groups.get("clock"):
        hour, minute = marked.clocks[match.start("clock")]
        if ":" in marked.folded[match.start("clock") : match.end("clock")]:
            return
        value = f"+PT{hour}H" + (f"{minute}M" if minute else "")
    else:
        count = count_of(marked, match)
        if count is None or not 1 <= count <= 600:
            return
        hours = match["unit"].startswith("h")
        value = f"+PT{count}{'H' if hours else 'M'}" + ("30M" if groups.get("more") and hours else "")
    yield _entity(marked, match, value, "time.delay")


def _at(marked: Marked, match: re.Match[str]) -> Iterator[Entity]:
    said = bool(match["part"] or match["suffix"] or match["more"])
    if re.match(rf"\s+{COUNTED}\b|\s*(?:mil|k|x|pesos|reais|euros|soles|lucas|bucks|quid|dollars|pounds)\b", marked.after(match.end(), 20)):
        return
    if match["prep"] in _WEAK and not said and not _CALLING.search(marked.marked):
        return
    if match["prep"] in ("a", "@", "like", "about", "by", "before", "until", "from") and not said:
        return
    yield from _hour(marked, match, match.groupdict().get("more"))


def _hour(marked: Marked, match: re.Match[str], more: str | None) -> Iterator[Entity]:
    number = marked.number(match, "hour")
    if number is None or number.scale != 1:
        return
    hour, minute = number.whole, 0
    if hour is None:
        # "5.30 pm"
        hour = int(number.value)
        minute = int((number.value - hour) * 100)
        if len(number.text.split(".")[-1]) != 2 or minute >= 60:
            return
    elif number.words and 100 < hour < 2_400 and hour % 100 < 60:
        hour, minute = divmod(hour, 100)
    if more in ("media", "meia", "half"):
        minute = 30
    elif more in ("cuarto", "quarto"):
        minute = 15
    elif more and more != "pico":
        extra = marked.number(match, "more")
        minute = extra.whole or 0 if extra else 0
    elif number.words and 20 < hour < 60 and not match["part"]:
        return
    yield from _time(marked, match, hour, minute)


def _time(marked: Marked, match: re.Match[str], hour: int, minute: int) -> Iterator[Entity]:
    if not (0 <= hour <= 23 and 0 <= minute < 60):
        return
    groups = match.groupdict()
    part = re.sub(r"[\s.]", "", groups.get("part") or "")
    prep = groups.get("prep") or ""
    others: tuple[str, ...] = ()
    if part.startswith("pm") or re.search(r"tarde|noche|noite|afternoon|evening|night", part):
        hour = hour + 12 if hour < 12 else hour
    elif part.startswith("am") or re.search(r"manana|manha|morning|madrugada", part):
        hour = 0 if hour == 12 else hour
    elif 1 <= hour <= 11 and not re.search(r"\b0\d", marked.folded[match.start() : match.end()]):
        late = 8 if re.match(r"des|dep|dsp|dps|after|apos|pasad", prep) else 7
        other = hour + 12 if hour > late else hour
        hour = hour if hour > late else hour + 12
        others = (f"{other:02}:{minute:02}",)
    entity = _entity(marked, match, f"{hour:02}:{minute:02}", "time.clock")
    yield entity.model_copy(
        update={"alternatives": others, "confidence": 0.8 if others else 1.0}
    )


def _entity(marked: Marked, match: re.Match[str], value: str, rule: str) -> Entity:
    return Entity(
        type="time",
        value=value,
        start=match.start(),
        end=match.end(),
        text=marked.original[match.start() : match.end()],
        rule=rule,
    )
