"""What the lint flagged when a template was saved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_partitions")]
    operations = [
        migrations.AddField(
            model_name="template", name="findings", field=models.JSONField(default=list)
        ),
    ]
