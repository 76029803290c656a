"""Requests for suppliers, stages and renewals."""

from typing import Any, ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("assessments", "0011_exchange")]
    operations: ClassVar[list[Any]] = []
