from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0002_partitions")]

    operations = [
        migrations.AddField("debtor", "residence_verified_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "debtor",
            "location_country",
            models.CharField(blank=True, db_default="", max_length=2),
        ),
        migrations.AddField(
            "debtor",
            "location_subdivision",
            models.CharField(blank=True, db_default="", max_length=6),
        ),
        migrations.AddField("debtor", "location_declared_at", models.DateTimeField(null=True)),
    ]
