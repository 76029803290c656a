"""Importing an IP schedule: looked at first, then written in one transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db import connection, transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit.errors import Invalid, Refused
from vendors.imports.ip_schedule import Listed, Schedule, schedule
from vendors.imports.rows import Said
from vendors.imports.table import Unreadable
from vendors.imports.watching import Watch, nobody
from vendors.models import Engagement, IpAsset
from vendors.services import ip_assets
from vendors.services.ip_assets import Entry

#: One list at a time: two at once would each add what the other has. Processes of the version
#: before hold the same number, as nothing else keeps the two apart while one replaces the other.
_LOCK: Final = 7_308_627_041
Becomes = Literal["new", "changed", "unchanged"]


class HasProblems(Refused):
    """Something in the list cannot be taken; nothing was imported."""

    code = "list_has_problems"


@dataclass(frozen=True)
class Step:
    """An asset of the list: which one on record it is, and what it becomes."""

    listed: Listed
    asset: IpAsset | None
    becomes: Becomes


@dataclass(frozen=True)
class Preview:
    """What a list would do. With problems, none of it can be done."""

    steps: Sequence[Step]
    problems: Sequence[Said]

    def count(self, becomes: Becomes) -> int:
        """How many assets become so."""
        return sum(step.becomes == becomes for step in self.steps)


def look(*, engagement: Engagement, content: bytes, by: Principal) -> tuple[Schedule, Preview]:
    """What is in a file, and what it would do. Raises Invalid (field "file") for no list."""
    require(by, Permission.EDIT_FACTS, engagement.unit_id)
    try:
        read = schedule(content)
    except Unreadable as error:
        raise Invalid(str(error), errors={"file": [str(error)]}) from error
    made = plan(engagement, read.assets)
    problems = sorted([*read.problems, *made.problems], key=lambda said: said.line)
    return read, Preview(made.steps, problems)


def run(
    *, engagement: Engagement, assets: Sequence[Listed], by: Principal, watch: Watch = nobody
) -> Preview:
    """The list written: all of it or, when anything fails, nothing.

    What happens is decided anew at this moment; `watch` is told how far it is. Raises HasProblems.
    """
    require(by, Permission.EDIT_FACTS, engagement.unit_id)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        made = plan(engagement, assets)
        if made.problems:
            raise HasProblems(
                _("Line %(line)d: %(reason)s Nothing was imported.")
                % {"line": made.problems[0].line, "reason": made.problems[0].reason}
            )
        written = []
        for done, step in enumerate(made.steps):
            watch(done, len(made.steps))
            written.append(_write(step, engagement, by))
        changed = [asset for asset, touched in written if touched]
        ids = [asset.pk for asset in changed]
        others = Engagement.objects.filter(ip_assets__in=ids).exclude(pk=engagement.pk)
        if changed:
            ip_assets.schedules_changed([engagement], "imported", ids, by)
            ip_assets.schedules_changed(
                others.select_related("vendor", "unit").distinct(), "asset_changed", ids, by
            )
    return made


def plan(engagement: Engagement, assets: Iterable[Listed]) -> Preview:
    """Which asset on record each of the list means: by our reference, else by its name."""
    there = list(IpAsset.objects.filter(unit=engagement.unit_id).order_by("pk"))
    by_reference = {asset.reference: asset for asset in there if asset.reference}
    by_name: dict[str, list[IpAsset]] = {}
    for asset in there:
        by_name.setdefault(asset.name, []).append(asset)
    on_schedule = set(engagement.ip_assets.values_list("pk", flat=True))
    meant: list[tuple[Listed, IpAsset | None]] = []
    problems: list[Said] = []
    for listed in assets:
        found = by_reference.get(listed.reference) if listed.reference else None
        namesakes = by_name.get(listed.values["name"], [])
        if found is None:
            namesakes = [one for one in namesakes if not listed.reference or not one.reference]
            if len(namesakes) > 1:
                problems.append(
                    Said(
                        listed.line,
                        _("name"),
                        listed.values["name"],
                        _("Several assets have this name. Give our reference as well."),
                    )
                )
                continue
            found = namesakes[0] if namesakes else None
        meant.append((listed, found))
    on_record = [asset for _listed, asset in meant if asset is not None]
    prefetch_related_objects(on_record, "registrations")
    steps = [Step(listed, asset, _becomes(listed, asset, on_schedule)) for listed, asset in meant]
    return Preview(steps, problems)


def _becomes(listed: Listed, asset: IpAsset | None, on_schedule: Collection[Any]) -> Becomes:
    if asset is None:
        return "new"
    same = (
        asset.pk in on_schedule
        and all(getattr(asset, name) == value for name, value in _said(listed).items())
        and not ip_assets.differs(asset, listed.registrations)
    )
    return "unchanged" if same else "changed"


def _said(listed: Listed) -> Mapping[str, str]:
    """What the list says of an asset: an empty cell leaves what is on record."""
    said = {name: value for name, value in listed.values.items() if value}
    return {**said, "reference": listed.reference} if listed.reference else said


def _write(step: Step, engagement: Engagement, by: Principal) -> tuple[IpAsset, bool]:
    listed = step.listed
    entry = Entry(values=_said(listed), registrations=listed.registrations)
    if step.asset is None:
        asset = ip_assets.write_new(unit=engagement.unit, entry=entry, by=by)
        asset.engagements.add(engagement)
        return asset, True
    asset = IpAsset.objects.select_for_update(of=("self",)).get(pk=step.asset.pk)
    touched = ip_assets.write_changed(asset, entry, replace=False, by=by)
    if not asset.engagements.filter(pk=engagement.pk).exists():
        asset.engagements.add(engagement)
        touched = True
    return asset, touched
