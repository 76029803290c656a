"""Certificates that answer questions."""

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("assessments", "0008_review")]

    operations: ClassVar[list[Any]] = [
        migrations.AddField(
            model_name="answerevidence",
            name="from_certificate",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="answerevidence",
            name="seen_version",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
