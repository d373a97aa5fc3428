import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0002_partitions"),
        ("creditors", "0001_initial"),
        ("portfolio", "0002_partitions"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactWish",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("requested_hours", "Requested Hours"),
                            ("inconvenient_hours", "Inconvenient Hours"),
                            ("preferred_channel", "Preferred Channel"),
                        ],
                        max_length=20,
                    ),
                ),
                ("from_time", models.TimeField(null=True)),
                ("to_time", models.TimeField(null=True)),
                ("channel", models.CharField(blank=True, max_length=20)),
                ("instrument", models.CharField(blank=True, max_length=30)),
                ("text", models.TextField(blank=True)),
                ("source", models.CharField(max_length=200)),
                ("recorded_by", models.CharField(max_length=80)),
                ("wished_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.CharField(blank=True, max_length=80)),
                ("withdrawn_why", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="DoNotContact",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("hash", models.CharField(max_length=64)),
                ("channel", models.CharField(blank=True, max_length=20)),
                ("purpose", models.CharField(blank=True, max_length=40)),
                ("is_stop", models.BooleanField(default=True)),
                ("since_at", models.DateTimeField()),
                ("source", models.CharField(max_length=200)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="Quarantine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=200)),
                ("since_at", models.DateTimeField()),
                ("placed_by", models.CharField(max_length=80)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=80)),
                ("ended_why", models.CharField(blank=True, max_length=300)),
                ("outcome", models.CharField(blank=True, max_length=10)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="optout",
            name="one_live_opt_out",
        ),
        migrations.AddField(
            model_name="consent",
            name="granted_by",
            field=models.CharField(db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="consent",
            name="revoked_by",
            field=models.CharField(db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="consent",
            name="revoked_why",
            field=models.CharField(db_default="", default="", max_length=300),
        ),
        migrations.AddField(
            model_name="hold",
            name="released_why",
            field=models.CharField(db_default="", default="", max_length=300),
        ),
        migrations.AddField(
            model_name="optout",
            name="is_stop",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="optout",
            name="purpose",
            field=models.CharField(db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="optout",
            name="recorded_by",
            field=models.CharField(db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="optout",
            name="text",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.AddField(
            model_name="optout",
            name="withdrawn_by",
            field=models.CharField(db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="optout",
            name="withdrawn_why",
            field=models.CharField(db_default="", default="", max_length=300),
        ),
        migrations.AddConstraint(
            model_name="optout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("debtor", "channel", "purpose"),
                name="one_live_opt_out",
            ),
        ),
        migrations.AddField(
            model_name="contactwish",
            name="creditor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="creditors.creditor"
            ),
        ),
        migrations.AddField(
            model_name="contactwish",
            name="debtor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="portfolio.debtor"
            ),
        ),
        migrations.AddField(
            model_name="donotcontact",
            name="creditor",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="creditors.creditor"
            ),
        ),
        migrations.AddField(
            model_name="quarantine",
            name="contact_point",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="portfolio.contactpoint"
            ),
        ),
        migrations.AddField(
            model_name="quarantine",
            name="creditor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="creditors.creditor"
            ),
        ),
        migrations.AddField(
            model_name="quarantine",
            name="debtor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="portfolio.debtor"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactwish",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("debtor", "kind"),
                name="one_live_wish",
            ),
        ),
        migrations.AddConstraint(
            model_name="donotcontact",
            constraint=models.UniqueConstraint(
                fields=("creditor", "kind", "hash", "channel", "purpose"), name="listed_once"
            ),
        ),
        migrations.AddIndex(
            model_name="quarantine",
            index=models.Index(fields=["source"], name="quarantine_source"),
        ),
        migrations.AddConstraint(
            model_name="quarantine",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("contact_point", "source"),
                name="one_live_quarantine",
            ),
        ),
    ]
