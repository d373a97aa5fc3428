from django.db import migrations

from acuerdo.core.partitions import partition_by_range


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0001_initial"), ("core", "0002_append_only")]

    operations = [
        *partition_by_range("portfolio_accountsnapshot", "as_of_on"),
        # Names are searched without accents and with mistakes.
        migrations.RunSQL(
            "CREATE INDEX debtor_name_search ON portfolio_debtor"
            " USING gin (acuerdo_plain(name) gin_trgm_ops)",
            "DROP INDEX debtor_name_search",
        ),
    ]
