"""What was typed for a merge stands in its record; a job that has ended keeps none of it.

Jobs are emptied when they end, but for those that ended before that was so.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vendors", "0032_long_ip_schedules_by_workers")]

    operations = [
        migrations.RunSQL(
            "UPDATE vendors_mergejob SET reason = '', take = '[]'"
            " WHERE status <> 'running' AND (reason <> '' OR take <> '[]')",
            migrations.RunSQL.noop,
        )
    ]
