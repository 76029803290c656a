"""Asking people at the vendor about a finding: an invitation that leads to what was found."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from assessments.events import portal as events
from assessments.models import Assessment, Invitation
from assessments.services import portal_letters
from assessments.services.invitations import ends_on, make_link
from assessments.services.invited import about
from assessments.services.locking import lock, user_id
from audit import clock
from audit.errors import Invalid, Refused
from audit.record import record
from vendors.models import Contact, Finding


class NothingToComeTo(Refused):
    """There is no assessment of the vendor in this unit by which its people could come in."""

    code = "no_assessment"


class NotShared(Refused):
    """The finding is not shown to the vendor, or is closed."""

    code = "finding_not_shared"


def way_to(finding: Finding) -> Assessment | None:
    """The assessment by which people come to a finding: the newest of its engagement, else of the
    vendor in its unit."""
    rows = Assessment.objects.filter(vendor=finding.vendor_id, unit=finding.unit_id).order_by("-pk")
    own = rows.filter(engagement=finding.engagement_id) if finding.engagement_id else rows.none()
    return own.first() or rows.first()


@transaction.atomic
def ask(*, finding: Finding, contacts: Sequence[Contact], by: Principal) -> list[Invitation]:
    """Ask these contacts about a finding that is shown to the vendor, each by a letter with a link.

    Who holds some sections only sees what was found as well from now on. Raises Invalid, NotShared,
    NothingToComeTo.
    """
    require(by, Permission.INVITE, finding.unit_id)
    people = {one.pk: one for one in contacts}.values()
    if not people or any(one.vendor_id != finding.vendor_id or not one.is_active for one in people):
        words = _("Choose at least one contact.")
        raise Invalid(words, errors={"contacts": [words]})
    finding = Finding.objects.select_related("vendor").get(pk=finding.pk)
    if not finding.shared or finding.is_closed:
        raise NotShared(_("The vendor does not see this finding. Show it to the vendor first."))
    where = way_to(finding)
    if where is None:
        raise NothingToComeTo(
            _("There is no assessment of this vendor in this business unit. Open one first.")
        )
    assessment = lock(where)
    invited = [_invitation(assessment, one, finding, by) for one in people]
    for one in invited:
        portal_letters.finding(
            invitation=one, link=make_link(one), finding=finding, letter="finding", by=by
        )
    return invited


def _invitation(
    assessment: Assessment, contact: Contact, finding: Finding, by: Principal
) -> Invitation:
    now = clock.now()
    there = Invitation.objects.filter(
        assessment=assessment, contact=contact, revoked_at=None
    ).first()
    one = there or Invitation(
        assessment=assessment,
        contact=contact,
        whole=False,
        language=contact.language,
        invited_at=now,
        invited_by_id=user_id(by),
    )
    one.findings, one.sent_at = True, now
    one.ends_on = ends_on(finding.due_on, one.ends_on if there else None)
    one.save()
    record(
        events.AskedAboutFindings(
            **about(one, assessment), finding_id=finding.pk, name=contact.name, email=contact.email
        ),
        by=by,
    )
    return one
