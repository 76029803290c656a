"""Sample data and what is real are kept apart, so that one can go without touching the other."""

from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from audit.errors import Refused
from vendors import master_data
from vendors.models import Vendor


class SampleApart(Refused):
    """One of the two is sample data, and the other is not."""

    code = "sample_apart"


def require_same(vendor: Vendor, other: Vendor | BusinessUnit) -> None:
    """Raise SampleApart unless both are sample data, or neither is."""
    if vendor.sample != other.sample:
        raise SampleApart(
            _(
                "Sample data is removed as a whole one day, so it has nothing to do with real "
                "vendors and units."
            )
        )


def refuse_ids(vendor: Vendor) -> None:
    """Raise Invalid where a sample vendor is to have an id in another system.

    It would keep that id from the real vendor, which lists and systems find by it.
    """
    if vendor.sample:
        said = _("This vendor is sample data, which no other system knows.")
        raise master_data.invalid({"value": [said]})


def refuse_lists(unit: BusinessUnit) -> None:
    """Raise Invalid where a list is to be imported into the unit of the sample data."""
    if unit.sample:
        said = _("This unit holds sample data. Import your vendors into one of your own units.")
        raise master_data.invalid({"unit": [said]})
