"""What must not be erased, what not everybody may see, and who has left, for addresses to name."""

from typing import Any

from accounts.models import BusinessUnit, User
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.selectors import principal_for_user
from tests.factories.accounts import make_user
from tests.factories.vendors import make_engagement
from vendors.models import Engagement, Vendor
from vendors.services import holds, legal_notes, limits


def make_kept(
    vendor: Vendor, unit: BusinessUnit, held: Engagement, reviewer: User, *, word: str
) -> dict[str, Any]:
    """A hold on `held`, a privileged note, an engagement for `reviewer` only, a former member."""
    hold = holds.place(
        vendor=vendor, unit=unit, engagement=held, reason=f"{word} v. Doe", by=SYSTEM
    )
    note = legal_notes.write(
        vendor=vendor,
        unit=unit,
        about="vendor",
        about_id=vendor.pk,
        text=f"{word} may be liable",
        by=principal_for_user(reviewer),
    )
    limited = make_engagement(vendor, unit, title=f"{word} secret moulds")
    limits.limit(engagement=limited, users=[reviewer.pk], by=SYSTEM)
    former = make_user(Role.PROCUREMENT, unit, name=f"{word} Former", is_active=False)
    return {
        "hold": hold.pk,
        "legal_note": note.pk,
        "limited": limited.pk,
        "former": former.pk,
    }
