"""The database itself refuses to change or remove what has been recorded."""

from django.db import migrations

from audit.append_only import FUNCTION, make_append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION surety_append_only();"),
        make_append_only("audit_event"),
        make_append_only("audit_seal"),
        make_append_only("audit_sealedevent"),
        make_append_only("audit_dispatched"),
    ]
