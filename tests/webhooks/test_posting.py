"""What receivers may do to whoever sends: be slow, say too much, break off, show a wrong name."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.mail_server import free_port
from tests.receiver import Receiver, receiving
from webhooks import posting
from webhooks.net_guard import networks_of
from webhooks.posting import Limits, Outcome

HERE = networks_of("127.0.0.0/8")
QUICK = Limits(connect=1, read=0.3, total=0.8)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver without TLS."""
    with receiving() as started:
        yield started


def post(url: str, **options: Any) -> Outcome:
    """Post to a receiver on this machine."""
    given: dict[str, Any] = {"allowed": HERE, "limits": QUICK, **options}
    return posting.post(url, body="{}", headers={}, **given)


def test_only_the_beginning_of_a_huge_answer_is_read(receiver: Receiver) -> None:
    receiver.status, receiver.body = 200, b"x" * 50_000_000
    outcome = post(receiver.url, limits=Limits())
    assert (outcome.trouble, outcome.response) == ("", "x" * posting.KEPT)


def test_a_receiver_that_answers_too_late_has_not_taken_it(receiver: Receiver) -> None:
    receiver.delay = 1.0
    outcome = post(receiver.url)
    assert (outcome.trouble, outcome.status_code) == ("timeout", None)
    assert outcome.latency_ms >= 250


def test_a_receiver_that_says_a_little_now_and_then_is_cut_off(receiver: Receiver) -> None:
    written: list[int] = []

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100):
            request.wfile.write(b"X-%d: y\r\n" % number)
            written.append(number)
            time.sleep(0.1)

    receiver.by_hand = drip
    outcome = post(receiver.url)
    assert (outcome.trouble, outcome.status_code) == ("timeout", None)
    assert len(written) < 50


def test_a_name_server_that_is_silent_holds_up_nobody() -> None:
    release = threading.Event()

    def silent(host: str, port: int) -> list[IPv4Address]:
        release.wait(60)
        return []

    assert post("https://erp.example/", resolve=silent).trouble == "no_address"
    assert not release.is_set()
    release.set()


def test_the_time_for_everything_is_one_for_name_and_answer(receiver: Receiver) -> None:
    written: list[int] = []

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100):
            request.wfile.write(b"X-%d: y\r\n" % number)
            written.append(number)
            time.sleep(0.1)

    def slow(host: str, port: int) -> list[IPv4Address]:
        time.sleep(1.5)
        return [IPv4Address("127.0.0.1")]

    receiver.by_hand = drip
    outcome = post(receiver.url, limits=Limits(connect=1, read=1, total=2), resolve=slow)
    assert outcome.trouble == "timeout"
    assert len(written) < 15


def test_the_time_for_everything_is_one_for_all_addresses() -> None:
    """Each of them takes no connection and refuses none: its queue is full."""
    names = [f"127.0.0.{number}" for number in (7, 8, 9)]
    with ExitStack() as stack:
        port = free_port()
        for name in names:
            full = stack.enter_context(socket.create_server((name, port), backlog=0))
            for _number in range(3):
                waiting = stack.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(full.getsockname())
        tried = post(
            f"http://erp.example:{port}/",
            limits=Limits(connect=4, read=1, total=1),
            resolve=lambda host, port: [ip_address(name) for name in names],
        )
    assert tried.trouble == "timeout"
    assert tried.latency_ms < 4_000


def test_once_the_status_is_there_a_slow_rest_changes_nothing(receiver: Receiver) -> None:
    def stall(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nthanks")
        request.wfile.flush()
        time.sleep(1.5)

    receiver.by_hand = stall
    outcome = post(receiver.url)
    assert (outcome.trouble, outcome.status_code) == ("", 202)


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (b"", "unreachable"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "not_http"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n", "not_http"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", "not_http"),
    ],
)
def test_what_is_not_http_is_named(said: bytes, trouble: str, receiver: Receiver) -> None:
    receiver.by_hand = lambda request: (request.wfile.write(said), None)[1]
    assert post(receiver.url, limits=Limits()).trouble == trouble


def test_where_nobody_listens_there_is_no_connection() -> None:
    assert post(f"http://127.0.0.1:{free_port()}/").trouble == "unreachable"


def test_the_next_address_is_tried_where_the_first_takes_no_connection(
    receiver: Receiver,
) -> None:
    outcome = post(
        receiver.url,
        resolve=lambda host, port: [ip_address("127.0.0.9"), ip_address("127.0.0.1")],
    )
    assert (outcome.trouble, outcome.address) == ("", "127.0.0.1")


def test_a_name_without_an_address_is_named() -> None:
    assert post("https://no-such-name.invalid/").trouble == "no_address"
    assert post("https://erp.example/", resolve=lambda host, port: []).trouble == "no_address"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "017700000001", "127.1", "[::ffff:7f00:1]"]
)
def test_no_way_of_writing_an_address_leads_inside(host: str, receiver: Receiver) -> None:
    outcome = post(f"https://{host}:{receiver.port}/", allowed=())
    assert outcome.trouble == "forbidden"
    assert receiver.received == []


def test_no_proxy_of_the_environment_is_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert post(receiver.url).trouble == ""


def test_without_tls_nothing_leaves_the_networks_that_are_allowed() -> None:
    outcome = post("http://erp.example/", resolve=lambda host, port: [ip_address("93.184.215.14")])
    assert (outcome.trouble, outcome.address) == ("not_https", "93.184.215.14")


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for a name that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, secret


def test_the_certificate_is_that_of_the_name_and_not_of_the_address(tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path, "erp.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    asked: list[str | None] = []
    context.sni_callback = lambda line, name, context: asked.append(name)
    here = [IPv4Address("127.0.0.1")]
    with receiving(context) as receiver:
        good = post(
            f"https://erp.example:{receiver.port}/hooks",
            ca_file=certificate,
            resolve=lambda host, port: here,
            limits=Limits(),
        )
        assert (good.trouble, good.status_code) == ("", 204)
        assert asked == ["erp.example"]
        assert receiver.received[0].headers["host"] == f"erp.example:{receiver.port}"
        for url, ca_file in (
            (f"https://other.example:{receiver.port}/", certificate),
            (f"https://127.0.0.1:{receiver.port}/", certificate),
            (f"https://erp.example:{receiver.port}/", None),
        ):
            bad = post(url, ca_file=ca_file, resolve=lambda host, port: here, limits=Limits())
            assert bad.trouble == "certificate", url
        assert len(receiver.received) == 1
