"""The Celery application: reliability settings, and the clock (beat). Queues: `config.queues`."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu import Queue

from config import queues

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def _every(seconds: float, task: str, *, within: float = 60) -> dict[str, Any]:
    """Send the task so often; a worker that has not begun `within` so many seconds lets it be.

    By the worker's own clock: the minute is what clocks of two machines may differ.
    """
    return {"task": task, "schedule": float(seconds), "options": {"expires": within}}


def _hourly(minute: int, task: str) -> dict[str, Any]:
    """Send the task in this minute of each hour."""
    return {"task": task, "schedule": crontab(minute=minute), "options": {"expires": 3_600}}


def _daily(at: str, task: str) -> dict[str, Any]:
    """Send the task each day at this time (UTC); it may begin up to half a day late."""
    hour, minute = at.split(":")
    return {
        "task": task,
        "schedule": crontab(hour=hour, minute=minute),
        "options": {"expires": 43_200},
    }


app = Celery("surety", task_cls="config.poison:Task")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=2000,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    # A broker that is down must not hold up the save that wants to queue something.
    broker_connection_timeout=1,
    broker_transport_options={
        "visibility_timeout": 60,
        # Without this, messages of a killed worker came back only after ten times as long.
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        # One quick second try; as it comes, a refused connection held up the save for 2 s.
        "max_retries": 1,
        "interval_start": 0.05,
        "interval_step": 0,
        "interval_max": 0.05,
    },
    task_default_queue=queues.INTERACTIVE,
    task_queues=[Queue(name) for name in (*queues.QUEUES, *queues.FORMER.values())],
    task_routes=queues.ROUTES,
    timezone="UTC",
    beat_scheduler="config.beat:Scheduler",
    beat_schedule={
        "seal the record": _every(1, "audit.seal"),
        "sweep what was missed": _every(3, "audit.sweep"),
        "tell webhooks what was sealed": _every(1, "webhooks.fan_out"),
        "rescore what fell behind": _every(3, "scoring.sweep"),
        "screen what fell behind": _every(10, "vendors.screening_sweep"),
        "follow evidence that changed": _every(10, "assessments.follow_all_evidence"),
        "take up lists of vendors": _every(10, "vendors.imports_sweep"),
        "take up merges": _every(10, "vendors.merges_sweep"),
        "move over what fell behind": _every(10, "assessments.moving_sweep"),
        "findings of what was handed in": _every(5, "assessments.findings_sweep"),
        "findings of incidents and places of work": _every(5, "vendors.findings_sweep"),
        "exports that wait or have had their time": _every(10, "scoring.exports_sweep"),
        "reports that wait or have had their time": _every(10, "reports.sweep"),
        "sample data that nobody works on": _every(10, "scoring.sample_sweep"),
        "reports by the calendar": _hourly(10, "reports.schedule"),
        "fold anew what an earlier version wrote": _hourly(35, "scoring.refold"),
        "rescore what aged": _every(3600, "scoring.rescore_due", within=3600),
        "send the letters that wait": _every(5, "accounts.deliver"),
        "put digests together": _every(300, "accounts.digest", within=300),
        "erase what the rules of retention say": _daily("03:40", "assessments.retain"),
        "forget answers of yesterday": _hourly(50, "accounts.forget_answers"),
        # How often one is made is a setting of hours.
        "tell the state of the record outside": _hourly(5, "accounts.checkpoint"),
        "tell which API keys end": _daily("05:10", "accounts.remind"),
        "forget sessions that are over": _daily("03:45", "accounts.tidy"),
        "forget old webhook messages": _daily("03:50", "webhooks.tidy"),
        # Every hour: somewhere a day has just begun.
        "remind of what comes due": _hourly(20, "vendors.remind"),
        "renewals that follow from the date": _daily("04:40", "assessments.renewals"),
        "tell who is late": _hourly(25, "assessments.remind"),
        "tell which decisions end": _daily("04:50", "scoring.remind"),
        "findings that follow from the date": _every(3600, "vendors.check_dates", within=3600),
    },
)
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()
