"""Findings and what is done about them."""

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("vendors", "0015_evidence")]
    operations: ClassVar[list[Any]] = []
