"""The log is read by who did something."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.AddIndex(
            "event", models.Index(fields=["actor_id", "-position"], name="event_actor")
        ),
    ]
