"""Decisions about engagements."""

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("scoring", "0016_note_moved_assessments")]
    operations: ClassVar[list[Any]] = []
