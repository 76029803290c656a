"""What somebody at the vendor may see and answer, and what became of their invitations.

Only questions that are the vendor's; only the sections handed on, for those who hold no more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Letter
from accounts.permissions import Permission
from accounts.principal import Principal
from assessments import schema
from assessments.models import Answer, Assessment, Delegation, Invitation
from assessments.schema import Item, Respondent
from assessments.selectors.assessments import (
    SectionProgress,
    answers_of,
    is_dealt_with,
    missing_mandatory,
    questions_for,
    schema_of,
    visible_questions,
    visible_to,
)
from assessments.selectors.rework import changeable_keys
from audit import clock
from vendors.models import Contact, Finding


@dataclass(frozen=True)
class Scope:
    """What an invitation covers: everything of the vendor's, or these sections."""

    whole: bool
    sections: frozenset[str] = frozenset()

    def covers(self, section: str) -> bool:
        """Whether questions of this section are theirs."""
        return self.whole or section in self.sections


EVERYTHING = Scope(whole=True)


def principal_of(contact: Contact) -> Principal:
    """A contact as services see them: with no permission at all."""
    return Principal("contact", str(contact.pk), contact.name)


def invitations_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Invitation]:
    """The invitations to assessments of the units in which `principal` holds `permission`."""
    return Invitation.objects.select_related("contact", "assessment").filter(
        assessment__in=visible_to(principal, permission)
    )


def invitations_of(assessment: Assessment) -> QuerySet[Invitation]:
    """The invitations of an assessment, the first one first."""
    return (
        Invitation.objects.filter(assessment=assessment)
        .select_related("contact", "invited_by", "invited_by_contact")
        .order_by("pk")
    )


def live() -> QuerySet[Invitation]:
    """The invitations whose links and sessions can work: not revoked, the contact switched on, and
    not over, which they are not either while a finding that was shared with them is open."""
    return Invitation.objects.select_related("contact").filter(
        Q(ends_on__gte=clock.today()) | _leads_to_findings(),
        contact__is_active=True,
        revoked_at=None,
    )


def _leads_to_findings() -> Q:
    open_ones = Finding.objects.filter(
        vendor=OuterRef("assessment__vendor"), unit=OuterRef("assessment__unit"), shared=True
    ).exclude(status=Finding.Status.CLOSED)
    return (Q(whole=True) | Q(findings=True)) & Q(Exists(open_ones))


def is_live(invitation: Invitation) -> bool:
    """Whether its links and sessions can work, as `live` says; a query only where it is over."""
    if invitation.revoked_at is not None or not invitation.contact.is_active:
        return False
    return invitation.ends_on >= clock.today() or live().filter(pk=invitation.pk).exists()


def is_live_now(invitation_id: UUID) -> bool:
    """Whether its links and sessions can work, by what stands in the database at this moment."""
    return live().filter(pk=invitation_id).exists()


def live_of(contact_id: UUID, assessment: Assessment) -> Invitation | None:
    """The invitation by which a contact may answer an assessment now."""
    return live().filter(assessment=assessment, contact=contact_id).first()


def live_by_address(email: str) -> list[Invitation]:
    """The invitations that somebody with this address can use now, the newest first; at most 20.

    Those of assessments that are over are left out, unless something that was found is open.
    """
    rows = live().select_related("assessment").filter(contact__email=email.strip().lower())
    is_over = Q(assessment__status=Assessment.Status.CLOSED) & ~_leads_to_findings()
    return list(rows.exclude(is_over).order_by("-pk")[:20])


def delegations_of(assessment: Assessment) -> list[Delegation]:
    """The sections that are handed on now, with who gave and who took them."""
    rows = Delegation.objects.filter(giver__assessment=assessment, taken_back_at=None)
    return list(rows.select_related("giver__contact", "taker__contact").order_by("pk"))


def scope_of(invitation: Invitation) -> Scope:
    """What an invitation covers now."""
    if invitation.whole:
        return EVERYTHING
    taken = Delegation.objects.filter(taker=invitation, taken_back_at=None)
    return Scope(whole=False, sections=frozenset(taken.values_list("section", flat=True)))


def theirs(assessment: Assessment, scope: Scope) -> tuple[Item, ...]:
    """The questions that are theirs, whether or not a gate hides them; in file order."""
    items = questions_for(schema_of(assessment), assessment.questions, Respondent.VENDOR)
    return tuple(item for item in items if scope.covers(item.section))


def asked(
    assessment: Assessment, answers: Mapping[str, Answer], scope: Scope = EVERYTHING
) -> tuple[str, ...]:
    """The keys of the questions that they are asked as the gates stand, in file order."""
    mine = {item.key for item in theirs(assessment, scope)}
    visible = visible_questions(schema_of(assessment), assessment, answers)
    return tuple(key for key in visible if key in mine)


