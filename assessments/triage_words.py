"""The reasons of triage in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.triage import Reason

REASONS: Final[Mapping[Reason, str | Promise]] = {
    Reason.TIER_HIGH: _("The inherent risk is high: the tier asks for everything."),
    Reason.SECRETS: _("Secrets, source code or inventions are entrusted: once out, lost for good."),
    Reason.TIER_MODERATE: _("The inherent risk is moderate."),
    Reason.TIER_LOW: _("The inherent risk is low."),
    Reason.SOMETHING_ENTRUSTED: _("Something of yours is entrusted to the supplier."),
    Reason.NOTHING_ENTRUSTED: _("Nothing of yours is entrusted to the supplier."),
    Reason.UNKNOWN_SUPPLIER: _("The supplier has not been through due diligence before."),
}
