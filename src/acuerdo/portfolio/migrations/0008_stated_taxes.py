from django.db import migrations


class Migration(migrations.Migration):
    """What files said before they could name taxes was: none."""

    dependencies = [("portfolio", "0007_uploads")]

    operations = [
        migrations.RunSQL(
            "UPDATE portfolio_account SET stated_minor = stated_minor || 0::bigint"
            " WHERE cardinality(stated_minor) = 4",
            "UPDATE portfolio_account SET stated_minor = stated_minor[1:4]",
        )
    ]
