"""The Celery application: queues, reliability settings, and the clock (beat)."""

import os

from celery import Celery
from celery.schedules import crontab
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("surety")
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
    task_default_queue="celery",
    task_queues=[Queue("celery"), Queue("bulk"), Queue("webhooks")],
    task_routes={
        "assessments.move_over": {"queue": "bulk"},
        "assessments.move_piece": {"queue": "bulk"},
        "assessments.findings_sweep": {"queue": "bulk"},
        "reports.continue": {"queue": "bulk"},
        "reports.make": {"queue": "bulk"},
        "scoring.continue_export": {"queue": "bulk"},
        "scoring.make_export": {"queue": "bulk"},
        "scoring.reassess_country": {"queue": "bulk"},
        "scoring.reassess_many": {"queue": "bulk"},
        "scoring.rescore_many": {"queue": "bulk"},
        "scoring.run_piece": {"queue": "bulk"},
        "vendors.findings_sweep": {"queue": "bulk"},
        "vendors.screen_list": {"queue": "bulk"},
        "vendors.screening_sweep": {"queue": "bulk"},
        "webhooks.fan_out": {"queue": "webhooks"},
        "webhooks.send": {"queue": "webhooks"},
        "webhooks.tidy": {"queue": "webhooks"},
    },
    timezone="UTC",
    beat_schedule={
        "seal the record": {"task": "audit.seal", "schedule": 1.0, "options": {"expires": 5}},
        "sweep what was missed": {
            "task": "audit.sweep",
            "schedule": 3.0,
            "options": {"expires": 10},
        },
        "tell webhooks what was sealed": {
            "task": "webhooks.fan_out",
            "schedule": 1.0,
            "options": {"expires": 5},
        },
        "rescore what fell behind": {
            "task": "scoring.sweep",
            "schedule": 3.0,
            "options": {"expires": 10},
        },
        "screen what fell behind": {
            "task": "vendors.screening_sweep",
            "schedule": 10.0,
            "options": {"expires": 10},
        },
        "follow evidence that changed": {
            "task": "assessments.follow_all_evidence",
            "schedule": 10.0,
            "options": {"expires": 10},
        },
        "move over what fell behind": {
            "task": "assessments.moving_sweep",
            "schedule": 10.0,
            "options": {"expires": 10},
        },
        "findings of what was handed in": {
            "task": "assessments.findings_sweep",
            "schedule": 5.0,
            "options": {"expires": 10},
        },
        "findings of incidents and places of work": {
            "task": "vendors.findings_sweep",
            "schedule": 5.0,
            "options": {"expires": 10},
        },
        "exports that wait, and those that have had their time": {
            "task": "scoring.exports_sweep",
            "schedule": 10.0,
            "options": {"expires": 10},
        },
        "reports that wait, and those that have had their time": {
            "task": "reports.sweep",
            "schedule": 10.0,
            "options": {"expires": 10},
        },
        "rescore what aged": {
            "task": "scoring.rescore_due",
            "schedule": 3600.0,
            "options": {"expires": 3600},
        },
        "send the letters that wait": {
            "task": "accounts.deliver",
            "schedule": 5.0,
            "options": {"expires": 10},
        },
        "put digests together": {
            "task": "accounts.digest",
            "schedule": 300.0,
            "options": {"expires": 300},
        },
        "erase old letters": {
            "task": "accounts.tidy",
            "schedule": crontab(hour=3, minute=40),
            "options": {"expires": 43_200},
        },
        "forget answers of yesterday": {
            "task": "accounts.forget_answers",
            "schedule": crontab(minute=50),
            "options": {"expires": 3_600},
        },
        "forget old webhook messages": {
            "task": "webhooks.tidy",
            "schedule": crontab(hour=3, minute=50),
            "options": {"expires": 43_200},
        },
        # Every hour: somewhere a day has just begun.
        "remind of what comes due": {
            "task": "vendors.remind",
            "schedule": crontab(minute=20),
            "options": {"expires": 3_600},
        },
        "renewals that follow from the date": {
            "task": "assessments.renewals",
            "schedule": crontab(hour=4, minute=40),
            "options": {"expires": 43_200},
        },
        "tell who is late": {
            "task": "assessments.remind",
            "schedule": crontab(minute=25),
            "options": {"expires": 3_600},
        },
        "tell which decisions end": {
            "task": "scoring.remind",
            "schedule": crontab(hour=4, minute=50),
            "options": {"expires": 43_200},
        },
        "findings that follow from the date": {
            "task": "vendors.check_dates",
            "schedule": 3600.0,
            "options": {"expires": 3600},
        },
    },
)
app.autodiscover_tasks()
