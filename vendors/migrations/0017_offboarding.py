"""Ending an engagement line by line."""

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("vendors", "0016_findings")]
    operations: ClassVar[list[Any]] = []
