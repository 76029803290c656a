"""What monitoring reads at /metrics, in the text format of Prometheus.

Requests are counted by each web process and summed over all of them when `config.wsgi` has set a
folder to share; what waits in the database and the queue is asked for at each reading
(`config.waiting`).
"""

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from ipaddress import IPv6Address, ip_address
from pathlib import Path

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from config import waiting

log = structlog.get_logger(__name__)

#: Where the web processes share their counts; without it each counts for itself.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: A proxy says with one of these for whom it asks: the address of the line is then its own.
_SAID_BY_A_PROXY = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via")

REQUESTS = Counter(
    "surety_http_requests",
    "Answered requests.",
    ["method", "route", "status"],
    registry=None,
)
SECONDS = Histogram(
    "surety_http_request_seconds",
    "Time until the answer was ready, in seconds.",
    ["route"],
    registry=None,
)


class RequestMetrics:
    """Counts and times every request; the first middleware, so that nothing is left out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        try:
            _count(request, response.status_code, time.perf_counter() - begun)
        except OSError as error:
            # The shared folder is full or gone: nobody who asks has to suffer for that.
            log.warning("metrics.not_counted", reason=str(error))
        return response


def _count(request: HttpRequest, status: int, seconds: float) -> None:
    route = route_of(request)
    method = request.method if request.method in _METHODS else "other"
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(route).observe(seconds)


def route_of(request: HttpRequest) -> str:
    """The name of the view that was asked: never an address, which may name anything."""
    match = request.resolver_match
    if match is not None:
        return match.view_name or match.route
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Every figure there is, for those who may read them; 404 for others."""
    if not may_read(request):
        raise Http404
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(
        encode(_figures()), content_type=content_type, headers={"Cache-Control": "no-store"}
    )


def may_read(request: HttpRequest) -> bool:
    """With METRICS_TOKEN set, whoever brings it; else whoever asks directly from our own network.

    Behind a proxy everybody's address is the proxy's, so what came through one needs the token.
    """
    if settings.METRICS_TOKEN:
        brought = request.headers.get("Authorization", "")
        return constant_time_compare(brought, f"Bearer {settings.METRICS_TOKEN}")
    if any(name in request.headers for name in _SAID_BY_A_PROXY):
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    # A server on both kinds of addresses writes 192.0.2.1 as ::ffff:192.0.2.1.
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_private or address.is_loopback


def _figures() -> CollectorRegistry:
    figures = CollectorRegistry()
    if folder := os.environ.get(SHARED_FOLDER):
        MultiProcessCollector(figures, path=folder)
    else:
        figures.register(REQUESTS)
        figures.register(SECONDS)
    figures.register(waiting.Database())
    figures.register(waiting.Broker())
    figures.register(_Processes())
    return figures


class _Processes(Collector):
    """Memory, processor time and open files of each web process, by its number."""

    def collect(self) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        for pid in _web_processes():
            for metric in ProcessCollector(pid=partial(str, pid), registry=None).collect():
                family = found.setdefault(
                    metric.name, Metric(metric.name, metric.documentation, metric.type)
                )
                for sample in metric.samples:
                    family.add_sample(sample.name, {"pid": str(pid)}, sample.value)
        yield from found.values()


def _web_processes() -> list[int]:
    """This process and, where several serve, the others that the same parent has started."""
    if SHARED_FOLDER not in os.environ:
        return [os.getpid()]
    parent = os.getppid()
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    except OSError:
        return [os.getpid()]
    return [int(pid) for pid in children.split()]
