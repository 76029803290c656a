"""Triggers that write down, with each change, what has to be scored again."""

from django.db import migrations

FUNCTION = """
-- Arguments: the subject, and the column of the changed row that names it.
CREATE OR REPLACE FUNCTION surety_note_outstanding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO scoring_outstanding (subject, subject_id)
    VALUES (
        TG_ARGV[0],
        (to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END) ->> TG_ARGV[1])::uuid
    );
    RETURN NULL;
END
$$;
"""


def _note(
    table: str, when: str, subject: str, column: str, condition: str = ""
) -> migrations.RunSQL:
    name = "note_" + when.split(maxsplit=1)[0].lower()
    where = f"WHEN ({condition}) " if condition else ""
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {when} ON {table} FOR EACH ROW {where}"
        f"EXECUTE FUNCTION surety_note_outstanding('{subject}', '{column}')",
        f"DROP TRIGGER {name} ON {table}",
    )


def _differs(*columns: str) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)


class Migration(migrations.Migration):
    dependencies = [
        ("scoring", "0003_what_is_outstanding"),
        ("assessments", "0001_initial"),
        ("vendors", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION surety_note_outstanding()"),
        _note("assessments_assessment", "INSERT", "assessment", "id"),
        _note(
            "assessments_assessment",
            "UPDATE",
            "assessment",
            "id",
            _differs("inputs_version", "status", "signed_off_at", "mandatory"),
        ),
        _note("vendors_engagement", "INSERT", "vendor", "vendor_id"),
        _note(
            "vendors_engagement",
            "UPDATE",
            "engagement",
            "id",
            _differs("intake", "tier", "status"),
        ),
        _note("vendors_vendor", "INSERT", "vendor", "id"),
        _note(
            "vendors_vendor",
            "UPDATE",
            "vendor",
            "id",
            _differs("name", "country", "registration_number", "lei", "status"),
        ),
        _note("vendors_vendorunit", "INSERT OR UPDATE OR DELETE", "vendor", "vendor_id"),
        _note("vendors_externalid", "INSERT OR UPDATE OR DELETE", "vendor", "vendor_id"),
    ]
