"""Scores and their inputs are never changed or removed."""

from django.db import migrations

from audit.append_only import make_append_only


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial"), ("audit", "0002_append_only")]
    operations = [make_append_only("scoring_score"), make_append_only("scoring_scoreinputs")]
