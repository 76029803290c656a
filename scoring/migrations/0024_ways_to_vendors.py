"""What scores and decisions hang on stays where it is; see `vendors.sample_rows`."""

from django.db import migrations

from vendors.sample_rows import keep_under


class Migration(migrations.Migration):
    dependencies = [
        ("scoring", "0023_sample_data"),
        ("vendors", "0027_ways_to_vendors"),
    ]

    operations = [
        keep_under("scoring_score", "vendor_id", "vendors_vendor"),
        keep_under("scoring_decision", "engagement_id", "vendors_engagement"),
        keep_under("scoring_indicatorvalue", "engagement_id", "vendors_engagement"),
    ]
