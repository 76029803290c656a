"""An assessment that moved to another record of the same vendor is noted, like any other change."""

from django.db import migrations

_BEFORE = ("inputs_version", "status", "signed_off_at", "mandatory")


def _trigger(*columns: str) -> str:
    differs = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
    return (
        "DROP TRIGGER note_update ON assessments_assessment;"
        "CREATE TRIGGER note_update AFTER UPDATE ON assessments_assessment "
        f"FOR EACH ROW WHEN ({differs}) "
        "EXECUTE FUNCTION surety_note_outstanding('assessment', 'id')"
    )


class Migration(migrations.Migration):
    dependencies = [("scoring", "0015_facts"), ("vendors", "0013_duplicates")]

    operations = [migrations.RunSQL(_trigger(*_BEFORE, "vendor_id"), _trigger(*_BEFORE))]
