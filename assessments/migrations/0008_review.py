"""Review of answers."""

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("assessments", "0007_portal")]
    operations: ClassVar[list[Any]] = []
