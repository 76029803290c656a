"""Comparing vendors with a list can be held, and goes on where it stopped."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vendors", "0024_sample_data")]

    operations = [
        migrations.AlterField(
            "screeningrun",
            "status",
            models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("running", "Running"),
                    ("paused", "Paused"),
                    ("done", "Done"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
    ]
