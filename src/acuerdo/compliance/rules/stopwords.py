"""What people write when they want to be left alone, in Spanish, Portuguese and English.

A wrong yes silences somebody who wants to pay, a wrong no breaks the law. So a single word counts
only where it is the whole message ("cancelar" also means to pay), and a sentence only where it
says clearly that the person does not want to be contacted. "Do not call me today" is a wish about
an hour, "no more than 200 a month" an offer, "I pay if you stop calling" neither: no stops.

`tests/data/compliance/stops_*.jsonl` holds what the patterns are measured on.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from acuerdo.core.vocabulary import Channel

LONGEST = 4_000
"""Characters of a text that are read: a long call is handed over turn by turn."""

_WORDS = frozenset(
    {
        "stop", "stopp", "s t o p", "stopall", "stop all", "stop it", "stop ya", "unsubscribe",
        "end", "quit", "cancel", "remove", "opt out", "optout", "revoke", "no more", "go away",
        "do not call", "do not contact", "do not text", "cease and desist",
        "baja", "bajas", "la baja", "baja total", "quiero baja", "dar de baja", "salir",
        "quiero salir", "para", "parar", "paren", "paren ya", "alto", "detener", "cancelar",
        "cancelar suscripcion", "cancelar la suscripcion", "desuscribir", "eliminar", "remover",
        "no mas", "ya no mas", "basta", "basta ya", "no molestar", "no llamar", "no contactar",
        "no escribir", "no enviar", "solicito baja", "solicito la baja",
        "sair", "quero sair", "pare", "parem", "chega", "nao mais", "cancelar inscricao",
        "cancelar assinatura", "cancelar envio", "remova", "nao perturbe", "sair da lista",
    }
)  # fmt: skip

# In front of a longer text only a word decides that means nothing else.
_STRONG = frozenset(
    {"stop", "baja", "sair", "unsubscribe", "descadastrar", "parar", "paren", "parem", "chega"}
)

# Courtesy and repetition around a stop word.
_FILLERS = re.compile(
    r"\b(?:por favor|porfavor|porfa|please|pls|plz|(?:muchas |muito )?(?:gracias|obrigad[oa])"
    r"|thanks|thank you|hey|ok|just|hola|ola|oi|hello|hi|buenos dias|buenas tardes"
    r"|buenas noches|buenas|bom dia|boa tarde|boa noite|sms|ya mismo|agora|now|mensajes"
    r"|los mensajes|mensagens|as mensagens|messages|todo|tudo)\b"
)

# What somebody hopes for when they pay is no order: it is taken out before anything is read.
_HOPES = re.compile(
    r"\b(?:(?:(?<!da )(?<!pedi )(?<!falei )(?<!disse )(?<!permiso )(?<!autorizacion )"
    r"(?:para|pra)|hasta|ate|con tal de)(?: que)?(?: ya| por fin| no| me| nos| voces| ustedes)*"
    r" (?:dejen|dejar|paren|parar|parem|pararem|llamen|escriban|molesten|liguem|ligarem)"
    r"|(?:so(?: that)?|until)(?: you| they)(?: will| can| all| finally)* (?:stop|quit|leave)"
    r"|if i pay[a-z0-9 ]{0,40}? (?:stop|quit|leave))\b(?: de)?(?: \w+){0,2}"
)

# After "do not call me" these make it a wish about an hour, a place or how often.
_NOT_WHEN = (
    r"(?! (?:hoy|manana|ahora|ahorita|antes|despues|a esta|a estas|tan|tanto|tantas|a cada"
    r"|mas de (?:una?|dos|tres|\d)|por la|por las|en la manana|en la noche|de noche|al trabajo"
    r"|al correo del trabajo|en el trabajo|de (?:un )?robot|hasta|esta|este|los|las|el |todavia|aun"
    r"|todos los dias|a diario|seguido"
    r"|hoje|amanha|agora|antes|depois|ate|de manha|a noite|no trabalho|nesse|neste|nesta|toda hora"
    r"|todo dia|todos os dias|mais de (?:uma?|duas|\d)|tantas|tao|cedo|tarde|temprano"
    r"|today|tomorrow|now|before|after|until|at work|at this|at night|so (?:early|late|often|much)"
    r"|this|every|more than|in the (?:morning|afternoon|evening)"
    r"|on (?:mon|tues|wednes|thurs|fri|satur|sun)days?|on weekends))"
)

_SENT_ES = (
    r"(?:mensajes?|mensajitos?|msjs?|llamadas?|correos?|mails?|e ?mails?|sms|whatsapps?|wsp|textos?"
    r"|notificaciones|comunicaciones|comunicacion|contactos?|avisos|publicidad)"
)
_SENT_PT = (
    r"(?:mensagens|mensagem|msgs?|ligacoes|ligacao|e ?mails?|sms|torpedos?|whatsapps?|whats|zap"
    r"|contatos?|notificacoes|comunicacoes|avisos|cobrancas por)"
)
_SENT_EN = r"(?:messages?|texts?|calls?|e ?mails?|sms|notifications?|communications?|contact)"
# Spanish verbs of reaching somebody: with an infinitive, a subjunctive and a gerund.
_REACH_ES = (
    r"(?:escrib|llam|contact|mand|envi|molest|jod|acos|fastidi|hostig|busc|marc|insist|comunic"
    r"|freg|habl|text|spame|timbr|chate)"
)
_DO_NOT_ES = (
    r"(?:(?:llam|contact|molest|acos|fastidi|habl|text|marqu|busqu|hostigu|comuniqu)(?:en|es|e)"
    r"|(?:llam|contact|molest|acos|fastidi|habl|text|marc|busc|hostig|comunic)"
    r"(?:ar(?:an|as|a)?|ando)(?:me|nos)?"
    r"|(?:escrib|insist|jod)(?:an|as|a|ir(?:me|nos)?|er|iendo(?:me|nos)?|iera[ns]?))"
)
_DO_NOT_SEND_ES = r"(?:mand|envi)(?:en|es|e)"
_REACH_PT = (
    r"(?:lig|mand|envi|escrev|contat|contact|incomod|perturb|procur|importun|ench|insist|cham"
    r"|telefon|fal(?=e|em|ar))"
)
_DO_NOT_PT = (
    r"(?:lig(?:ue|uem|a)|(?:contat|contact|incomod|perturb|procur|importun|telefon|fal|cham)"
    r"(?:e|em|a)|(?:lig|contat|contact|incomod|perturb|procur|importun|telefon|fal)"
    r"(?:ar|arem|assem|asse|ando)|escrev(?:a|e|am|er|erem|essem|endo)|insist(?:a|am|ir))"
)
_REACH_EN = (
    r"(?:text|messag|call|contact|email|e mail|writ|bother|harass|ring|phon|spam|send|annoy|pester"
    r"|reach|blow|dial|be contacted)"
)
_DO_NOT_EN = (
    r"(?:text|call|contact|message|email|e mail|write(?: to)?|bother|harass|ring|phone|dial"
    r"|reach out(?: to)?)"
)
# Lists of debtors are another matter than lists of addresses.
_LIST_ES = r"(?:listas?|base|registros?|contactos|grupo)\b(?! (?:de morosos|negra))"
_LIST_PT = r"(?:listas?|base|cadastro|contatos|grupo)\b(?! (?:de devedores|de inadimplentes|negra))"
_ADDRESS_ES = (
    r"(?:este |mi |mis )(?:numero|telefono|celular|cel|correo|email|contacto|datos)s?\b"
    r"(?! (?:de |del |en )(?:la |el |las )?(?:central|datacredito|buro|dicom|veraz))"
)
_ADDRESS_PT = (
    r"(?:(?:o |os |a )?(?:meu|meus|este|esse) |do meu )"
    r"(?:numero|telefone|celular|contato|email|e mail|cadastro|whats|whatsapp|dados)\b"
    r"(?! (?:do |no )(?:serasa|spc))"
)
_WANTS_NOT_EN = r"(?:do not|don t|dont|no longer|never) (?:want|wish|like|care)"

_PHRASES = tuple(
    re.compile(pattern)
    for pattern in (
        # Spanish
        rf"\bno (?:me|nos|se|m) (?:(?:vuelv|sig)(?:an|as|a) |est(?:en|es|e) |a |mas |por favor )*"
        rf"{_DO_NOT_ES}\b(?: mas)?+{_NOT_WHEN}",
        rf"\bno (?:me |nos |se )?(?:(?:vuelv|sig)(?:an|as|a)|est(?:en|es|e)|volver|seguir) (?:a )?"
        rf"{_REACH_ES}(?:ar|er|ir|ando|iendo)(?:me|nos|se)?\b{_NOT_WHEN}",
        rf"\bno {_DO_NOT_ES}(?: ni \w+)? mas\b{_NOT_WHEN}",
        rf"\bno (?:quiero|deseo|quisiera|autorizo|permito|acepto|me interesa"
        rf"|doy (?:mi )?(?:permiso|autorizacion) para) que (?:me|nos) (?:sigan |esten |vuelvan a )?"
        rf"{_REACH_ES}\w*{_NOT_WHEN}",
        rf"\bno (?:tienen|les doy|tiene|le doy) (?:mi )?(?:permiso|autorizacion|consentimiento)"
        rf" (?:para|de) {_REACH_ES}\w*",
        rf"\bno (?:me |nos )?(?:{_DO_NOT_SEND_ES}|(?:mand|envi)ar(?:me|nos)?)"
        rf" (?:mas\b(?! (?:recibos|facturas|cartas|extractos))|nada\b|(?:mas )?{_SENT_ES}\b)"
        rf"{_NOT_WHEN}",
        r"\bno insist(?:an|as|a)\b",
        rf"\b(?:dej(?:en|e|a|ad|ar)|par(?:en|e|a|ar)(?:le)?|ces(?:en|e|ar)|absteng\w+|abstenerse)"
        rf" (?:ya )?de (?:estar )?{_REACH_ES}(?:ar|er|ir|ando|iendo)\w*",
        rf"\bdej(?:en|e|a) de \w+ con (?:\w+ )?{_SENT_ES}\b",
        rf"\bnunca mas (?:me|nos) {_DO_NOT_ES}\b",
        r"\bolvid(?:ense|ese|ate|en) de mi\b",
        rf"\b(?:dejar|parar|dejo) de recibir (?:\w+ )?{_SENT_ES}\b",
        r"\bdej(?:ame|eme|enme|enos|anos|adme) (?:ya )?(?:en paz|tranquil[oa]s?|quiet[oa])\b",
        rf"\bno (?:quiero|deseo|quisiera|acepto) (?:seguir )?(?:recibi(?:r|endo) )?"
        rf"(?:mas |ningun[a]? |sus |estos |estas )*{_SENT_ES}\b{_NOT_WHEN}",
        r"\bno (?:quiero |deseo )?ser contactad[oa]s?\b",
        r"\bno quiero (?:saber )?(?:nada )?(?:mas )?(?:de|con) (?:ustedes|uds|vosotros)\b",
        r"\b(?<!no quiero )(?<!no deseo )(?:darme|denme|dame|deme|me den|desme) de baja\b"
        r"(?! (?:de |del |de la |de mi |en |el |la |mi |de el )*(?:seguro|servicio|plan|tarjeta"
        r"|cuenta|linea|contrato|producto|credito|prestamo|internet|telefono))",
        r"\b(?:dar|den|deme|dame) de baja (?:a )?(?:mi|este) (?:numero|correo|email|contacto)\b",
        rf"\bsolicit\w+ (?:la |mi )?baja (?:de|del) (?:este |estos |los )?(?:servicio de )?"
        rf"{_SENT_ES}\b",
        r"\b(?<!no )(?<!no quiero )desuscrib\w+",
        rf"\b(?:borr|elimin|quit|saqu|sac|retir|remuev|excluy)(?:en|e|a|ar)?(?:n?me|nos)?"
        rf" (?:me )?(?:(?:de|d) (?:la|el|su|sus|esta|esa|este|las|los|tu) {_LIST_ES}"
        rf"|{_ADDRESS_ES})",
        rf"\bme (?:borren|eliminen|quiten|saquen|retiren) de (?:la|su|sus|esta|las|los)"
        rf" {_LIST_ES}",
        r"\bbloque(?:en|e|ar) (?:mi|este) (?:numero|contacto)\b",
        rf"\b(?:ya )?(?:no mas|cero) {_SENT_ES}\b",
        rf"\bbasta (?:ya )?(?:de|con) (?:\w+ )?{_SENT_ES}\b",
        r"\b(?:prohib\w+|tienen prohibido) (?:a \w+ |que me |volver a )?(?:llam|escrib|contact)\w+",
        rf"\b(?:deteng|suspend|par|ces|cancel|termin)(?:an|a|en|e|ar|er)(?:le)? (?:ya )?"
        rf"(?:con |la |el |los |las |sus |estos |estas |envio de |recepcion de |de enviar )*"
        rf"{_SENT_ES}\b",
        r"\bdetener mensajes\b",
        r"\b(?:cancelar|anular|eliminar|terminar) (?:la |mi |esta )?suscripcion"
        r"(?:$| (?:a|de) (?:estos|los|sus|esta) (?:correos|mensajes|lista))",
        r"\b(?:revoco|retiro|revocar|retirar) (?:mi |el |la )?(?:autorizacion|consentimiento"
        r"|permiso)\b",
        rf"\bno (?:los |les |le |lo |te )?autorizo (?:a |que |el |la |su |sus |mas |me |nos )*"
        rf"(?:{_REACH_ES}\w*|uso de mi (?:numero|telefono|celular|correo)|{_SENT_ES}|envio de"
        rf"|contactos?)\b",
        # Portuguese
        rf"\b(?:pare|parem|para|parar|deix(?:e|em|ar)|cess(?:e|em|ar)) (?:logo |ja )?de"
        rf" (?:ficar )?(?:me |nos )?{_REACH_PT}(?:ar|er|ir|ando|endo)\b",
        rf"\b(?:parar|deixar) de receber (?:\w+ )?{_SENT_PT}\b",
        rf"\bnao (?:(?:volt|torn|fiqu|continu)(?:e|em) |a |mais )*(?:me|nos) (?:mais )?"
        rf"{_DO_NOT_PT}\b(?: mais)?+{_NOT_WHEN}",
        rf"\bnao (?:quero|desejo|gostaria|autorizo|permito|aceito|admito) (?:mais |de |a )*"
        rf"(?:que|me|voces) (?:que |me |nos |voces |mais |a )*{_REACH_PT}\w+{_NOT_WHEN}",
        r"\bnao (?:quero|desejo) (?:mais )?receber (?:mais )?nada\b",
        rf"\bnao {_DO_NOT_PT} nem (?:\w+ )?{_REACH_PT}\w+\b{_NOT_WHEN}",
        rf"\bnao (?:{_DO_NOT_PT}|entr(?:e|em|ar)) mais\b{_NOT_WHEN}",
        rf"\bnao (?:me |nos )?(?:mand(?:e|em|a|ar)|envi(?:e|em|a|ar)) (?:mais\b"
        rf"(?! (?:o |os |a |as )?(?:boletos?|faturas?|cartas?|contas?))|nada\b"
        rf"|(?:mais )?{_SENT_PT}\b){_NOT_WHEN}",
        r"\bnao insist(?:a|am)\b",
        rf"\bnao entr(?:e|em|ar) (?:mais )?em contato\b(?: comigo)?+(?: novamente)?+{_NOT_WHEN}",
        rf"\bnunca mais (?:me |nos )?{_REACH_PT}\w+",
        rf"\bnao (?:volt|torn)(?:e|em) a {_REACH_PT}\w+",
        r"\besque(?:ca|cam) (?:o )?meu (?:numero|contato|telefone)\b",
        r"\b(?:me )?deix(?:a|e|em|ai)(?: me| eu| a gente)? em paz\b",
        r"\b(?<!nao )me esque(?:ce|cam|ca)\b(?! d)",
        rf"\b(?:chega|basta) (?:de|com) (?:(?:\w+ )?{_SENT_PT}|(?:me )?{_REACH_PT}(?:ar|er|ir))\b",
        rf"\bnao (?:quero|desejo|aceito) (?:mais )?(?:receber )?(?:mais )?(?:nenhum[a]? )?"
        rf"(?:esses |essas |os |as |suas )?{_SENT_PT}\b{_NOT_WHEN}",
        rf"\bnao (?:mais )?receber (?:mais )?(?:esses |essas |os |as |suas )?{_SENT_PT}\b",
        r"\bnao (?:quero|desejo) (?:mais )?ser (?:mais )?(?:contat|contact|incomod|perturb|procur)",
        r"\bproib\w+ (?:voces )?(?:de )?(?:me )?(?:lig|contat|escrev|mand|envi)\w+",
        rf"\b(?:pare|parem|interromp\w+|cess\w+|suspend\w+|cancel(?:a|e|em|ar|amento)|encerr\w+|parar)"
        rf" (?:ja |logo |com |do |de |das |dos |as |os |o |a |essas |esses |envio |recebimento )*"
        rf"{_SENT_PT}\b",
        rf"\b(?:tir|remov|retir|exclu|apagu?|delet)(?:e|em|a|am|i|ir|ar|er|iam)?(?: me)?"
        rf" (?:me )?(?:(?:da|dessa|desta|de|do|deste|desse)(?: suas?| seu)? {_LIST_PT}"
        rf"|{_ADDRESS_PT}|meu nome (?:da|dessa|desta) {_LIST_PT})",
        rf"\bme (?:tir|remov|retir|exclu)(?:e|em|a|am|i) (?:da|dessa|desta|de|do|dos)"
        rf"(?: suas?| seu)? {_LIST_PT}",
        r"\b(?:exclusao|remocao|retirada) (?:do|dos|de) (?:meus?|meu)"
        r" (?:dados|numero|contato|cadastro|telefone)\b"
        r"(?! (?:do|no) (?:serasa|spc))",
        r"\bbloque(?:ia|ie|iem) (?:o )?(?:meu|este) (?:numero|contato)\b",
        r"\b(?<!nao )(?<!nao quero )(?<!nao quero me )descadastr\w+",
        rf"\bsair (?:da|dessa|desta|de sua) {_LIST_PT}",
        r"\bquero cancelar a inscricao\b",
        rf"\bsem (?:mais )?{_SENT_PT}\b(?! (?:de voces|desde|ha))",
        r"\b(?:revogo|retiro) (?:a |o )?(?:minha |meu )?(?:autorizacao|consentimento)\b",
        rf"\bnao autorizo (?:mais )?(?:nenhum |o |a |que |voces |me |esse |mais )*"
        rf"(?:contato|envio de|{_SENT_PT}|{_REACH_PT}\w*)\b",
        # English
        rf"\b(?:stop|quit|cease|refrain from|keep from) (?:all |any |with |your )*"
        rf"{_REACH_EN}\w*ing\b",
        rf"\bstop (?:with |w |the |these |those |all |your )*{_SENT_EN}\b",
        r"\b(?:harassing|bothering|calling|texting) me (?:please )?stop\b",
        rf"\b(?:cease|discontinue) (?:all |any |the |your )?(?:further )?{_SENT_EN}\b",
        rf"\b(?:do not|don t|dont|never) (?:ever )?{_DO_NOT_EN}"
        rf"(?: (?:or|and|nor) {_DO_NOT_EN})* (?:me|us|here|this (?:number|phone)"
        rf"|my (?:number|phone|cell))\b(?: again| anymore| any more)?+{_NOT_WHEN}",
        rf"\b(?:do not|don t|dont|never) (?:send|keep sending) (?:me |us )?"
        rf"(?:anything\b(?: else| more)?+|any (?:more )?{_SENT_EN}\b|more {_SENT_EN}\b"
        rf"|these {_SENT_EN}\b|{_SENT_EN}\b){_NOT_WHEN}",
        rf"\bno (?:more|further) {_SENT_EN}\b",
        rf"^(?:please )?no {_SENT_EN}(?: please| pls| at all)*$",
        r"^stop (?:them|it|this|these)(?: please| now)*$",
        r"\bnot to be (?:call|contact|text|messag|email|bother)\w+",
        rf"\b{_WANTS_NOT_EN} (?:to )?(?:receive |get |have )?(?:any )?(?:more |further )?"
        rf"(?:of )?(?:these |your )?{_SENT_EN}\b{_NOT_WHEN}",
        rf"\b{_WANTS_NOT_EN} to (?:be (?:contact|call|text|messag|email|bother)\w+|hear from)\b"
        rf"{_NOT_WHEN}",
        rf"\b{_WANTS_NOT_EN} you (?:to )?(?:{_REACH_EN}\w*)(?: me)?+{_NOT_WHEN}",
        rf"\bwant (?:the |these |your |all )*{_SENT_EN} (?:to stop|stopped)\b",
        r"\b(?:said|told you(?: to)?|asked you(?: to)?) stop\b(?! (?:the )?(?:interest|fees))",
        r"\b(?:remove|unsubscribe) me\b",
        r"\b(?:delete|erase) me from\b",
        r"\b(?<!don t want to )(?<!dont want to )(?<!not want to )uns\w{1,4}cri\w+",
        r"\b(?:remove|delete|take|erase) (?:my|this) (?:phone |cell |mobile |e ?mail )?"
        r"(?:number|e ?mail|address|contact|info|information|name|details|data)\b"
        r"(?! (?:off |from )(?:the |my )?(?:credit|bureau))",
        r"\btake (?:me|us) off\b(?! (?:the |this |my )?(?:payment|plan|auto))",
        r"\b(?:do not (?:call|contact)|don t call|dnc|no call) (?:list|registry)\b",
        r"\bleave (?:me|us|my \w+) (?:\w+ ){0,3}alone\b",
        r"\boff (?:this|your|the|of your|of this) (?:\w+ )?list\b",
        r"\blose (?:my|this) number\b",
        r"\bopt(?:ing)? (?:me |us )?out\b",
        rf"\b(?:cancel|end) (?:these |the |all |my )?(?:{_SENT_EN}|alerts)\b",
        r"\bcancel (?:my |the |this )?subscription$",
        r"\b(?:revoke|withdraw|rescind) (?:my |all |any )?"
        r"(?:consent|permission|authori[sz]ation)\b",
        rf"\b(?:do not|don t|dont|no longer) (?:have|give|consent) (?:you )?(?:my )?"
        rf"(?:permission |consent )?(?:to|for you to) (?:be(?:ing)? )?{_REACH_EN}\w*\b",
    )
)

# A clause that says nothing else: "and don't text", "ya no llamen", "não mandem mensagem".
_BARE_REFUSAL = re.compile(
    rf"(?:^|.* )(?:no {_DO_NOT_ES}(?: ni {_DO_NOT_ES})?"
    rf"|nao (?!incomoda$|perturba$){_DO_NOT_PT}"
    rf"|(?:do not|don t|dont|never) (?:ever )?{_DO_NOT_EN}(?: (?:again|anymore|any more|ever))*)"
    rf"(?: (?:por favor|porfa|please|pls|pfv|gracias|obrigad[oa]|thanks))*$"
)

_EVERY_CHANNEL = re.compile(
    r"\b(?:ningun (?:canal|medio)|todos los (?:canales|medios)|baja total|stop ?all"
    r"|nenhum (?:canal|meio)|todos os (?:canais|meios)|any (?:channel|means|way)|all channels"
    r"|cease and desist|all (?:communication|contact)"
    r"|(?:revoco|retiro|revogo) (?:a |el |o )?(?:mi |la |minha |meu )?(?:autoriza|consent)\w+"
    r"|(?:revoke|withdraw) (?:my |all )?(?:consent|permission))"
)

# Channels by the words of a stop. "Do not write" is the channel that it is written on.
_NAMED = {
    Channel.CALL: re.compile(
        r"\b(?:llam\w+|marqu\w+|marcando|lig(?:a|ue|uem|ar|acao|acoes)|call(?:s|ing)?|phone"
        r"|phoning|ring(?:ing)?)\b(?! list)"
    ),
    Channel.SMS: re.compile(r"\b(?:sms|texts?|texting|torpedos?)\b"),
    Channel.WHATSAPP: re.compile(r"\b(?:whatsapps?|wsp|whats|zap)\b"),
    Channel.EMAIL: re.compile(r"\b(?:correos?|e ?mails?|e ?mailing)\b(?! (?:es|is))"),
}
_INSTEAD = re.compile(
    r"\b(?:escriba[n]?me|escribime|escribeme|mande[n]?me|manda[n]?me|envie[n]?me|prefiero|mejor"
    r"|prefiro|me (?:escreva|manda|mande|chama)|melhor|instead|rather|prefer|text me|email me"
    r"|write me|message me)\b"
)
_CLAUSES = re.compile(r"[\n.,;:!?()–—]+| - |\b(?:pero|sino|but|mas sim)\b", re.IGNORECASE)
# Where a mail program begins to quote what we wrote.
_QUOTE = re.compile(
    r"^(?:(?:el|em|on|le|no dia)\b.{0,120}\b(?:escribi[oó]|escreveu|wrote)\s*:"
    r"|-{2,} ?(?:mensaje|mensagem|original|forwarded|reenviado)|(?:de|from)\s?: .*@)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stop:
    """What somebody said to be left alone.

    `every_channel` where they named all of them. `channels` are those that they named ("stop
    calling me"); with `only_named` they asked for another one in the same breath ("do not call,
    write to me"), so that the one they wrote on stays open.
    """

    every_channel: bool = False
    channels: frozenset[str] = frozenset()
    only_named: bool = False


def fold(text: str) -> str:
    """Lower case without accents, punctuation and symbols; one space between words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", kept).split())


def find_stop(text: str) -> Stop | None:
    """What the debtor's own words ask for, where that is a stop; else None."""
    lines = _own_lines(text)
    whole = fold(" ".join(lines))
    if not whole:
        return None
    # A sentence may go over lines, but not over a comma: "the bus stop, text me later".
    clauses = _split(" ".join(lines))
    stopping = [clause for clause in clauses if _refuses(clause)]
    if not (stopping or _is_word(whole) or _is_strong(_split("\n".join(lines)))):
        return None
    if _EVERY_CHANNEL.search(whole):
        return Stop(every_channel=True)
    spoken = " ".join(stopping) or whole
    named = frozenset(str(channel) for channel, words in _NAMED.items() if words.search(spoken))
    others = [clause for clause in clauses if clause not in stopping]
    return Stop(
        channels=named,
        only_named=bool(named) and any(_INSTEAD.search(clause) for clause in others),
    )


def _split(text: str) -> list[str]:
    folded = (fold(part) for part in _CLAUSES.split(text))
    return [clause for clause in folded if clause]


def _refuses(clause: str) -> bool:
    meant = " ".join(_HOPES.sub(" . ", clause).split())
    return bool(_BARE_REFUSAL.match(meant)) or any(found.search(meant) for found in _PHRASES)


def _own_lines(text: str) -> list[str]:
    """The writer's own lines: without what they quote of our message."""
    lines: list[str] = []
    for line in text[:LONGEST].splitlines():
        line = line.strip()
        if _QUOTE.match(line):
            break
        if line and not line.startswith(">"):
            lines.append(line)
    return lines


def _is_strong(clauses: list[str]) -> bool:
    """Whether a text begins or ends with a word that means nothing else."""
    return any(_bare(clause) in _STRONG for clause in (*clauses[:1], *clauses[-1:]))


def _bare(folded: str) -> str:
    return " ".join(_FILLERS.sub(" ", folded).split())


def _is_word(folded: str) -> bool:
    if folded in _WORDS:
        return True
    words = _bare(folded).split()
    if not words:
        return False
    bare = " ".join(words)
    repeated = words[0] if len(set(words)) == 1 else bare
    return bare in _WORDS or repeated in _WORDS
