from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("strategies", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="ways_known",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
