"""What hangs on sample vendors may go; see `vendors.sample_rows`."""

from django.db import migrations

from vendors.sample_rows import let_samples_go

_BY_ENGAGEMENT = "SELECT vendor_id FROM vendors_engagement WHERE id = ($1).engagement_id"


class Migration(migrations.Migration):
    dependencies = [
        ("scoring", "0022_portfolio_views"),
        ("vendors", "0024_sample_data"),
    ]

    operations = [
        let_samples_go("scoring_score", "SELECT ($1).vendor_id"),
        let_samples_go(
            "scoring_sensitivity", "SELECT vendor_id FROM scoring_score WHERE id = ($1).score_id"
        ),
        let_samples_go("scoring_decision", _BY_ENGAGEMENT),
        let_samples_go("scoring_indicatorvalue", _BY_ENGAGEMENT),
    ]
