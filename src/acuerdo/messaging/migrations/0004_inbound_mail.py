"""Mail as it came, and how far mailboxes have been read."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("creditors", "0001_initial"),
        ("portfolio", "0001_initial"),
        ("messaging", "0003_template_findings"),
    ]
    operations = [
        migrations.CreateModel(
            name="MailboxState",
            fields=[
                (
                    "provider_account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="creditors.provideraccount",
                    ),
                ),
                ("uid_validity", models.BigIntegerField(null=True)),
                ("last_uid", models.BigIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="InboundMail",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("external_id", models.CharField(max_length=64)),
                ("raw_encrypted", models.BinaryField(default=bytes)),
                ("files", models.JSONField(default=list)),
                ("received_at", models.DateTimeField()),
                ("processed_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=20)),
                (
                    "creditor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="creditors.creditor"
                    ),
                ),
                (
                    "debtor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="portfolio.debtor",
                    ),
                ),
                (
                    "inbound",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="messaging.inboundevent",
                    ),
                ),
                (
                    "provider_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="creditors.provideraccount"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider_account", "external_id"), name="inbound_mail_once"
                    )
                ]
            },
        ),
    ]