def missing(
    assessment: Assessment, answers: Mapping[str, Answer], scope: Scope = EVERYTHING
) -> list[str]:
    """The mandatory questions of theirs that are asked and blank."""
    return missing_mandatory(schema_of(assessment), asked(assessment, answers, scope), answers)


def progress(
    assessment: Assessment, answers: Mapping[str, Answer], scope: Scope = EVERYTHING
) -> list[SectionProgress]:
    """How far each of their sections is; hidden questions and those of the house do not count."""
    questionnaire = schema_of(assessment)
    by_section: dict[str, list[str]] = {}
    for key in asked(assessment, answers, scope):
        by_section.setdefault(questionnaire.by_key[key].section, []).append(key)
    return [
        _section(questionnaire, section, by_section[section.key], answers)
        for section in questionnaire.sections
        if section.key in by_section
    ]


def _section(
    questionnaire: schema.Questionnaire,
    section: schema.Section,
    keys: list[str],
    answers: Mapping[str, Answer],
) -> SectionProgress:
    rows = [answers[key] for key in keys if is_dealt_with(answers.get(key))]
    return SectionProgress(
        section=section,
        answered=len(rows),
        applicable=len(keys),
        missing=tuple(missing_mandatory(questionnaire, keys, answers)),
        queried=sum(row.review == Answer.Review.QUERIED for row in rows),
    )


def queried(
    assessment: Assessment, answers: Mapping[str, Answer], scope: Scope = EVERYTHING
) -> list[str]:
    """The questions of theirs about which the reviewer asks, in file order; only once it was sent
    back, since until then the reviewer has not spoken yet."""
    if assessment.status != Assessment.Status.RETURNED:
        return []
    return [
        key
        for key in asked(assessment, answers, scope)
        if (answer := answers.get(key)) is not None and answer.review == Answer.Review.QUERIED
    ]


def left_to_do(
    assessment: Assessment, answers: Mapping[str, Answer], scope: Scope = EVERYTHING
) -> list[str]:
    """The questions of theirs that wait for them: about which the reviewer asks, and those without
    an answer that they may change."""
    mine = changeable_keys(assessment, answers)
    again = set(queried(assessment, answers, scope))
    return [
        key
        for key in asked(assessment, answers, scope)
        if key in again or (key in mine and not is_dealt_with(answers.get(key)))
    ]


def total(sections: Iterable[SectionProgress]) -> tuple[int, int]:
    """(answered, applicable) over some sections."""
    shown = list(sections)
    return sum(one.answered for one in shown), sum(one.applicable for one in shown)


def vendor_progress(assessment: Assessment) -> tuple[int, int]:
    """(answered, applicable) of all the vendor's questions."""
    return total(progress(assessment, answers_of(assessment)))


def held_by_vendor(assessment: Assessment) -> bool:
    """Whether the vendor can change answers now."""
    return assessment.status in (Assessment.Status.SENT, Assessment.Status.RETURNED)


def refused(invitations: Iterable[Invitation]) -> frozenset[UUID]:
    """The ids of those whose last letter no server took."""
    last = Letter.objects.filter(
        about__in=[one.pk for one in invitations], template__startswith="portal/email/"
    ).order_by("created_at", "pk")
    state = dict(last.values_list("about", "state"))
    return frozenset(pk for pk, one in state.items() if pk and one == Letter.State.REFUSED)


def hands_on(invitation: Invitation) -> bool:
    """Whether colleagues answer sections that were handed on from it."""
    return Delegation.objects.filter(giver=invitation, taken_back_at=None).exists()


def shows_findings(invitation: Invitation) -> bool:
    """Whether it leads to what was found about the vendor: who holds some sections sees none."""
    return invitation.whole or invitation.findings


def readers_of(finding: Finding) -> list[Invitation]:
    """By which invitation each of the vendor's people comes to a finding; by name, each once.

    Of several the one to the finding's own engagement, else the newest.
    """
    rows = Invitation.objects.select_related("contact", "assessment__engagement").filter(
        Q(whole=True) | Q(findings=True),
        assessment__vendor=finding.vendor_id,
        assessment__unit=finding.unit_id,
        contact__is_active=True,
        revoked_at=None,
    )
    found: dict[UUID, Invitation] = {}
    for row in rows.order_by("pk"):
        there = found.get(row.contact_id)
        own = row.assessment.engagement_id == finding.engagement_id
        if there is None or own or there.assessment.engagement_id != finding.engagement_id:
            found[row.contact_id] = row
    return sorted(found.values(), key=lambda one: one.contact.name)


def still_open(assessment: Assessment) -> QuerySet[Invitation]:
    """The invitations that are not revoked."""
    return Invitation.objects.filter(Q(assessment=assessment, revoked_at=None))
