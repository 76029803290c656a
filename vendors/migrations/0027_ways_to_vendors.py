"""What leads from history to its vendor stays where it is; see `vendors.sample_rows`."""

from django.db import migrations

from vendors.sample_rows import NO_WAYS, WAYS, keep_under, keep_vendor_of


class Migration(migrations.Migration):
    dependencies = [("vendors", "0026_imports_in_the_background")]

    operations = [
        migrations.RunSQL(WAYS, NO_WAYS),
        keep_vendor_of("vendors_engagement"),
        keep_vendor_of("vendors_match"),
        keep_vendor_of("vendors_evidence"),
        keep_under("vendors_engagement", "vendor_id", "vendors_vendor"),
        keep_under("vendors_match", "vendor_id", "vendors_vendor"),
        keep_under("vendors_evidence", "vendor_id", "vendors_vendor"),
        keep_under("vendors_screening", "vendor_id", "vendors_vendor"),
        keep_under("vendors_matchstep", "match_id", "vendors_match"),
        keep_under("vendors_evidencefile", "evidence_id", "vendors_evidence"),
    ]
