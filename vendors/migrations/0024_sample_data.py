"""Vendors that are invented: said when they are made, kept apart from real ones, removable.

What only ever grows lets rows go that hang on such a vendor, in a transaction that has said that
it removes sample data. Of any other row it lets nothing go, whatever was said.
"""

from django.db import migrations, models

from vendors.sample_rows import FUNCTION, let_samples_go

_APART = """
CREATE TRIGGER sample_stays BEFORE UPDATE ON vendors_vendor FOR EACH ROW
    WHEN (OLD.sample IS DISTINCT FROM NEW.sample) EXECUTE FUNCTION surety_sample_stays();
CREATE FUNCTION surety_sample_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sample FROM vendors_vendor WHERE id = NEW.vendor_id)
        <> (SELECT sample FROM accounts_businessunit WHERE id = NEW.unit_id)
    THEN
        RAISE EXCEPTION 'sample data and what is real are kept apart'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER sample_apart BEFORE INSERT OR UPDATE OF vendor_id, unit_id ON vendors_vendorunit
    FOR EACH ROW EXECUTE FUNCTION surety_sample_apart();
"""
_TOGETHER = """
DROP TRIGGER sample_apart ON vendors_vendorunit;
DROP FUNCTION surety_sample_apart();
DROP TRIGGER sample_stays ON vendors_vendor;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_sample_data"),
        ("audit", "0002_append_only"),
        ("vendors", "0023_contacts_by_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="vendor",
            name="sample",
            field=models.BooleanField(db_default=False, default=False, verbose_name="Sample data"),
        ),
        migrations.RunSQL(_APART, _TOGETHER),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION surety_append_only_but_sample();"),
        let_samples_go("vendors_screening", "SELECT ($1).vendor_id"),
        let_samples_go(
            "vendors_matchstep", "SELECT vendor_id FROM vendors_match WHERE id = ($1).match_id"
        ),
        let_samples_go(
            "vendors_evidencefile",
            "SELECT vendor_id FROM vendors_evidence WHERE id = ($1).evidence_id",
        ),
    ]
