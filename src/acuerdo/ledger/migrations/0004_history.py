from django.db import migrations, models

# What was posted so far counts from the dates of its entries.
FILL = """
    UPDATE ledger_ledgeraccount AS line SET moved_on = moved.last_on
    FROM (
        SELECT side.id, max(entry.effective_on) AS last_on
        FROM ledger_posting AS posting
        JOIN ledger_entry AS entry ON entry.id = posting.entry_id
        CROSS JOIN LATERAL (VALUES (posting.debit_id), (posting.credit_id)) AS side (id)
        GROUP BY side.id
    ) AS moved
    WHERE line.id = moved.id AND line.subject_id > 0
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_seal")]

    operations = [
        migrations.AddField(
            model_name="entry", name="terms", field=models.TextField(blank=True, db_default="")
        ),
        migrations.AddField(
            model_name="ledgeraccount", name="moved_on", field=models.DateField(null=True)
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
