"""Questionnaires and answers from files."""

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("assessments", "0010_questionnaires")]
    operations: ClassVar[list[Any]] = []
