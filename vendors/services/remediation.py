"""Putting findings right: reported as done, verified by somebody else, or the risk is accepted."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.principal import SYSTEM, Principal
from accounts.scoping import require
from accounts.selectors import people_who
from audit import clock
from audit.errors import Refused
from vendors import master_data
from vendors.models import Evidence, Finding
from vendors.selectors.findings import findings_visible_to
from vendors.services import finding_rows, limits

#: The longest that a risk is accepted without somebody looking again.
LONGEST: Final = timedelta(days=2 * 366)
MOST_AT_ONCE: Final = 200
_Status = Finding.Status


class SomebodyElse(Refused):
    """Whoever put it right does not verify it themselves (setting REQUIRE_SECOND_PERSON)."""

    code = "second_person_needed"


class PersonAccepts(Refused):
    """A risk is accepted by a person, never by a program."""

    status = 403
    code = "person_needed"


def report_done(*, finding: Finding, version: int, note: str, by: Principal) -> Finding:
    """Somebody says that it is put right; somebody else has yet to see that it is so.

    Raises Invalid per field, FindingNotOpen, OutOfDate.
    """
    require(by, Permission.EDIT_FACTS, finding.unit_id)
    note = finding_rows.words(note)
    if not note:
        raise master_data.invalid({"note": [_("Say what was done.")]})
    with transaction.atomic():
        locked = finding_rows.locked(finding, version)
        finding_rows.require_open(locked)
        return finding_rows.change(
            locked,
            "done",
            {
                "status": _Status.REMEDIED.value,
                "done_at": clock.now(),
                "done_by_id": person(by),
                "done_by_contact_id": None,
                "done_note": note,
                **finding_rows.NOT_ACCEPTED,
            },
            by,
        )


def verify(
    *,
    finding: Finding,
    version: int,
    holds: bool,
    reason: str,
    word: str | None = None,
    by: Principal,
) -> Finding:
    """Whoever is signed in has looked: it is put right and closed, or it goes on (`holds` false).

    `reason` stays in the house; `word` is what the vendor is told, None: nothing new.

    Raises SomebodyElse for who put it right, Invalid per field, FindingNotOpen, OutOfDate.
    """
    require(by, Permission.EDIT_FACTS, finding.unit_id)
    reason = finding_rows.words(reason)
    if not reason:
        raise master_data.invalid({"reason": [_("Say what you have seen.")]})
    with transaction.atomic():
        locked = finding_rows.locked(finding, version)
        if locked.status != _Status.REMEDIED:
            raise finding_rows.FindingNotOpen(_("Nobody has reported yet that it is put right."))
        require_somebody_else(locked, person(by))
        said = finding_rows.told(locked, word)
        if holds:
            return finding_rows.close(locked, reason, user(by), by, word=said.get("word"))
        return finding_rows.change(
            locked,
            "not_verified",
            {"status": finding_rows.going_on(locked), "done_at": None, "done_by_id": None,
             "done_by_contact_id": None, "done_note": "", **said},
            by,
            said={"reason": reason},
        )  # fmt: skip


def require_somebody_else(finding: Finding, verifier: UUID | None) -> None:
    """Raise SomebodyElse where the one who put it right is to be the one who verifies it."""
    same = finding.done_by_id is not None and finding.done_by_id == verifier
    if same and settings.REQUIRE_SECOND_PERSON:
        raise SomebodyElse(_("Whoever put it right cannot verify it: somebody else has to look."))


def accept(
    *, finding: Finding, version: int, until: date | None, reason: str, by: Principal
) -> Finding:
    """The risk is borne as it is until a day; the day after, the finding is open again.

    Raises PersonAccepts, Invalid per field, FindingNotOpen, OutOfDate.
    """
    require(by, Permission.DECIDE, finding.unit_id)
    if by.kind != "user":
        raise PersonAccepts(_("This has to be decided by a person who is signed in."))
    reason = finding_rows.words(reason)
    errors: dict[str, list[str]] = {}
    today = clock.today()
    if not reason:
        errors["reason"] = [_("Say why the risk is accepted.")]
    if until is None:
        errors["until"] = [_("Say until when the risk is accepted.")]
    elif until < today:
        errors["until"] = [_("This day is past.")]
    elif until > today + LONGEST:
        errors["until"] = [_("A risk is accepted for two years at most; then look again.")]
    if errors:
        raise master_data.invalid(errors)
    with transaction.atomic():
        locked = finding_rows.locked(finding, version)
        finding_rows.require_open(locked)
        return finding_rows.change(
            locked,
            "accepted",
            {
                "status": _Status.ACCEPTED.value,
                "accepted_until": until,
                "accepted_at": clock.now(),
                "accepted_by_id": person(by),
                "accepted_because": reason,
            },
            by,
        )


def end_acceptances(*, today: date) -> int:
    """Open again whatever was accepted until a day that is past; returns how many."""
    over = Finding.objects.filter(status=_Status.ACCEPTED, accepted_until__lt=today)
    count = 0
    for pk in over.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Finding.objects.select_for_update(of=("self",)).get(pk=pk)
            if row.status == _Status.ACCEPTED and row.accepted_until and row.accepted_until < today:
                reopen_accepted(row, "acceptance_ended", SYSTEM)
                count += 1
    return count


def reopen_accepted(finding: Finding, how: str, by: Principal, **said: str) -> Finding:
    """An accepted finding, which is locked, is open again. Why it was accepted stays to be read."""
    return finding_rows.change(
        finding,
        how,
        {
            "status": finding_rows.going_on(finding),
            "accepted_until": None,
            "accepted_at": None,
            "accepted_by_id": None,
        },
        by,
        said=said,
    )


def attach(*, finding: Finding, evidence: Evidence, by: Principal) -> None:
    """Put a document of the vendor beside the finding. Raises FindingNotOpen, Invalid."""
    require(by, Permission.EDIT_EVIDENCE, finding.unit_id)
    if (evidence.vendor_id, evidence.unit_id) != (finding.vendor_id, finding.unit_id):
        raise master_data.invalid({"evidence": [_("This is not a document of this vendor.")]})
    put_beside(finding, evidence, by)


@transaction.atomic
def put_beside(finding: Finding, evidence: Evidence, by: Principal) -> None:
    """The document stands beside the finding; the caller has checked who may. FindingNotOpen."""
    locked = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    finding_rows.require_open(locked)
    if not locked.evidence.filter(pk=evidence.pk).exists():
        locked.evidence.add(evidence)
        limits.keep_within(evidence, locked.engagement_id)
        finding_rows.note(locked, "evidence_added", by, evidence=str(evidence.pk))


def detach(*, finding: Finding, evidence: Evidence, by: Principal) -> None:
    """Take a document away from the finding; the document itself stays. Raises FindingNotOpen."""
    require(by, Permission.EDIT_EVIDENCE, finding.unit_id)
    with transaction.atomic():
        locked = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
        finding_rows.require_open(locked)
        if locked.evidence.filter(pk=evidence.pk).exists():
            locked.evidence.remove(evidence)
            finding_rows.note(locked, "evidence_removed", by, evidence=str(evidence.pk))


def assign(
    *, findings: Collection[UUID], owner: User | None, due_on: date | None, by: Principal
) -> int:
    """Give several findings an owner, a day, or both; returns how many have changed.

    Those that are closed are left alone. Raises Invalid: nothing chosen, or an owner who does not
    work in the unit of one of them, in which case none changes.
    """
    errors: dict[str, list[str]] = {}
    if owner is None and due_on is None:
        errors["owner"] = [_("Choose who sees to them, or until when.")]
    if due_on is not None and due_on < clock.today():
        errors["due_on"] = [_("This day is past.")]
    if not findings:
        errors["findings"] = [_("Choose at least one finding.")]
    elif len(findings) > MOST_AT_ONCE:
        errors["findings"] = [_("Choose at most %(most)d at once.") % {"most": MOST_AT_ONCE}]
    if errors:
        raise master_data.invalid(errors)
    with transaction.atomic():
        rows = findings_visible_to(by, Permission.EDIT_FACTS).select_for_update(of=("self",))
        chosen = [row for row in rows.filter(pk__in=findings).order_by("pk") if not row.is_closed]
        if owner is not None:
            for unit_id in {row.unit_id for row in chosen}:
                if not people_who(Permission.VIEW, unit_id).filter(pk=owner.pk).exists():
                    message = _("This person does not work in the business unit of all of them.")
                    raise master_data.invalid({"owner": [message]})
        values: dict[str, Any] = {}
        if owner is not None:
            values["owner_id"] = owner.pk
        if due_on is not None:
            values["due_on"] = due_on
        before = {row.pk: row.version for row in chosen}
        return sum(
            finding_rows.change(row, "assigned", values, by).version != before[row.pk]
            for row in chosen
        )


def person(by: Principal) -> UUID | None:
    """Who it was, where a column wants a person; None for programs and contacts."""
    return UUID(by.id) if by.kind == "user" else None


def user(by: Principal) -> User | None:
    """The same as the person themselves."""
    return User.objects.filter(pk=by.id).first() if by.kind == "user" else None
