"""Questionnaires written on pages."""

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("assessments", "0009_certificates")]
    operations: ClassVar[list[Any]] = []
