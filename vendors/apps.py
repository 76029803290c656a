"""Registers the vendors app."""

from typing import ClassVar

from django.apps import AppConfig


class VendorsConfig(AppConfig):
    """Vendors."""

    name = "vendors"
    verbose_name = "Vendors"
    #: What becomes of rows when two vendors are merged, where they do not simply move
    #: (`vendors.services.merging.relations`): "stays" or "follows".
    vendor_relations: ClassVar[dict[str, str]] = {
        "MergeRecord.kept": "stays",
        "MergeRecord.gone": "stays",
        "NotTheSame.one": "stays",
        "NotTheSame.other": "stays",
        "Vendor.merged_into": "stays",
    }
    #: Columns that a merge leaves alone and says nothing of: that there are such rows is not for
    #: all who merge to know. Whoever reads them asks for all records that became one. Nor is how
    #: workers came along with a merge anything that is known of a vendor.
    vendor_relations_unsaid: ClassVar[frozenset[str]] = frozenset(
        {"LegalNote.vendor", "MergeJob.kept", "MergeJob.gone"}
    )
