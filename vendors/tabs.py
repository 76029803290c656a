"""The pages about one vendor, in the order in which they stand side by side."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

#: (key, what the reader sees, address that takes the vendor's id).
TABS: Final[tuple[tuple[str, str | Promise, str], ...]] = (
    ("overview", lazy("Overview"), "scoring:vendor"),
    ("contacts", lazy("Contacts"), "vendors:contacts"),
    ("finances", lazy("Finances"), "scoring:finances"),
    ("law", lazy("Law"), "scoring:vendor_law"),
    ("contracts", lazy("Contracts"), "vendors:contracts"),
    ("ip", lazy("IP and sites"), "vendors:ip"),
    ("evidence", lazy("Evidence"), "vendors:vendor_evidence"),
    ("incidents", lazy("Incidents"), "vendors:incidents"),
    ("monitoring", lazy("Monitoring"), "vendors:monitoring"),
    ("training", lazy("Training"), "vendors:training"),
    ("screening", lazy("Screening"), "vendors:screening"),
    ("fourth_parties", lazy("Fourth parties"), "vendors:fourth_parties"),
    ("legal", lazy("Legal"), "scoring:legal"),
    ("log", lazy("Log"), "scoring:vendor_log"),
)
