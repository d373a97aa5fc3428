"""Times on the clock and delays: "después de las 6", "às 14h", "in like twenty minutes"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from acuerdo.assistant.nlu.contract import Entity
from acuerdo.assistant.nlu.entities.calendar_words import COUNT, count_of
from acuerdo.assistant.nlu.entities.marked import Marked
from acuerdo.assistant.nlu.entities.nouns import COUNTED
from acuerdo.assistant.nlu.entities.numbers import Number

_HEDGE = (
    r"(?:(?:tipo|como|eso\s+de|ahi|maximo|mas\s+o\s+menos|umas|unas|mais\s+ou\s+menos|like|about"
    r"|around|round"
    r"|say|just)\s+)?"
)
_BEFORE = (
    r"(?:(?:despues|dsp|dspues|dsps|pasad[oa]s?)\s+(?:de\s+|d\s+)?(?:las|la)|(?:depois|dps)\s+d?as?"
    r"|(?:depois|despues)\s+de|dspues\s+d(?:e\s+las)?|a\s+partir\s+d(?:e\s+las|e\s+la|as|e)"
    r"|antes\s+d(?:e\s+las|e\s+la|as|e)|desde\s+las|hasta\s+las|sobre\s+las|tipo\s+(?:a\s+)?las"
    r"|tipo"
    r"|como\s+a\s+las?|a\s+eso\s+de\s+las?|(?:ya\s+)?pasadas\s+las|por\s+volta\s+d(?:as|e)"
    r"|la\s+pelas|la\s+para\s+as"
    r"|pelas|umas|a\s+las|a\s+la|alas|as|ao|a|para\s+las|pra\s+as|pras|ate\s+as|ate|apos\s+as|apos"
    r"|a\s+partir|las"
    r"|after|at|around|by|before|past|until|til|till|from|like|about|@)"
)
_PART = (
    r"(?:\s*(?P<part>a\.?\s?m\b\.?|p\.?\s?m\b\.?|(?:en\s+punto\s+)?(?:de|d|por|en)\s+(?:la\s+)?"
    r"(?:manana|tarde|noche"
    r"|madrugada)|(?:da|de|a)\s+(?:manha|matina|tarde|noite|madrugada)|in\s+the\s+(?:morning"
    r"|afternoon|evening)"
    r"|at\s+night|tonight|del\s+(?:mediodia|dia)|o'?\s?clock|en\s+punto|em\s+ponto))?"
)
_MORE = (
    r"(?:\s+(?:y|e|and)\s+(?P<more>media|meia|half|cuarto|quarto|pico|N++)(?!\w)(?:\s+min\w*)?)?"
)
_AT = re.compile(
    rf"\b(?P<prep>{_BEFORE})\s+{_HEDGE}(?P<hour>N++)(?P<suffix>\s?(?:hs|hrs|horas|hr|h)\b)?"
    rf"{_MORE}{_PART}(?!\w|\s?%|[.,/]\d)"
)
_CLOCK = re.compile(rf"(?:\b(?P<prep>{_BEFORE})\s+{_HEDGE})?(?P<clock>C++){_PART}(?!\w)")
_HALF_PAST = re.compile(
    r"\b(?:(?:at|after|around|before)\s+)?(?P<word>half\s+past|half|quarter\s+past|quarter\s+to)"
    rf"\s+(?P<hour>N++){_PART}(?!\w)"
)
_MERIDIEM = re.compile(
    r"(?:\b(?:at|around|after|by)\s+)?(?<!\w)(?P<hour>N++)\s?(?P<part>a\.?\s?m\b\.?|p\.?\s?m\b\.?"
    r"|de\s+la\s+(?:manana|tarde|noche)|da\s+(?:manha|tarde|noite)|in\s+the\s+(?:morning|afternoon"
    r"|evening))(?!\w)"
)
_BETWEEN = re.compile(
    r"\b(?P<prep>entre|between|de|from)\s+(?:las\s+|as\s+)?(?P<hour>N++)\s+(?:y|e|and|a|to)\s+"
    rf"(?:las\s+|as\s+)?(?P<other>N++){_PART}(?!\w|\s?%|[.,/]\d)"
)
_NOON = re.compile(
    r"\b(?:(?:a|al|ao|at|around|after|before|by|despues\s+del?|depois\s+do?|antes\s+del?"
    r"|hacia\s+el)\s+)?"
    r"(?P<noon>mediodia|medio\s+dia|meio[-\s]dia|noon|midday|medianoche|meia[-\s]noite|midnight)\b"
)
_IN = (
    r"\b(?:en|em|in|dentro\s+de|daqui\s+a?|daqui|within|de\s+aqui\s+a)\s+"
    r"(?:(?:unos|unas|uns|umas|like|about|como|mas\s+o\s+menos|otros|another|just|a)\s+){0,2}+"
)
_HALF_HOUR = (
    r"(?P<half>media\s+horita|media\s+hora|meia\s+horinha|meia\s+hora|half\s+(?:an?\s+)?hour)\b"
)
_SPELL = (
    rf"{COUNT}\s*(?P<unit>minut\w*|mins?|hor(?:a|as|ita|itas|inha|inhas)|hours?|hrs?|hs?)\b"
    r"(?P<more>\s+(?:y\s+media|e\s+meia|and\s+a\s+half))?"
)
_DELAYS = (
    re.compile(rf"{_IN}(?:{_HALF_HOUR}|{_SPELL}|(?P<clock>C++))"),
    # "a" belongs to the count here ("in an hour").
    re.compile(rf"\b(?:in|within)\s+{_SPELL}"),
    re.compile(rf"(?:(?<=\s)|^)(?:{_HALF_HOUR}|{_SPELL})\s+from\s+now\b"),
)
# A bare "a 3" or "til 5" is a time only beside words about calling.
_WEAK = {"ao", "tipo", "past", "umas", "pelas", "as", "las", "a", "ate", "apos"}
_NEVER_BARE = {"a", "@", "like", "about", "by", "before", "from"}
_CALLING = re.compile(
    r"\b(?:llam\w+|marc\w+|marqu\w+|lig\w+|call\w*|ring|phone|text|cham\w+|habl\w+|fal\w+|talk\w*"
    r"|hit\s+me"
    r"|hmu|contact\w*|comuni\w+|escrib\w+|hora|horario|time|salgo|saio|get\s+off|work|trabaj\w+"
    r"|trampo"
    r"|trabalh\w+|turno|shift|disponible|livre|free|manana|amanha|tomorrow|tarde|noite|noche"
    r"|retorn\w+|volt\w+"
    r"|lunes|martes|miercoles|jueves|viernes|monday|tuesday|wednesday|thursday|friday|theatre"
    r"|ocupad\w+|busy)\b"
)
_NO_TIME = re.compile(
    rf"\s+{COUNTED}\b|\s*(?:mil|k|x|de\s+N|pesos|reais|euros|soles|lucas|bucks|quid|dollars|pounds"
    rf"|rand)\b"
)


def find_times(marked: Marked) -> Iterator[Entity]:
    """Times ("HH:MM", 24 hours) and delays ("+PT20M")."""
    text = marked.marked
    calling = bool(_CALLING.search(text))
    for pattern in _DELAYS:
        for match in pattern.finditer(text):
            yield from _delay(marked, match)
    for match in _CLOCK.finditer(text):
        yield from _clock(marked, match)
    for match in _AT.finditer(text):
        yield from _at(marked, match, calling)
    for match in _MERIDIEM.finditer(text):
        yield from _hour(marked, match, "hour", match.span())
    for match in _BETWEEN.finditer(text):
        if match["part"] or (calling and match["prep"] in ("entre", "between")):
            yield from _hour(marked, match, "hour", (match.start(), match.end("hour")))
            yield from _hour(marked, match, "other", (match.start("other"), match.end()))
    for match in _HALF_PAST.finditer(text):
        yield from _half_past(marked, match)
    for match in _NOON.finditer(text):
        night = match["noon"].startswith(("medianoche", "meia", "midnight"))
        yield _entity(marked, match.span(), "00:00" if night else "12:00", "time.noon")


def _delay(marked: Marked, match: re.Match[str]) -> Iterator[Entity]:
    groups = match.groupdict()
    if groups.get("half"):
        value = "+PT30M"
    elif groups.get("clock"):
        # "en 2hs", "daqui 2h"
        hour, minute = marked.clocks[match.start("clock")]
        if ":" in marked.folded[match.start("clock") : match.end("clock")]:
            return
        value = f"+PT{hour}H" + (f"{minute}M" if minute else "")
    else:
        count = count_of(marked, match)
        if count is None or not 1 <= count <= 600:
            return
        hours = match["unit"].startswith("h")
        value = f"+PT{count}H" if hours else f"+PT{count}M"
        if match["more"] and hours:
            value += "30M"
    yield _entity(marked, match.span(), value, "time.delay")


def _clock(marked: Marked, match: re.Match[str]) -> Iterator[Entity]:
    hour, minute = marked.clocks[match.start("clock")]
    text = marked.folded[match.start("clock") : match.end("clock")]
    said = match["prep"] or match["part"] or ":" in text
    # "1h" alone is how long something takes, "0:03" how long a voice note is.
    if (said and (hour or match["prep"])) or hour >= 7:
        yield from _time(marked, match.span(), hour, minute, match["part"], match["prep"])


def _at(marked: Marked, match: re.Match[str], calling: bool) -> Iterator[Entity]:
    said = bool(match["part"] or match["suffix"] or match["more"])
    prep = match["prep"]
    if not said and (prep in _NEVER_BARE or (prep in _WEAK and not calling)):
        return
    if _NO_TIME.match(marked.after(match.end(), 20)):
        return
    yield from _hour(marked, match, "hour", match.span())


def _half_past(marked: Marked, match: re.Match[str]) -> Iterator[Entity]:
    number, word = marked.number(match, "hour"), match["word"]
    if number is None or number.whole is None or not 1 <= number.whole <= 12:
        return
    if word == "half" and marked.country.code not in ("GB", "ZA", "IE"):
        return
    minute = {"quarter past": 15, "quarter to": 45}.get(" ".join(word.split()), 30)
    hour = number.whole - (minute == 45)
    yield from _time(marked, match.span(), hour, minute, match["part"], None)


def _hour(
    marked: Marked, match: re.Match[str], group: str, span: tuple[int, int]
) -> Iterator[Entity]:
    number = marked.number(match, group)
    read = _hour_and_minute(number) if number else None
    if read is None:
        return
    hour, minute = read
    groups = match.groupdict()
    more = groups.get("more")
    if more in ("media", "meia", "half"):
        minute = 30
    elif more in ("cuarto", "quarto"):
        minute = 15
    elif more and more != "pico":
        extra = marked.number(match, "more")
        minute = (extra.whole or 0) if extra else 0
    yield from _time(marked, span, hour, minute, groups.get("part"), groups.get("prep"))


def _hour_and_minute(number: Number) -> tuple[int, int] | None:
    """5 · "5.30" · "five thirty" (530) as hour and minute."""
    if number.scale != 1 or number.ordinal:
        return None
    if number.words:
        whole = number.whole or 0
        if 100 < whole < 2_400:
            return divmod(whole, 100)
        return (whole, 0) if 1 <= whole <= 24 else None
    if not re.fullmatch(r"\d{1,2}(?:\.\d\d)?", number.text):
        return None
    hour, _, minute = number.text.partition(".")
    return int(hour), int(minute or 0)


def _time(
    marked: Marked,
    span: tuple[int, int],
    hour: int,
    minute: int,
    part: str | None,
    prep: str | None,
) -> Iterator[Entity]:
    if not (0 <= hour <= 23 and 0 <= minute < 60):
        return
    said = re.sub(r"[\s.]", "", part or "")
    others: tuple[str, ...] = ()
    if said.startswith("pm") or re.search(r"tarde|noche|noite|afternoon|evening|night", said):
        hour = hour + 12 if hour < 12 else hour
    elif said.startswith("am") or re.search(r"manana|manha|matina|morning|madrugada", said):
        hour = 0 if hour == 12 else hour
    elif 1 <= hour <= 11 and not re.search(r"\b0\d", marked.folded[span[0] : span[1]]):
        # People call back from eight in the morning on; "after eight" is in the evening.
        late = 8 if re.match(r"des|dep|dsp|dps|after|apos|pasad", prep or "") else 7
        other = hour + 12 if hour > late else hour
        hour = hour if hour > late else hour + 12
        others = (f"{other:02}:{minute:02}",)
    entity = _entity(marked, span, f"{hour:02}:{minute:02}", "time.clock")
    yield entity.model_copy(update={"alternatives": others, "confidence": 0.8 if others else 1.0})


def _entity(marked: Marked, span: tuple[int, int], value: str, rule: str) -> Entity:
    start, end = span
    return Entity(
        type="time",
        value=value,
        start=start,
        end=end,
        text=marked.original[start:end],
        rule=rule,
    )
