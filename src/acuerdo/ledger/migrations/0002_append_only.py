from django.db import migrations

from acuerdo.core.partitions import append_only

# A posting and both its accounts are of one currency, whoever writes it.
ONE_CURRENCY = [
    'ALTER TABLE "ledger_ledgeraccount" ADD CONSTRAINT ledger_account_currency'
    " UNIQUE (id, currency)",
    'ALTER TABLE "ledger_posting" ADD CONSTRAINT posting_debit_currency'
    " FOREIGN KEY (debit_id, currency) REFERENCES ledger_ledgeraccount (id, currency)",
    'ALTER TABLE "ledger_posting" ADD CONSTRAINT posting_credit_currency'
    " FOREIGN KEY (credit_id, currency) REFERENCES ledger_ledgeraccount (id, currency)",
]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("core", "0002_append_only")]

    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop)
        for statement in (
            *ONE_CURRENCY,
            *append_only("ledger_entry"),
            *append_only("ledger_posting"),
        )
    ]
