"""The texts that a new creditor starts with, in every channel and form of address.

They follow one plan: who writes, that there is something about the account, a link, a way to a
person, a way to stop. A telephone lies on a table and a mail is read over a shoulder, so no text
here says what is owed, that anything is owed, or since when: that is behind the link and the
verification. No reason is asked for, nothing is threatened, nobody is hurried.

`es` is *usted* (CO, CL, PE, EC, …); `es_MX` and `es_ES` differ in a few words; `es_AR` is *vos*.
Brazilian law wants the supplier's name, address and CNPJ on every document (CDC art. 42-A). In the
United States a collector must say that it is one (12 CFR 1006.18(e)): the texts of `…_US` do, which
is the one thing that the plan above leaves unsaid elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from acuerdo.core.vocabulary import Channel, Purpose


@dataclass(frozen=True, slots=True)
class TemplateSpec:
    """A template to seed."""

    code: str
    channel: Channel
    locale: str
    purpose: Purpose
    subject: str
    body: str
    buttons: tuple[dict[str, str], ...] = ()


PURPOSES: Final = {
    "first_contact": Purpose.COLLECTION,
    "reminder_before_due": Purpose.PREVENTIVE_REMINDER,
    "follow_up": Purpose.COLLECTION,
    "offer_help": Purpose.COLLECTION,
    "broken_promise": Purpose.COLLECTION,
    "promise_reminder": Purpose.PREVENTIVE_REMINDER,
    "payment_confirmation": Purpose.SERVICING,
    "agreement_confirmation": Purpose.SERVICING,
}


@dataclass(frozen=True, slots=True)
class _Text:
    """`short` follows «Name: » and ends before the link; `long` is a paragraph of its own."""

    subject: str
    short: str
    long: str
    label: str


@dataclass(frozen=True, slots=True)
class _Voice:
    """The words that all texts of one locale share."""

    greeting: str
    stop_sms: str
    stop_chat: str
    stop_mail: str
    person_chat: str
    real: str
    legal: str
    buttons: tuple[tuple[str, str], ...]
    notice: str = ""
    texts: dict[str, _Text] = field(default_factory=dict)


_NAME = "{{ creditor.name }}"
_HELLO = "{% if debtor.first_name %} {{ debtor.first_name }}{% endif %}"
_SMALL_PRINT = (
    "{{ creditor.legal_name | default: creditor.name }}"
    "{% if creditor.tax_id %}, {{ creditor.tax_id }}{% endif %}"
    "{% if creditor.address %}, {{ creditor.address }}{% endif %}"
)

_ES = _Voice(
    greeting="Hola",
    stop_sms="Responda BAJA y no le escribimos más.",
    stop_chat="Si no quiere recibir más mensajes, responda BAJA.",
    stop_mail="Si no quiere recibir más correos nuestros:",
    person_chat="Si prefiere hablar con una persona, responda a este mensaje.",
    real="Para comprobar que este mensaje es nuestro, llame a {{ creditor.name }}:",
    legal=_SMALL_PRINT,
    buttons=(
        ("Hablar con alguien", "human"),
        ("No soy esa persona", "wrong_person"),
        ("BAJA", "stop"),
    ),
    texts={
        "first_contact": _Text(
            f"Un mensaje de {_NAME} para usted",
            "tenemos un mensaje para usted sobre su cuenta. Puede verlo aquí:",
            f"Le escribimos de {_NAME} porque tenemos un mensaje para usted sobre su cuenta."
            " Puede verlo con calma en este enlace:",
            "Ver mi mensaje",
        ),
        "reminder_before_due": _Text(
            f"Una fecha cercana en su cuenta con {_NAME}",
            "hay una fecha cercana en su cuenta. Puede verla aquí:",
            f"Le escribimos de {_NAME} para recordarle una fecha cercana de su cuenta."
            " Los detalles están en este enlace:",
            "Ver la fecha",
        ),
        "follow_up": _Text(
            f"Su mensaje de {_NAME} sigue disponible",
            "el mensaje sobre su cuenta sigue disponible. Puede verlo aquí:",
            f"Hace unos días le escribimos de {_NAME}. El mensaje sobre su cuenta sigue"
            " disponible y puede verlo cuando le quede bien:",
            "Ver mi mensaje",
        ),
        "offer_help": _Text(
            f"{_NAME}: cómo podemos ayudarle",
            "queremos ayudarle con su cuenta. Puede elegir cómo seguir aquí:",
            f"En {_NAME} queremos ayudarle con su cuenta. En este enlace puede elegir la forma"
            " que mejor le quede, o decirnos que ahora no puede:",
            "Elegir cómo seguir",
        ),
        "broken_promise": _Text(
            f"La fecha que eligió con {_NAME}",
            "la fecha que eligió ya pasó. Si quiere, aquí puede elegir otra:",
            f"La fecha que eligió con {_NAME} ya pasó. A veces las cosas cambian: en este enlace"
            " puede elegir otra, o decirnos que ahora no puede:",
            "Elegir otra fecha",
        ),
        "promise_reminder": _Text(
            f"Su fecha con {_NAME}",
            "le recordamos la fecha que eligió. Puede verla aquí:",
            f"Le recordamos la fecha que eligió con {_NAME}. Puede verla, o cambiarla, en este"
            " enlace:",
            "Ver mi fecha",
        ),
        "payment_confirmation": _Text(
            f"{_NAME}: recibimos su pago",
            "recibimos su pago. Gracias. Su comprobante está aquí:",
            f"Recibimos su pago en {_NAME}. Gracias. Su comprobante está en este enlace:",
            "Ver mi comprobante",
        ),
        "agreement_confirmation": _Text(
            f"{_NAME}: lo que acordamos",
            "gracias por acordar con nosotros. Aquí está por escrito, con sus fechas y su carta:",
            f"Gracias por acordar con {_NAME}. En este enlace está todo por escrito, con sus"
            " fechas, y puede guardar la carta (PDF):",
            "Ver lo que acordamos",
        ),
    },
)

# What Mexico and Spain say otherwise; the rest is as in `es`.
_MX = {
    "offer_help": _Text(
        f"{_NAME}: cómo podemos ayudarle",
        "queremos apoyarle con su cuenta. Aquí puede elegir cómo seguir:",
        f"En {_NAME} queremos apoyarle con su cuenta. En este enlace puede elegir la forma que"
        " más le acomode, o decirnos que ahora no puede:",
        "Elegir cómo seguir",
    ),
    "follow_up": _Text(
        f"Su mensaje de {_NAME} sigue disponible",
        "el mensaje sobre su cuenta sigue disponible. Puede verlo aquí:",
        f"Hace unos días le escribimos de {_NAME}. El mensaje sobre su cuenta sigue disponible y"
        " puede verlo cuando guste:",
        "Ver mi mensaje",
    ),
}
_SPAIN = {
    "follow_up": _Text(
        f"Su mensaje de {_NAME} sigue disponible",
        "el mensaje sobre su cuenta sigue disponible. Puede verlo aquí:",
        f"Hace unos días le escribimos desde {_NAME}. El mensaje sobre su cuenta sigue disponible"
        " y puede verlo cuando le venga bien:",
        "Ver mi mensaje",
    ),
    "offer_help": _Text(
        f"{_NAME}: cómo podemos ayudarle",
        "queremos ayudarle con su cuenta. Aquí puede elegir cómo seguir:",
        f"En {_NAME} queremos ayudarle con su cuenta. En este enlace puede elegir la forma que"
        " mejor le venga, o decirnos que ahora no puede:",
        "Elegir cómo seguir",
    ),
    "payment_confirmation": _Text(
        f"{_NAME}: hemos recibido su pago",
        "hemos recibido su pago. Gracias. Su justificante está aquí:",
        f"Hemos recibido su pago en {_NAME}. Gracias. Su justificante está en este enlace:",
        "Ver mi justificante",
    ),
    "agreement_confirmation": _Text(
        f"{_NAME}: lo que hemos acordado",
        "gracias por acordar con nosotros. Aquí lo tiene por escrito, con sus fechas y su carta:",
        f"Gracias por acordar con {_NAME}. En este enlace lo tiene por escrito, con sus fechas, y"
        " puede guardar la carta (PDF):",
        "Ver lo acordado",
    ),
}

_AR = _Voice(
    greeting="Hola",
    stop_sms="Respondé BAJA y no te escribimos más.",
    stop_chat="Si no querés recibir más mensajes, respondé BAJA.",
    stop_mail="Si no querés recibir más correos nuestros:",
    person_chat="Si preferís hablar con una persona, respondé a este mensaje.",
    real="Para comprobar que este mensaje es nuestro, llamá a {{ creditor.name }}:",
    legal=_SMALL_PRINT,
    buttons=_ES.buttons,
    texts={
        "first_contact": _Text(
            f"Un mensaje de {_NAME} para vos",
            "tenemos un mensaje para vos sobre tu cuenta. Podés verlo acá:",
            f"Te escribimos de {_NAME} porque tenemos un mensaje para vos sobre tu cuenta."
            " Podés verlo con calma en este enlace:",
            "Ver mi mensaje",
        ),
        "reminder_before_due": _Text(
            f"Una fecha cercana en tu cuenta con {_NAME}",
            "hay una fecha cercana en tu cuenta. Podés verla acá:",
            f"Te escribimos de {_NAME} para recordarte una fecha cercana de tu cuenta."
            " Los detalles están en este enlace:",
            "Ver la fecha",
        ),
        "follow_up": _Text(
            f"Tu mensaje de {_NAME} sigue disponible",
            "el mensaje sobre tu cuenta sigue disponible. Podés verlo acá:",
            f"Hace unos días te escribimos de {_NAME}. El mensaje sobre tu cuenta sigue"
            " disponible y podés verlo cuando te quede bien:",
            "Ver mi mensaje",
        ),
        "offer_help": _Text(
            f"{_NAME}: cómo podemos ayudarte",
            "queremos ayudarte con tu cuenta. Podés elegir cómo seguir acá:",
            f"En {_NAME} queremos ayudarte con tu cuenta. En este enlace podés elegir la forma"
            " que mejor te quede, o decirnos que ahora no podés:",
            "Elegir cómo seguir",
        ),
        "broken_promise": _Text(
            f"La fecha que elegiste con {_NAME}",
            "la fecha que elegiste ya pasó. Si querés, acá podés elegir otra:",
            f"La fecha que elegiste con {_NAME} ya pasó. A veces las cosas cambian: en este"
            " enlace podés elegir otra, o decirnos que ahora no podés:",
            "Elegir otra fecha",
        ),
        "promise_reminder": _Text(
            f"Tu fecha con {_NAME}",
            "te recordamos la fecha que elegiste. Podés verla acá:",
            f"Te recordamos la fecha que elegiste con {_NAME}. Podés verla, o cambiarla, en este"
            " enlace:",
            "Ver mi fecha",
        ),
        "payment_confirmation": _Text(
            f"{_NAME}: recibimos tu pago",
            "recibimos tu pago. Gracias. Tu comprobante está acá:",
            f"Recibimos tu pago en {_NAME}. Gracias. Tu comprobante está en este enlace:",
            "Ver mi comprobante",
        ),
        "agreement_confirmation": _Text(
            f"{_NAME}: lo que acordamos",
            "gracias por acordar con nosotros. Acá está por escrito, con tus fechas y tu carta:",
            f"Gracias por acordar con {_NAME}. En este enlace está todo por escrito, con tus"
            " fechas, y podés guardar la carta (PDF):",
            "Ver lo que acordamos",
        ),
    },
)

_PT = _Voice(
    greeting="Olá",
    stop_sms="Responda SAIR e não escrevemos mais.",
    stop_chat="Se não quiser receber mais mensagens, responda SAIR.",
    stop_mail="Se não quiser receber mais e-mails nossos:",
    person_chat="Se preferir falar com uma pessoa, responda a esta mensagem.",
    real="Para confirmar que esta mensagem é nossa, ligue para {{ creditor.name }}:",
    legal=_SMALL_PRINT.replace(", {{ creditor.tax_id }}", ", CNPJ {{ creditor.tax_id }}"),
    buttons=(
        ("Falar com alguém", "human"),
        ("Não sou essa pessoa", "wrong_person"),
        ("SAIR", "stop"),
    ),
    texts={
        "first_contact": _Text(
            f"Uma mensagem de {_NAME} para você",
            "temos uma mensagem para você sobre a sua conta. Veja aqui:",
            f"Escrevemos de {_NAME} porque temos uma mensagem para você sobre a sua conta."
            " Você pode ver com calma neste link:",
            "Ver minha mensagem",
        ),
        "reminder_before_due": _Text(
            f"Uma data próxima na sua conta com {_NAME}",
            "há uma data próxima na sua conta. Veja aqui:",
            f"Escrevemos de {_NAME} para lembrar uma data próxima da sua conta."
            " Os detalhes estão neste link:",
            "Ver a data",
        ),
        "follow_up": _Text(
            f"Sua mensagem de {_NAME} continua disponível",
            "a mensagem sobre a sua conta continua disponível. Veja aqui:",
            f"Há alguns dias escrevemos de {_NAME}. A mensagem sobre a sua conta continua"
            " disponível, e você pode ver quando for melhor:",
            "Ver minha mensagem",
        ),
        "offer_help": _Text(
            f"{_NAME}: como podemos ajudar",
            "queremos ajudar você com a sua conta. Escolha como seguir aqui:",
            f"Em {_NAME} queremos ajudar você com a sua conta. Neste link você escolhe a forma"
            " que for melhor, ou nos diz que agora não pode:",
            "Escolher como seguir",
        ),
        "broken_promise": _Text(
            f"A data que você escolheu com {_NAME}",
            "a data que você escolheu já passou. Se quiser, escolha outra aqui:",
            f"A data que você escolheu com {_NAME} já passou. Às vezes as coisas mudam: neste"
            " link você pode escolher outra, ou nos dizer que agora não pode:",
            "Escolher outra data",
        ),
        "promise_reminder": _Text(
            f"Sua data com {_NAME}",
            "lembramos a data que você escolheu. Veja aqui:",
            f"Lembramos a data que você escolheu com {_NAME}. Você pode ver, ou mudar, neste link:",
            "Ver minha data",
        ),
        "payment_confirmation": _Text(
            f"{_NAME}: recebemos o seu pagamento",
            "recebemos o seu pagamento. Obrigado. Seu comprovante está aqui:",
            f"Recebemos o seu pagamento em {_NAME}. Obrigado. Seu comprovante está neste link:",
            "Ver meu comprovante",
        ),
        "agreement_confirmation": _Text(
            f"{_NAME}: o que combinamos",
            "obrigado por combinar conosco. Aqui está por escrito, com suas datas e a carta:",
            f"Obrigado por combinar com {_NAME}. Neste link está tudo por escrito, com as datas, e"
            " você pode guardar a carta (PDF):",
            "Ver o que combinamos",
        ),
    },
)

_EN = _Voice(
    greeting="Hello",
    stop_sms="Reply STOP and we will not write again.",
    stop_chat="If you do not want more messages, reply STOP.",
    stop_mail="If you do not want more mail from us:",
    person_chat="If you would rather talk to a person, reply to this message.",
    real="To check that this message is ours, call {{ creditor.name }}:",
    legal=_SMALL_PRINT,
    buttons=(("Talk to a person", "human"), ("Wrong person", "wrong_person"), ("STOP", "stop")),
    texts={
        "first_contact": _Text(
            f"A message from {_NAME} for you",
            "we have a message for you about your account. You can see it here:",
            f"We are writing from {_NAME} because we have a message for you about your account."
            " You can read it in your own time here:",
            "See my message",
        ),
        "reminder_before_due": _Text(
            f"A date coming up in your account with {_NAME}",
            "a date is coming up in your account. You can see it here:",
            f"We are writing from {_NAME} to remind you of a date coming up in your account."
            " The details are here:",
            "See the date",
        ),
        "follow_up": _Text(
            f"Your message from {_NAME} is still here",
            "the message about your account is still here:",
            f"A few days ago we wrote to you from {_NAME}. The message about your account is"
            " still here, whenever it suits you:",
            "See my message",
        ),
        "offer_help": _Text(
            f"{_NAME}: how we can help",
            "we would like to help with your account. Choose how to go on here:",
            f"At {_NAME} we would like to help with your account. Here you can choose what suits"
            " you best, or tell us that you cannot right now:",
            "Choose how to go on",
        ),
        "broken_promise": _Text(
            f"The date you chose with {_NAME}",
            "the date you chose has passed. If you like, choose another one here:",
            f"The date you chose with {_NAME} has passed. Things change: here you can choose"
            " another one, or tell us that you cannot right now:",
            "Choose another date",
        ),
        "promise_reminder": _Text(
            f"Your date with {_NAME}",
            "a reminder of the date you chose. You can see it here:",
            f"A reminder of the date you chose with {_NAME}. You can see it, or change it, here:",
            "See my date",
        ),
        "payment_confirmation": _Text(
            f"{_NAME}: we received your payment",
            "we received your payment. Thank you. Your receipt is here:",
            f"We received your payment at {_NAME}. Thank you. Your receipt is here:",
            "See my receipt",
        ),
        "agreement_confirmation": _Text(
            f"{_NAME}: what we agreed",
            "thank you for agreeing with us. Here it is in writing, with dates and letter:",
            f"Thank you for agreeing with {_NAME}. This link has it all in writing, with your"
            " dates, and you can keep the letter (PDF):",
            "See what we agreed",
        ),
    },
)

_ES_US = replace(
    _ES, notice="Esto es un intento de cobrar una deuda; lo que nos diga se usará para ese fin."
)
_PT_US = replace(
    _PT, notice="Esta é uma tentativa de cobrar uma dívida; o que nos disser será usado para isso."
)
_EN_US = replace(
    _EN,
    notice="This is an attempt to collect a debt; any information obtained will be used for that"
    " purpose.",
)

_VOICES: dict[str, tuple[_Voice, dict[str, _Text]]] = {
    "es": (_ES, _ES.texts),
    "es_MX": (_ES, _ES.texts | _MX),
    "es_ES": (_ES, _ES.texts | _SPAIN),
    "es_AR": (_AR, _AR.texts),
    "pt": (_PT, _PT.texts),
    "en": (_EN, _EN.texts),
    "es_US": (_ES_US, _ES.texts),
    "pt_US": (_PT_US, _PT.texts),
    "en_US": (_EN_US, _EN.texts),
}


def _sms(voice: _Voice, text: _Text, locale: str) -> str:
    sender = voice.legal if locale == "pt" else _NAME
    parts = (f"{sender}: {text.short} {{{{ portal.link }}}}", voice.notice, voice.stop_sms)
    return " ".join(part for part in parts if part)


def _chat(voice: _Voice, text: _Text, locale: str) -> str:
    parts = [
        f"{voice.greeting}{_HELLO}.",
        f"{text.long}\n{{{{ portal.link }}}}",
        f"{voice.person_chat} {voice.stop_chat}",
    ]
    if voice.notice:
        parts.append(voice.notice)
    if locale == "pt":
        parts.append(voice.legal)
    return "\n\n".join(parts)


def _mail(voice: _Voice, text: _Text, locale: str) -> str:
    real = f"{{% if creditor.phone %}}{voice.real} {{{{ creditor.phone }}}}.{{% endif %}}"
    return "\n\n".join(
        (
            f"{voice.greeting}{_HELLO}.",
            text.long,
            f"[{text.label}]({{{{ portal.link }}}})",
            real,
            *([voice.notice] if voice.notice else []),
            f"{voice.stop_mail} {{{{ optout.link }}}}",
            voice.legal,
        )
    )


def list_defaults() -> tuple[TemplateSpec, ...]:
    """Every default template: seven codes, three channels, nine locales."""
    specs: list[TemplateSpec] = []
    for locale, (shared, texts) in _VOICES.items():
        buttons = tuple({"title": title, "payload": payload} for title, payload in shared.buttons)
        for code, text in texts.items():
            purpose = PURPOSES[code]
            asks = purpose is not Purpose.SERVICING
            voice = shared if asks else replace(shared, notice="")
            specs += [
                TemplateSpec(code, Channel.SMS, locale, purpose, "", _sms(voice, text, locale)),
                TemplateSpec(
                    code,
                    Channel.WHATSAPP,
                    locale,
                    purpose,
                    "",
                    _chat(voice, text, locale),
                    buttons if asks else (),
                ),
                TemplateSpec(
                    code, Channel.EMAIL, locale, purpose, text.subject, _mail(voice, text, locale)
                ),
            ]
    return tuple(specs)
