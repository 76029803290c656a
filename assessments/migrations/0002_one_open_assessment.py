"""At most one unfinished assessment per engagement and questionnaire."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["approved", "closed"]), _negated=True),
                fields=("engagement", "questionnaire"),
                name="assessment_one_open",
                violation_error_message=(
                    "This engagement has an assessment that is not finished yet."
                ),
            ),
        ),
    ]
