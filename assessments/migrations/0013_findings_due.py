"""What was handed in, or the rule that judges it, has changed: its findings are to be compared."""

from typing import ClassVar

from django.db import migrations

_COUNTS = """
CREATE FUNCTION surety_raises_findings(status text) RETURNS boolean IMMUTABLE LANGUAGE sql
RETURN status IN ('submitted', 'in_review', 'returned', 'approved');
"""
#: What is typed into a returned assessment counts once it is handed in again.
_ASSESSMENT = """
CREATE TRIGGER finding_due_update AFTER UPDATE ON assessments_assessment FOR EACH ROW WHEN (
    OLD.status IS DISTINCT FROM NEW.status
        AND (surety_raises_findings(OLD.status) OR surety_raises_findings(NEW.status))
    OR OLD.inputs_version IS DISTINCT FROM NEW.inputs_version
        AND surety_raises_findings(NEW.status) AND NEW.status <> 'returned'
) EXECUTE FUNCTION surety_note_finding_due('engagement', 'engagement_id');
"""
_PROOF = """
CREATE FUNCTION surety_note_finding_proof() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO vendors_findingdue (subject, subject_id)
    SELECT 'engagement', engagement_id FROM assessments_assessment
    WHERE id = (CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END).assessment_id
        AND surety_raises_findings(status) AND status <> 'returned';
    RETURN NULL;
END
$$;
CREATE TRIGGER finding_due_proof AFTER INSERT OR UPDATE OR DELETE ON assessments_answerevidence
FOR EACH ROW EXECUTE FUNCTION surety_note_finding_proof();
"""
_RULE = """
CREATE FUNCTION surety_note_finding_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO vendors_findingdue (subject, subject_id)
    SELECT DISTINCT 'engagement', engagement.id
    FROM vendors_engagement AS engagement
    JOIN assessments_assessment AS assessment ON assessment.engagement_id = engagement.id
    WHERE engagement.tier = NEW.tier AND surety_raises_findings(assessment.status);
    RETURN NULL;
END
$$;
CREATE TRIGGER finding_due_rule AFTER INSERT OR UPDATE ON vendors_findingrule
FOR EACH ROW EXECUTE FUNCTION surety_note_finding_rule();
"""
#: What was handed in before there were these triggers, once.
_BEFORE = """
INSERT INTO vendors_findingdue (subject, subject_id)
SELECT DISTINCT 'engagement', engagement_id FROM assessments_assessment
WHERE surety_raises_findings(status);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("assessments", "0012_triage"),
        ("vendors", "0018_finding_due"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(_COUNTS, "DROP FUNCTION surety_raises_findings(text)"),
        migrations.RunSQL(_ASSESSMENT, "DROP TRIGGER finding_due_update ON assessments_assessment"),
        migrations.RunSQL(
            _PROOF,
            "DROP TRIGGER finding_due_proof ON assessments_answerevidence;"
            "DROP FUNCTION surety_note_finding_proof()",
        ),
        migrations.RunSQL(
            _RULE,
            "DROP TRIGGER finding_due_rule ON vendors_findingrule;"
            "DROP FUNCTION surety_note_finding_rule()",
        ),
        migrations.RunSQL(_BEFORE, migrations.RunSQL.noop),
    ]
