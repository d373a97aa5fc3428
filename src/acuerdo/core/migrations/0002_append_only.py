from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

from acuerdo.core.partitions import partition_by_range

REFUSE_CHANGE = """
CREATE FUNCTION acuerdo_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

# PostgreSQL has uuidv7() from 18 on; ours serves sets on 15 to 17 too (RFC 9562, section 5.7).
UUID7 = """
CREATE FUNCTION acuerdo_uuid7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid()) PLACING
                substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                FROM 1 FOR 6),
            52, 1), 53, 1), 'hex')::uuid
$$
"""

# unaccent() is only STABLE, because its dictionary could change; ours never does.
PLAIN = """
CREATE FUNCTION acuerdo_plain(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(public.unaccent('public.unaccent', value))
$$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION acuerdo_refuse_change()"),
        migrations.RunSQL(UUID7, "DROP FUNCTION acuerdo_uuid7()"),
        migrations.RunSQL(PLAIN, "DROP FUNCTION acuerdo_plain(text)"),
        migrations.RunSQL(
            "CREATE INDEX event_refs ON core_event USING gin (refs)", "DROP INDEX event_refs"
        ),
        *partition_by_range("core_event", "occurred_at"),
    ]
