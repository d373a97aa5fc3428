"""A text made even before it is counted or encoded: one spelling for what is one thing.

`for_encoder` keeps accents and writes chat abbreviations out; `for_grams` is folded, with every
digit as 0, because which figure it is says nothing about what somebody wants.
"""

from __future__ import annotations

import re

from acuerdo.assistant.nlu.text import clean, fold

_LONG = re.compile(r"([^\W\d_])\1{2,}")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+")
# Chat abbreviations, each with one meaning in whichever of the three languages it occurs.
_ABBREVIATIONS: dict[str, str] = dict(
    pair.split("=")
    for pair in (
        "q=que k=que xq=porque pq=porque porq=porque tb=também tbm=também tmb=también tmbn=también"
        " vc=você vcs=vocês oq=o.que msm=mesmo mesm=mesmo hj=hoje agr=agora mt=muito mto=muito"
        " td=tudo pfv=por.favor pfvr=por.favor pf=por.favor blz=beleza vlw=valeu flw=falou"
        " obg=obrigado n=não nd=nada ngm=ninguém cmg=comigo qdo=quando qnd=quando qto=quanto"
        " qnt=quanto"
        " dps=depois fds=fim.de.semana msg=mensagem msgs=mensagens sdd=saudade bjs=beijos tô=estou"
        " tá=está pra=para pro=para.o xfa=por.favor xfavor=por.favor porfa=por.favor pls=please"
        " plz=please u=you ur=your r=are thx=thanks ty=thank.you tnx=thanks idk=i.don't.know"
        " idc=i.don't.care dunno=don't.know gonna=going.to wanna=want.to gimme=give.me cuz=because"
        " bc=because b4=before tmrw=tomorrow tmr=tomorrow tom=tomorrow rn=right.now asap=soon"
        " im=i'm ive=i've ill=i'll dont=don't cant=can't wont=won't didnt=didn't isnt=isn't"
        " doesnt=doesn't thats=that's whats=what's acct=account amt=amount pmt=payment ppl=people"
        " grax=gracias bn=bien dnd=donde kiero=quiero toy=estoy tas=estás pa=para bno=bueno"
        " finde=fin.de.semana wsp=whatsapp wpp=whatsapp zap=whatsapp cel=celular nro=número"
    ).split()
)


def for_encoder(text: str) -> str:
    """Lower case, no drawn-out letters, abbreviations written out; accents stay."""
    lowered = _LONG.sub(r"\1", clean(text).lower())
    return " ".join(_WORD.sub(_written_out, lowered).split())


def for_grams(text: str) -> str:
    """As long as the cleaned text, character by character, so that positions stay."""
    return _DIGIT.sub("0", fold(clean(text)))


def _written_out(match: re.Match[str]) -> str:
    return _ABBREVIATIONS.get(match[0], match[0]).replace(".", " ")
