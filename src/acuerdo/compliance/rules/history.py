"""Past contacts, consents, opt-outs and revocations: from the cells of a file to facts. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

from acuerdo.compliance.rules.facts import OUTCOMES
from acuerdo.compliance.rules.reading import (
    CHANNEL_HEADERS,
    PEOPLE,
    PURPOSE_HEADERS,
    SOURCE_HEADERS,
    Headers,
    open_table,
    read_channel_cell,
    read_document_keys,
    read_purposes,
    read_words,
)
from acuerdo.portfolio.errors import HeaderNotRecognised
from acuerdo.portfolio.rules.dates import read_dates
from acuerdo.portfolio.rules.reader import Reader, clean
from acuerdo.portfolio.rules.text import Source

CONTACT, CONSENT, OPT_OUT, REVOCATION = "contact", "consent", "opt_out", "revocation"

_HEADERS: Headers = {
    "account": PEOPLE["account"],
    "debtor": tuple(
        "deudor_id id_deudor referencia_deudor id_devedor devedor_id referencia_devedor debtor_id"
        " debtor debtor_reference debtor_ref".split()
    ),
    "document_type": PEOPLE["document_type"],
    "document_country": PEOPLE["document_country"],
    "document": PEOPLE["document"],
    "at": tuple(
        "fecha_hora fechahora fecha_y_hora fecha_hora_contacto data_hora datahora data_e_hora"
        " datetime date_time timestamp occurred_at contacted_at".split()
    ),
    "date": tuple(
        "fecha fecha_contacto fecha_gestion fecha_de_gestion fecha_llamada fecha_evento dia data"
        " data_contato data_ligacao data_evento date contact_date call_date event_date".split()
    ),
    "time": tuple(
        "hora hora_contacto hora_gestion hora_llamada hora_contato hora_ligacao time contact_time"
        " call_time".split()
    ),
    "zone": tuple(
        "zona_horaria zona huso huso_horario timezone time_zone tz fuso fuso_horario".split()
    ),
    "channel": CHANNEL_HEADERS,
    "direction": tuple("direccion sentido direcao direction call_direction".split()),
    "outcome": tuple(
        "resultado resultado_gestion resultado_contacto resultado_contato tipificacion tipificacao"
        " disposition outcome result contact_result estado status".split()
    ),
    "purpose": PURPOSE_HEADERS,
    "kind": tuple(
        "tipo tipo_evento tipo_registro tipo_de_registro clase evento kind type event record_type"
        " event_type".split()
    ),
    "source": SOURCE_HEADERS,
    "text": tuple("texto texto_consentimiento texto_consentimento text consent_text".split()),
    "reference": tuple(
        "referencia id_gestion id_contacto id_llamada id_contato reference contact_id call_id"
        " external_id id".split()
    ),
}
_NEEDED = ("account", "document", "debtor")


def _meanings(table: Mapping[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in table.items() for word in words.split()}


_KINDS = _meanings(
    {
        CONTACT: "contact contacto contato gestion gestao llamada ligacao call mensaje mensagem"
        " message attempt intento tentativa",
        CONSENT: "consent consentimiento consentimento autorizacion autorizacao opt_in alta"
        " aceptacion aceite",
        OPT_OUT: "opt_out optout baja stop exclusion oposicion oposicao saida descadastro"
        " no_contactar do_not_contact",
        REVOCATION: "revocation revocacion revocatoria revogacao revoked revoke retiro retirada",
    }
)
_DIRECTIONS = _meanings(
    {
        "outbound": "outbound out saliente salida saida ativo ativa activa enviada enviado sent"
        " realizada emitida",
        "inbound": "inbound in entrante entrada receptivo receptiva recibida recibido recebida"
        " recebido received",
    }
)
_OUTCOMES = {
    **_meanings(
        {
            "conversation": "conversacion conversa contacto contactado contacto_efectivo"
            " contacto_directo contacto_titular cpc rpc contato contato_efetivo hablado atendida"
            " atendeu answered connected promesa promessa ptp respondio respondeu replied",
            "delivered": "entregado entregada entregue enviado enviada sent leido leida lido lida"
            " read ok",
            "no_answer": "no_contesta no_contesto no_contestada sin_respuesta nao_atende"
            " nao_atendeu sem_resposta ocupado busy noanswer not_answered",
            "voicemail": "buzon buzon_de_voz contestador caixa_postal correo_de_voz"
            " answering_machine machine",
            "undelivered": "no_entregado no_entregada nao_entregue fallido fallida failed falhou"
            " numero_invalido invalid_number rebotado bounced rechazado_por_red",
            "refused": "rechazado rechazada recusada recusado rejected colgo desligou hung_up",
        }
    ),
    **{outcome: outcome for outcome in OUTCOMES},
}
# A date, perhaps a time, perhaps an offset: "24/11/2026 3:05 p. m.", "2026-11-24T15:05:00-05:00".
_WHEN = (
    r"^(?P<date>.*?)"
    r"(?:[ T,]+(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[aApP]\.? ?[mM]\.?)?)"
    r" ?(?P<offset>Z|UTC|[+-]\d{2}:?\d{2})?)?$"
)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?: ?([ap])\.? ?m\.?)?", re.I)
_NOON = time(12)


@dataclass(frozen=True, slots=True)
class HistoryReading:
    """What a file says happened before.

    `rows`: `line`, `account` (its number), `debtor` (a public id), `kind`, `channel` (empty only
    for an opt-out of all), `at` (UTC), `direction`, `outcome` (empty where not said), `purpose`
    (empty where not said), `source`, `text`, `reference` (the file's own name of it); an empty
    text where a cell is empty. A row with several channels is several. `documents`: `line`, `key`
    (see `read_document_keys`). `rejections` and `warnings`: `line`, `column`, `value`, `reason`.
    `headers`: field → its header in the file.
    """

    rows: pl.DataFrame
    documents: pl.DataFrame
    rejections: pl.DataFrame
    warnings: pl.DataFrame
    read: int
    headers: Mapping[str, str]


def read_history(
    source: Source, *, country: str, zone: str, now: datetime, dates: str | None = None
) -> HistoryReading:
    """Read a file of what was before. `zone` is that of times that name none; `country` of
    documents that name none; `dates` declares their order.

    Columns: an account, a document or a debtor; date and time in one column or two; channel;
    and as far as the file has them direction (else outbound), outcome, purpose, kind (else
    contact), zone, source, text and a reference. Raises HeaderNotRecognised, DatesAmbiguous,
    DatesMixed and what the reader of the file raises.
    """
    reader = open_table(source, _HEADERS, _NEEDED)
    _need(reader, source, "channel", "at" if "at" in reader.columns else "date")
    frame = pl.DataFrame(
        {
            "line": reader.rows["line"],
            "account": _text(reader, "account"),
            "debtor": _text(reader, "debtor"),
            "kind": read_words(reader, "kind", _KINDS, CONTACT),
            "at": _read_instants(reader, zone, now, dates),
            "direction": read_words(reader, "direction", _DIRECTIONS, "outbound"),
            "outcome": read_words(reader, "outcome", _OUTCOMES, ""),
            "purpose": read_purposes(reader, ""),
            "source": _text(reader, "source"),
            "text": _text(reader, "text", 2_000),
            "reference": _text(reader, "reference"),
        }
    )
    for field in ("kind", "direction", "outcome", "purpose"):
        _reject_unknown(reader, field, frame[field])
    channels = _channels(reader, frame["kind"])
    documents = pl.DataFrame(schema={"line": pl.Int64, "key": pl.String})
    if "document" in reader.columns:
        documents = read_document_keys(reader, country)
    _reject_nobody(reader, frame, documents)
    rejections = reader.all_faults("reject")
    bad = rejections.select("line").unique()
    rows = (
        frame.with_columns(channel=channels)
        .join(bad, on="line", how="anti", maintain_order="left")
        .explode("channel")
    )
    return HistoryReading(
        rows=rows,
        documents=documents,
        rejections=rejections,
        warnings=reader.all_faults("warn").join(bad, on="line", how="anti", maintain_order="left"),
        read=reader.table.read,
        headers={field: reader.header(field) for field in reader.columns},
    )


def _need(reader: Reader, source: Source, *fields: str) -> None:
    missing = [field for field in fields if field not in reader.columns]
    if missing:
        found = ", ".join(header[:40] for header in source.headers[:20])
        raise HeaderNotRecognised(missing=", ".join(missing), found=found)


def _text(reader: Reader, field: str, width: int = 200) -> pl.Series:
    if field not in reader.columns:
        return pl.Series([""]).new_from_index(0, reader.rows.height)
    return clean(reader.cells(field)).str.slice(0, width)


def _reject_unknown(reader: Reader, field: str, read: pl.Series) -> None:
    if field in reader.columns:
        reason = pl.select(pl.when(read.is_null()).then(pl.lit(f"unknown_{field}"))).to_series()
        reader.fault("reject", reader.header(field), reader.cells(field), reason)


def _channels(reader: Reader, kinds: pl.Series) -> pl.Series:
    """Per row its channels. A contact has one; only an opt-out may be of all of them."""
    cells = reader.cells("channel")
    known = {text: read_channel_cell(text) for text in cells.unique()}
    found: list[list[str]] = []
    reasons: list[str | None] = []
    for text, kind in zip(cells, kinds, strict=True):
        channels = known[text]
        if channels is None or (kind == CONTACT and len(channels) > 1):
            reasons.append("unknown_channel_here")
        elif not channels and kind != OPT_OUT:
            reasons.append("missing_value" if not text else "unknown_channel_here")
        else:
            reasons.append(None)
        found.append(sorted(channels or [""]))
    reader.fault("reject", reader.header("channel"), cells, pl.Series(reasons, dtype=pl.String))
    return pl.Series(found, dtype=pl.List(pl.String))


def _reject_nobody(reader: Reader, frame: pl.DataFrame, documents: pl.DataFrame) -> None:
    """Rows that name no account, debtor or readable document."""
    read = frame["line"].is_in(documents["line"].implode())
    nobody = frame.select(
        pl.when((pl.col("account") == "") & (pl.col("debtor") == "") & ~read).then(
            pl.lit("nobody_named")
        )
    ).to_series()
    field = next(name for name in _NEEDED if name in reader.columns)
    reader.fault("reject", reader.header(field), reader.cells(field), nobody)


# When


def _read_instants(reader: Reader, zone: str, now: datetime, declared: str | None) -> pl.Series:
    field = "at" if "at" in reader.columns else "date"
    column, cells = reader.header(field), reader.cells(field)
    parts = cells.str.extract_groups(_WHEN).struct.unnest()
    days = read_dates(column, parts["date"].fill_null(""), declared)
    clock = parts["time"].fill_null("")
    if "time" in reader.columns:
        own = reader.cells("time")
        clock = pl.select(pl.when(own != "").then(own).otherwise(clock)).to_series()
    times = {text: _read_time(text) for text in clock.unique()}
    zones = _zones(reader, zone)
    instants: list[datetime | None] = []
    reasons: list[str | None] = []
    for text, on, hour, offset, place in zip(
        cells, days.values, clock, parts["offset"], zones, strict=True
    ):
        at, reason = _instant(text, on, times[hour], _offset(offset), place, now)
        instants.append(at)
        reasons.append(reason)
    reader.fault("reject", column, cells, pl.Series(reasons, dtype=pl.String))
    told = "time" if "time" in reader.columns else field
    wrong = pl.Series(
        [None if times[text] else "unreadable_time" for text in clock], dtype=pl.String
    )
    reader.fault("reject", reader.header(told), reader.cells(told), wrong)
    assumed = pl.select(pl.when(clock == "").then(pl.lit("assumed_noon"))).to_series()
    reader.fault("warn", column, cells, assumed)
    if "zone" in reader.columns:
        nowhere = pl.Series([None if place else "unknown_zone" for place in zones], dtype=pl.String)
        reader.fault("reject", reader.header("zone"), reader.cells("zone"), nowhere)
    return pl.Series(instants, dtype=pl.Datetime("us", "UTC"))


def _instant(
    text: str,
    on: date | None,
    hour: time | None,
    offset: tzinfo | None,
    place: ZoneInfo | None,
    now: datetime,
) -> tuple[datetime | None, str | None]:
    """The instant, or None and why not. A wrong time or zone may be another column's fault."""
    if on is None:
        return None, "unreadable_date" if text else "missing_value"
    zone = offset or place
    if hour is None or zone is None:
        return None, None
    at = datetime.combine(on, hour, zone).astimezone(UTC)
    return (None, "in_the_future") if at > now else (at, None)


def _read_time(text: str) -> time | None:
    """A time of day; noon where none is given, None where it is none."""
    if not text:
        return _NOON
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if half := (match[4] or "").lower():
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return time(hour, minute, second)


@lru_cache(maxsize=256)
def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text in {"Z", "UTC"}:
        return UTC
    span = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    if span >= timedelta(hours=24):
        return None
    return timezone(span if text[0] == "+" else -span)


def _zones(reader: Reader, default: str) -> list[ZoneInfo | None]:
    """Per row its zone: the file's, else `default`; None where the name is no zone."""
    own = ZoneInfo(default)
    if "zone" not in reader.columns:
        return [own] * reader.rows.height
    names = {name.lower(): name for name in available_timezones()}
    cells = reader.cells("zone")
    known: dict[str, ZoneInfo | None] = {"": own}
    for text in cells.unique():
        if text:
            name = names.get(text.lower())
            known[text] = ZoneInfo(name) if name else None
    return [known[text] for text in cells]
