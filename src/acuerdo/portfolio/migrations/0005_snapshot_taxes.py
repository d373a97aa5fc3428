from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0004_lists_and_pairs")]

    operations = [
        migrations.AddField(
            model_name="accountsnapshot",
            name="taxes_minor",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
    ]
