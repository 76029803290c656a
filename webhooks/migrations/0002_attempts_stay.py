"""The database itself refuses to change what became of an attempt. It may be forgotten."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial"), ("audit", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER attempt_stays BEFORE UPDATE ON webhooks_attempt "
            "FOR EACH ROW EXECUTE FUNCTION surety_append_only();",
            "DROP TRIGGER attempt_stays ON webhooks_attempt;",
        ),
    ]
