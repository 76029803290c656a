"""What is held about a member who has left: handing it out, and erasing it.

Erased is what says who they were. Their id stays, and with it what they did and when: decisions and
reviews were made by somebody, who has no name any more.
"""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events_privacy import MemberErased, MemberExported
from accounts.held_file import packed
from accounts.models import Letter, User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from accounts.selectors.held import HEADINGS, goes_with, held_about
from accounts.services import letters
from audit import clock
from audit.erasing import erase, erase_naming
from audit.errors import Refused
from audit.record import record

#: What stands where the name was.
ERASED: Final = "Former member"
NOWHERE: Final = "erased.invalid"


class StillActive(Refused):
    """The account is in use: switch it off first."""

    code = "member_active"


@transaction.atomic
def export(*, user: User, by: Principal) -> bytes:
    """A ZIP file with all that is held about a member, as JSON and to read. Raises NotAllowed."""
    require_everywhere(by, Permission.MANAGE_MEMBERS)
    parts = held_about(user)
    counts = {name: len(rows) for name, rows in parts.items()}
    record(MemberExported(aggregate_id=user.pk, counts=counts), by=by)
    return packed(
        title=_("What is held about %(who)s") % {"who": user},
        day=clock.today().isoformat(),
        parts=parts,
        headings=HEADINGS,
    )


@transaction.atomic
def erase_member(*, user: User, by: Principal) -> User:
    """Replace or remove what says who a former member was. Again changes nothing.

    Raises NotAllowed, StillActive.
    """
    require_everywhere(by, Permission.MANAGE_MEMBERS)
    locked = User.objects.select_for_update().get(pk=user.pk)
    if is_erased(locked):
        return locked
    if locked.is_active:
        raise StillActive(_("Switch the account off first."))
    words = (locked.name, locked.email)
    details = erase(aggregate_type="member", aggregate_id=locked.pk)
    details += erase_naming(words=words, about=[locked.pk], actor_id=str(locked.pk))
    written = letters.erase_all(Letter.objects.filter(to__iexact=locked.email))
    Letter.objects.filter(reader=locked).update(reader=None)
    rows = sum(found.delete()[0] for found in goes_with(locked))
    locked.name, locked.email = ERASED, f"{locked.pk}@{NOWHERE}"
    locked.language, locked.time_zone = "en-gb", "UTC"
    locked.set_unusable_password()
    locked.save()
    record(MemberErased(aggregate_id=locked.pk, details=details, letters=written, rows=rows), by=by)
    return locked


def is_erased(user: User) -> bool:
    """Whether nobody can be named by the account any more."""
    return user.email == f"{user.pk}@{NOWHERE}"
