"""What a stretch of the text is about: paying, or something else; affirmed or denied."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

# Stems of the words with which people pay, promise, owe and bargain, folded.
PAY_WORDS = (
    r"(?:pag(?:o|a|as|ar\w*|ue\w*|uei|amos|an|ando|ad[ao]s?|amento\w*|ou|os)|abon\w+|deposit\w+"
    r"|consign\w+|transf\w+|yape\w+|plin\w*|bizum\w*|pix|spei|quit(?:ar|o|amos|ei|acao|ando)"
    r"|liquid\w+|salda\w*|acert(?:o|ar|amos|ei)|zelle\w*|venmo\w*|cash\s?app|pay\w*|paid|settl(?:e"
    r"|ed|ing|ement)"
    r"|clear(?:ed|ing)?|send|sent|wire\w*|cancel(?:o|ar|e|emos|amos|aria)|giro|girar|gire"
    r"|mando|mandar|mande|envio|enviar|doy|dar|dou|dei|give|gave|put|ponerme\s+al\s+dia"
    r"|regulariz\w+"
    r"|cuotas?|parcel\w+|entrada|enganche|abonito|adelant\w+|ingres(?:o|ar|e)|finiquit\w+|fechar"
    r"|fecho|arregl\w+)"
)
_PAY = re.compile(rf"\b{PAY_WORDS}\b")
_NEGATION = re.compile(
    r"\b(?:no|nao|n|not|nunca|never|jamas|tampoco|nem|ni|can'?t|cannot|cant|won'?t|wont|don'?t|dont"
    r"|didn'?t|haven'?t|ain'?t|unable|imposible|impossivel|sin|without)\b"
)
_NOT_NEGATED = re.compile(
    r"\b(?:no\s+es\s+que\s+no|nao\s+e\s+que\s+(?:eu\s+)?nao|por\s+que\s+no|porque\s+no\s+me|why\s+"
    r"(?:not|can'?t)"
    r"|ni\s+bien|no\s+hay\s+problema|no\s+problem|sin\s+(?:falta|intereses|recargo|problema)"
    r"|sem\s+falta|a\s+no\s+ser|no\s+mas|nao\s+tem\s+problema|si\s+no)\b"
)
_BREAK = re.compile(
    r"[,.;:!?\n](?!\d)|\b(?:pero|mas|but|porque|pq|xq|because|cause|aunque|embora|though|y|e|and"
    r"|que"
    r"|so|entonces|entao)\b"
)
_TALK = re.compile(r"\b(?:habl\w+|fal(?:ar|o|e)|talk\w*|speak\w*|contest\w+|atend\w+|answer\w*)\b")
_SHARE = re.compile(r"\b(?:mitad|metade|half|tercio|terco|third)\b")


class Clauses:
    """Bounds, payment words and negations of one text's clauses."""

    def __init__(self, marked: str) -> None:
        self._breaks = [match.start() for match in _BREAK.finditer(marked)]
        self._pays = [match.start() for match in _PAY.finditer(marked)]
        denied = [match.span() for match in _NOT_NEGATED.finditer(marked)]
        starts = [start for start, _ in denied]
        self._negations = []
        for match in _NEGATION.finditer(marked):
            place = bisect_right(starts, match.start()) - 1
            if place < 0 or denied[place][1] <= match.start():
                self._negations.append(match.start())
        self._text = marked
        self._length = len(marked)

    def bounds(self, position: int) -> tuple[int, int]:
        """Where the clause around `position` begins and ends."""
        place = bisect_right(self._breaks, position)
        lower = self._breaks[place - 1] + 1 if place else 0
        upper = self._breaks[place] if place < len(self._breaks) else self._length
        return lower, upper

    def pays(self, position: int) -> bool:
        """Whether the clause around `position` speaks of paying."""
        return _any_within(self._pays, *self.bounds(position))

    def denies(self, position: int) -> bool:
        """Whether the clause around `position` is negated."""
        return _any_within(self._negations, *self.bounds(position))

    def refuses(self, position: int) -> bool:
        """Whether the clause around `position` is negated or speaks of talking."""
        lower, upper = self.bounds(position)
        return _any_within(self._negations, lower, upper) or bool(
            _TALK.search(self._text, lower, upper)
        )

    def pays_now(self, position: int) -> bool:
        """Whether a word at `position` ("now") says when to pay."""
        lower, upper = self.bounds(position)
        if self.refuses(position):
            return False
        return _any_within(self._pays, lower, upper) or bool(
            _SHARE.search(self._text, lower, upper)
        )

    def about_paying_beside(self, start: int, end: int) -> bool:
        """Whether the text speaks of paying anywhere outside `start`-`end`."""
        return any(place < start or place >= end for place in self._pays[:200])

    @property
    def about_paying(self) -> bool:
        """Whether the text speaks of paying anywhere."""
        return bool(self._pays)


def _any_within(places: list[int], lower: int, upper: int) -> bool:
    found = bisect_left(places, lower)
    return found < len(places) and places[found] < upper
