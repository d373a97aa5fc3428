from django.db import migrations

from acuerdo.core.partitions import partition_by_range


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial"), ("core", "0002_append_only")]

    operations = partition_by_range("scoring_score", "scored_at")
