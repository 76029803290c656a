"""Which sample vendors could not be loaded, and why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_sample_data")]

    operations = [
        migrations.AddField(
            model_name="samplejob",
            name="left_out",
            field=models.JSONField(default=list),
        ),
    ]
