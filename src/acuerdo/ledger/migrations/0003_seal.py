from django.db import migrations, models

import acuerdo.ledger.models
from acuerdo.core.partitions import append_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("covers", acuerdo.ledger.models.MultiRange()),
                ("entries", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("leaves", models.BinaryField()),
                ("seal", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        *(
            migrations.RunSQL(statement, migrations.RunSQL.noop)
            for statement in append_only("ledger_seal")
        ),
    ]
