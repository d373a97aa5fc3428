from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from acuerdo.portfolio.actions.places import refresh_zones

_SET = 50_000


def refresh(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Phones count from now on, so that the zones of all debtors are written anew."""
    ids = list(apps.get_model("portfolio", "Debtor").objects.values_list("pk", flat=True))
    for start in range(0, len(ids), _SET):
        refresh_zones(ids[start : start + _SET])


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
        migrations.RunPython(refresh, migrations.RunPython.noop),
    ]
