"""What a search for a vendor looks at."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from vendors.models import Vendor


class SearchText(models.Model):
    """A vendor's name in its spellings, with registration number and ids, without case and accents.

    A table of its own: a new rating does not touch it, and its indexes are dear to write.
    """

    vendor = models.OneToOneField(
        Vendor, models.PROTECT, primary_key=True, related_name="search_text"
    )
    text = models.TextField()
    # The name alone, by which lists are sorted.
    sort_name = models.CharField(max_length=200)
    # The rule of `vendors.plain_text` by which both were folded.
    rule = models.PositiveSmallIntegerField(db_default=1)

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["text"], opclasses=["gin_trgm_ops"], name="search_text_trigrams"),
            models.Index(fields=["sort_name", "vendor"], name="search_text_by_name"),
            # Nearly all are of one rule: whether any is not is asked every hour.
            models.Index(fields=["rule"], name="search_text_rule"),
        ]

    def __str__(self) -> str:
        return self.text
