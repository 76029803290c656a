"""Certificates that answer questions."""

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("assessments", "0008_review")]
    operations: ClassVar[list[Any]] = []
