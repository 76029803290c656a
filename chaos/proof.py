"""What is there in the end, held against what clients were told. `python -m chaos` runs it.

`quiet` waits until nothing is outstanding; `compare` holds the journals, the record, the scores,
the feed and the receiver against each other. The last line of output is one JSON object.
"""

import io
import json
import sys
import time
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import django

from chaos import quiet
from chaos.journal import MAYBE, OK, REFUSED, Operation, operations


def main() -> None:
    """`quiet SECONDS [hurry]`, or `compare FOLDER`."""
    django.setup()
    match sys.argv[1:]:
        case ["quiet", seconds, *more]:
            print(json.dumps(come_to_rest(float(seconds), hurried="hurry" in more)))
        case ["compare", folder]:
            print(json.dumps(compare(Path(folder))))


def come_to_rest(seconds: float, *, hurried: bool) -> dict[str, Any]:
    """How long it took until nothing was outstanding, twice in a row; what was left.

    Ends, too, once nothing has become less for so many seconds: what still comes in on a busy
    machine is not stuck.
    """
    begun = progress = time.monotonic()
    calm = 0
    hurry_at = begun
    least: dict[str, int] = {}
    while True:
        left = quiet.outstanding()
        calm = 0 if left else calm + 1
        took = time.monotonic() - begun
        if any(count < least.get(name, count + 1) for name, count in left.items()):
            progress = time.monotonic()
            least |= {name: min(count, least.get(name, count)) for name, count in left.items()}
        if calm == 2 or time.monotonic() - progress > seconds:
            return {"seconds": round(took, 1), "left": left}
        if hurried and time.monotonic() > hurry_at:
            quiet.hurry()
            # Not of those who are just at it.
            hurry_at = time.monotonic() + 20
        time.sleep(1.0)


def compare(folder: Path) -> dict[str, Any]:
    """Counts of what was compared, and a sentence for each thing that is not as it should be."""
    done = list(operations(folder / "journals"))
    told = json.loads((folder / "feed.json").read_text())
    wrong = [
        *answers(done),
        *steps(done),
        *lists(done),
        *exports(done),
        *keys(done),
        *scores(),
        *record(),
        *feed(told),
        *webhooks(json.loads((folder / "received.json").read_text()), told["whole"]),
    ]
    ended = Counter(f"{one.kind} {one.state}" for one in done)
    return {"operations": len(done), "ended": dict(sorted(ended.items())), "wrong": wrong}


def _wanted(one: Operation, there: int, name: str = "") -> list[str]:
    """An operation that happened `there` times: 1 if acknowledged, 0 if refused, else either."""
    may = {OK: {1}, REFUSED: {0}, MAYBE: {0, 1}}[one.state]
    if there in may:
        return []
    return [f"{name or one.kind} {one.mark} ({one.state}) is there {there} times"]


# --- answers ------------------------------------------------------------------------------------


def answers(done: list[Operation]) -> list[str]:
    """Every save has its event if it was acknowledged; rows say what the last events say."""
    from assessments.models import Answer
    from audit.models import Event

    events: Counter[str] = Counter()
    latest: dict[tuple[str, str], tuple[Any, str]] = {}
    saves: Counter[tuple[str, str]] = Counter()
    rows = Event.objects.filter(type="assessment.answers_saved").select_related("detail")
    for event in rows.order_by("position"):
        said = event.detail.data["answers"]
        events.update({one["note"] for one in said.values()})
        for key, one in said.items():
            place = (str(event.aggregate_id), key)
            latest[place] = (one["value"], one["note"])
            saves[place] += 1
    wrong = [
        found
        for one in done
        if one.kind in ("answer", "answers")
        for found in _wanted(one, events[one.mark])
    ]
    for row in Answer.objects.all():
        place = (str(row.assessment_id), row.question_key)
        if (row.value, row.note) != latest.get(place) or row.version != saves[place]:
            wrong.append(f"the answer {place} is not what was saved last")
    wrong += [
        f"the answer {place} is gone"
        for place in latest.keys()
        - {(str(row.assessment_id), row.question_key) for row in Answer.objects.all()}
    ]
    known = {one.mark: one for one in done}
    for _value, note in latest.values():
        if note not in known:
            wrong.append(f"nobody sent the answer with the note {note}")
    return wrong


