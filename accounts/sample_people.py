"""The invented people of the sample data. Their ids are fixed, so that the record can name them
also when they are gone."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role

#: Who buys, and who reviews and decides.
BUYER: Final = UUID("5a3b1e00-0000-7000-8000-000000000001")
COUNSEL: Final = UUID("5a3b1e00-0000-7000-8000-000000000002")
NAMES: Final[Mapping[UUID, str | Promise]] = {
    BUYER: _("Sample buyer (invented)"),
    COUNSEL: _("Sample counsel (invented)"),
}
ROLES: Final[Mapping[UUID, Role]] = {BUYER: Role.PROCUREMENT, COUNSEL: Role.LEGAL}
#: Nothing can be mailed there (RFC 2606).
EMAILS: Final[Mapping[UUID, str]] = {
    BUYER: "buyer@sample.invalid",
    COUNSEL: "counsel@sample.invalid",
}
