from pathlib import Path

from django.db import migrations

# What `pgq sql install` of pgqueuer 1.6.0 prints. A newer release's changes come as a further
# migration, made with `pgq upgrade --plan`.
INSTALL = (Path(__file__).parent / "pgqueuer_1_6.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial")]

    operations = [migrations.RunSQL(INSTALL.replace("%", "%%"), migrations.RunSQL.noop)]