# --- vendors, engagements, assessments ----------------------------------------------------------


def steps(done: list[Operation]) -> list[str]:
    """What submitting programs were told is there, once; what is there was asked for."""
    from assessments.models import Assessment
    from audit.models import Event
    from vendors.models import Engagement, ExternalId

    wrong = []
    handed_in = Counter(
        str(pk)
        for pk in Event.objects.filter(type="assessment.submitted").values_list(
            "aggregate_id", flat=True
        )
    )
    there: Any
    for one in done:
        match one.kind:
            case "vendor":
                there = ExternalId.objects.filter(value=one.what["external_id"])
            case "engagement":
                there = Engagement.objects.filter(pk=one.what["engagement"])
            case "opened":
                there = Assessment.objects.filter(engagement=one.what["engagement"])
            case "submitted":
                pk = one.what["assessment"]
                wrong += _wanted(one, handed_in[pk])
                status = Assessment.objects.get(pk=pk).status
                if (status == "submitted") != bool(handed_in[pk]):
                    wrong.append(f"assessment {pk} is {status}, handed in {handed_in[pk]} times")
                continue
            case _:
                continue
        wrong += _wanted(one, there.count())
    return wrong


# --- lists --------------------------------------------------------------------------------------


def lists(done: list[Operation]) -> list[str]:
    """A list is there as a whole, each row once, or not at all."""
    from vendors.models import ExternalId, Vendor, VendorImport

    wrong = []
    for one in done:
        if one.kind not in ("import", "pushed"):
            continue
        rows = one.what["rows"]
        named = Vendor.objects.filter(name__startswith=f"{one.mark} row ").count()
        numbered = ExternalId.objects.filter(value__startswith=f"{one.mark}-").count()
        if named not in (0, rows) or numbered != named:
            wrong.append(f"{one.kind} {one.mark}: {named} vendors, {numbered} ids of {rows} rows")
        whole = int(named == rows)
        if one.kind == "import" and one.state == OK:
            made = VendorImport.objects.get(pk=one.what["place"].rstrip("/").rpartition("/")[2])
            # One that workers began three times and never ended waits again, and says so.
            if made.status != VendorImport.Status.DONE and not made.reason:
                wrong.append(f"import {one.mark} is {made.status} without a reason")
            if (made.status == VendorImport.Status.DONE) != bool(whole):
                wrong.append(f"import {one.mark} is {made.status} with {named} rows")
        else:
            wrong += _wanted(one, whole)
    return wrong


def exports(done: list[Operation]) -> list[str]:
    """Each export was asked for, and is over."""
    from scoring.models import Export

    known = {one.what.get("id") for one in done if one.kind == "export"}
    asked = sum(one.kind == "export" and one.state != REFUSED for one in done)
    wrong = [
        f"export {pk} is not there"
        for pk in known - {None} - {str(pk) for pk in Export.objects.values_list("pk", flat=True)}
    ]
    if Export.objects.count() > asked:
        wrong.append(f"{Export.objects.count()} exports for {asked} wishes")
    return wrong


def keys(done: list[Operation]) -> list[str]:
    """An idempotency key is kept for what was carried out, and for nothing else."""
    from accounts.models import KeptAnswer
    from accounts.services import idempotency

    kept = {bytes(one) for one in KeptAnswer.objects.values_list("key_hash", flat=True)}
    under_key = ("answers", "opened", "submitted", "pushed", "export")
    wrong = []
    for one in done:
        if one.kind in under_key:
            there = idempotency.hash_of(one.mark) in kept
            wrong += _wanted(one, int(there), f"the kept answer of {one.kind}")
    return wrong


# --- scores -------------------------------------------------------------------------------------


