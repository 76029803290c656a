"""Finding events whose tasks were never queued (the broker was down, the process died)."""

from datetime import timedelta

from audit import clock, dispatch, trace
from audit.models import Event


def redispatch(*, older_than: timedelta = timedelta(seconds=3), limit: int = 1000) -> int:
    """Queue the tasks of undispatched events of the last two days; return how many were queued.

    Older ones need no second look: scores carry the version of the inputs they used, and that
    comparison finds whatever is still behind.
    """
    until = clock.now() - older_than
    missed = Event.objects.filter(
        type__in=list(dispatch.routes()),
        recorded_at__gt=until - timedelta(days=2),
        recorded_at__lt=until,
        dispatched__isnull=True,
    ).order_by("position")[:limit]
    sent = 0
    names = ("position", "id", "type", "request_id")
    for position, event_id, event_type, request_id in missed.values_list(*names):
        with trace.following(request_id):
            queued = dispatch.send(position, event_id, event_type)
        if not queued:
            break
        sent += 1
    return sent
