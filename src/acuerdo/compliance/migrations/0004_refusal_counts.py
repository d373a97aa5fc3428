import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0003_wishes"),
        ("creditors", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RefusalCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "creditor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="creditors.creditor",
                    ),
                ),
                ("on", models.DateField()),
                ("pack", models.CharField(max_length=12)),
                ("channel", models.CharField(max_length=20)),
                ("rule_id", models.CharField(blank=True, max_length=80)),
                ("house_default", models.BooleanField()),
                ("contacts", models.PositiveIntegerField()),
                ("counted_until", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("creditor", "on", "pack", "channel", "rule_id"),
                        name="refusal_count_once",
                    )
                ]
            },
        ),
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(
                condition=models.Q(("allowed", False)),
                fields=["creditor_id", "-decided_at"],
                name="verdict_refused_at",
            ),
        ),
    ]