def scores() -> list[str]:
    """Replayed, every score is what its inputs say; scored anew, every current one is the same."""
    from django.db import transaction

    from assessments.models import Assessment
    from scoring.models import CurrentScore
    from scoring.services import scores as scoring

    wrong = _said("replay", all=True) + _said("check_sheets")

    def current() -> dict[Any, Any]:
        said = ("digest", "points", "band", "lo", "hi", "inputs_version")
        rows = CurrentScore.objects.values_list("pk", *said)
        return {pk: (bytes(digest), *more) for pk, digest, *more in rows}

    before = current()
    ids = list(Assessment.objects.exclude(status=scoring.OVER).values_list("pk", flat=True))
    with transaction.atomic():
        for start in range(0, len(ids), 200):
            scoring.rescore_many(assessment_ids=ids[start : start + 200], cause="chaos", force=True)
        after = current()
        transaction.set_rollback(True)
    wrong += [
        f"the score of {pk} is another one when made anew"
        for pk in ids
        if before.get(pk) != after.get(pk)
    ]
    return wrong


def _said(command: str, **options: Any) -> list[str]:
    """What a command that proves something complains of; nothing where it ends well."""
    from django.core.management import call_command

    out = io.StringIO()
    try:
        with redirect_stdout(out):
            call_command(command, stdout=out, stderr=out, **options)
    except SystemExit as end:
        if end.code:
            return [f"{command}: {out.getvalue()[-2000:]}"]
    return []


# --- the record, the feed, the receiver ---------------------------------------------------------


def record() -> list[str]:
    """The chain verifies; every event has its place, without a gap, in order per aggregate."""
    from audit.models import SealedEvent

    wrong = _said("verify_audit")
    rows = SealedEvent.objects.order_by("sequence")
    numbers = list(rows.values_list("sequence", flat=True))
    if numbers != list(range(1, len(numbers) + 1)):
        wrong.append("the sequence of the record has a gap")
    places: dict[Any, int] = {}
    for aggregate, position in rows.values_list("event__aggregate_id", "event__position"):
        if places.get(aggregate, 0) > position:
            wrong.append(f"events of {aggregate} are out of order")
        places[aggregate] = position
    return wrong


def feed(told: dict[str, list[str]]) -> list[str]:
    """Readers of pages of any length, and who followed all the time, were told the same."""
    from audit.models import SealedEvent
    from scoring.changes import OF_SCORES, OF_VENDORS

    whole, followed = told["whole"], told["followed"]
    wrong = []
    if told["in_short_pages"] != whole:
        wrong.append("the feed is another one in short pages")
    if len(set(whole)) != len(whole):
        wrong.append("the feed tells something twice")
    if followed != whole[len(whole) - len(followed) :]:
        wrong.append(
            f"who followed the feed was told {len(followed)} changes, not the last of {len(whole)}"
        )
    # One event for many scores is told as many; all others under their own ids, in sealed order.
    types = [*OF_SCORES, *OF_VENDORS]
    rows = SealedEvent.objects.filter(event__type__in=types).exclude(event__type="scores.written")
    sealed = [str(pk) for pk in rows.order_by("sequence").values_list("event__id", flat=True)]
    there = set(whole)
    if missing := [pk for pk in sealed if pk not in there]:
        wrong.append(f"{len(missing)} sealed changes are not in the feed, first {missing[0]}")
    own = set(sealed)
    if [pk for pk in whole if pk in own] != [pk for pk in sealed if pk in there]:
        wrong.append("the feed is not in the order of the record")
    return wrong


def webhooks(received: list[dict[str, Any]], whole: list[str]) -> list[str]:
    """What is in the feed arrived at least once, each under one id, signed, and nothing else."""
    wrong = [f"message {one['id']}: {one['wrong']}" for one in received if one["wrong"]]
    arrived: dict[str, set[str]] = {}
    for one in received:
        arrived.setdefault(one["id"], set()).add(one["body"])
    if missing := [pk for pk in whole if pk not in arrived]:
        wrong.append(f"{len(missing)} changes never arrived, such as {missing[0]}")
    if foreign := arrived.keys() - set(whole):
        wrong.append(f"{len(foreign)} messages arrived that are not in the feed")
    wrong += [f"message {pk} came with two bodies" for pk, said in arrived.items() if len(said) > 1]
    return wrong


if __name__ == "__main__":
    main()
