from django.db import migrations

from acuerdo.core.partitions import partition_by_range


class Migration(migrations.Migration):
    dependencies = [("compliance", "0001_initial"), ("core", "0002_append_only")]

    operations = partition_by_range("compliance_verdict", "decided_at")
