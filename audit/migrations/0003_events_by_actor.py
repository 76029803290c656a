"""The log is read by who did something.

Built beside the writers: a plain CREATE INDEX would hold up every change while it reads all events.
What is built so is left half-done where it is killed, so that goes first.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS event_actor", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "event", models.Index(fields=["actor_id", "-position"], name="event_actor")
        ),
    ]
