import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import uuid_utils.compat
from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations, models

import acuerdo.portfolio.models


class Migration(migrations.Migration):
    dependencies = [
        ("creditors", "0001_initial"),
        ("portfolio", "0003_places"),
    ]

    operations = [
        BtreeGinExtension(),
        migrations.CreateModel(
            name="DebtorPair",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "public_id",
                    models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, unique=True),
                ),
                ("state", models.CharField(default="proposed", max_length=10)),
                ("sureness", models.PositiveSmallIntegerField(default=0)),
                ("reasons", models.JSONField(default=list)),
                ("found_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("moved", models.JSONField(default=dict)),
            ],
        ),
        migrations.AddField(
            model_name="debtor",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="debtor",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="portfolio.debtor",
            ),
        ),
        # It was on an expression; the new one is on the stored column.
        migrations.RunSQL(
            "DROP INDEX debtor_name_search",
            "CREATE INDEX debtor_name_search ON portfolio_debtor"
            " USING gin (acuerdo_plain(name) gin_trgm_ops)",
        ),
        migrations.AddField(
            model_name="debtor",
            name="plain_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=acuerdo.portfolio.models.Plain("name"),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                models.F("creditor"),
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("number"), name="text_pattern_ops"
                ),
                name="account_by_number",
            ),
        ),
        migrations.AddIndex(
            model_name="accountsnapshot",
            index=models.Index(
                fields=["creditor_id", "as_of_on", "segment_code", "dpd"], name="snapshot_by_age"
            ),
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(
                models.F("creditor"),
                django.db.models.functions.text.Right("value", 7),
                condition=models.Q(("kind", "phone")),
                name="phone_by_end",
            ),
        ),
        migrations.AddIndex(
            model_name="debtor",
            index=models.Index(fields=["creditor", "plain_name", "id"], name="debtor_by_name"),
        ),
        migrations.AddIndex(
            model_name="debtor",
            index=django.contrib.postgres.indexes.GinIndex(
                models.F("creditor"),
                django.contrib.postgres.indexes.OpClass("plain_name", name="gin_trgm_ops"),
                name="debtor_name_search",
            ),
        ),
        migrations.AddIndex(
            model_name="debtor",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="debtor_merged",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["document_last4"], name="person_by_last4"),
        ),
        migrations.AddField(
            model_name="debtorpair",
            name="creditor",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="creditors.creditor"
            ),
        ),
        migrations.AddField(
            model_name="debtorpair",
            name="first",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.debtor",
            ),
        ),
        migrations.AddField(
            model_name="debtorpair",
            name="gone",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.debtor",
            ),
        ),
        migrations.AddField(
            model_name="debtorpair",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portfolio.debtor"
            ),
        ),
        migrations.AddIndex(
            model_name="debtorpair",
            index=models.Index(
                fields=["creditor", "state", "-sureness", "id"], name="pair_by_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="debtorpair",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="debtor_pair_once"),
        ),
    ]
