"""Invented people: names, documents, places, phones, e-mails and what they authorised."""

from __future__ import annotations

import unicodedata

import numpy as np
import polars as pl

from acuerdo.simulation.rules.countries import COUNTRIES, Facts
from acuerdo.simulation.rules.documents import Named, Numbers, make_documents

_DOMAINS = ("example.com", "example.org", "example.net")
# Seven in ten can be reached by a digital channel.
CHANNELS = ("sms,email,whatsapp", "sms,email", "email", "sms,whatsapp", "email,whatsapp", None)
CHANNEL_SHARES = (0.34, 0.15, 0.09, 0.07, 0.05, 0.30)
EMAIL_SHARE, SECOND_PHONE_SHARE = 0.93, 0.30


def make_people(country: str, serial: Numbers, rng: np.random.Generator) -> pl.DataFrame:
    """One row per serial, in order, under the headers of the file."""
    facts = COUNTRIES[country]
    count = len(serial)
    firsts, lasts = pl.Series(facts.first_names), pl.Series(facts.last_names)
    given = rng.integers(len(firsts), size=count)
    family = rng.integers(len(lasts), size=count)
    other = (family + rng.integers(1, len(lasts), size=count)) % len(lasts)
    first, last, second = firsts.gather(given), lasts.gather(family), lasts.gather(other)
    place = rng.integers(len(facts.places), size=count)
    kind, document = make_documents(country, Named(serial, first, last, second))
    has_email = rng.random(count) < EMAIL_SHARE
    has_second = rng.random(count) < SECOND_PHONE_SHARE
    phones = [_phones(facts, place, 2 * serial + line, rng) for line in (0, 1)]
    plain_first, plain_last = (
        pl.Series([_plain(name) for name in names])
        for names in (facts.first_names, facts.last_names)
    )
    local = plain_first.gather(given) + "." + plain_last.gather(family)
    domain = pl.Series(_DOMAINS).gather(rng.integers(len(_DOMAINS), size=count))
    email = local + "." + pl.Series(serial).cast(pl.String) + "@" + domain
    before, after = facts.street.split("{}")
    house = pl.Series(rng.integers(1, 400, size=count)).cast(pl.String)
    name = first + " " + last
    return pl.DataFrame(
        {
            "nombre_completo": name + " " + second if facts.has_two_surnames else name,
            "tipo_documento": kind,
            "numero_documento": document,
            "pais": [country] * count,
            "departamento": pl.Series([one.subdivision for one in facts.places]).gather(place),
            "ciudad": pl.Series([one.city for one in facts.places]).gather(place),
            "direccion": before + house + after,
            "telefono_1": phones[0],
            "telefono_2": phones[1].set(pl.Series(~has_second), None),
            "correo": email.set(pl.Series(~has_email), None),
            "idioma": [facts.language] * count,
            "canales_autorizados": pl.Series(CHANNELS).gather(
                rng.choice(len(CHANNELS), size=count, p=CHANNEL_SHARES)
            ),
        }
    )


def _phones(facts: Facts, place: Numbers, number: Numbers, rng: np.random.Generator) -> pl.Series:
    """Half of them as they are dialled at home, half with the country code.

    The number is cut to the digits that are free: where a range is small, people share one.
    """
    heads = [one.heads for one in facts.places]
    offsets = np.cumsum([0, *map(len, heads)])[:-1]
    sizes = np.array([len(own) for own in heads])
    size = 10**facts.tail
    head = offsets[place] + number // size % sizes[place]
    tail = pl.Series(number % size).cast(pl.String).str.zfill(facts.tail)
    local = pl.Series([one for own in heads for one in own]).gather(head) + tail
    abroad = pl.Series([f"+{facts.dial} ", ""]).gather(rng.integers(2, size=len(number)))
    return abroad + local


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return letters.replace(" ", "")
