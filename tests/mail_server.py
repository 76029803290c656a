"""A real SMTP server on this machine, for tests: it takes letters, refuses them, or is slow."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@dataclass
class Inbox:
    """What the server does with letters, and those it has taken."""

    #: What it answers to a recipient and to a text; "" takes them.
    to_recipient: str = ""
    to_text: str = ""
    #: Held back: it answers a text only once this is set.
    free: Event = field(default_factory=Event)
    letters: list[EmailMessage] = field(default_factory=list)
    #: How many texts have reached it, answered or not.
    reached: int = 0

    def __post_init__(self) -> None:
        self.free.set()

    # The library calls these two by name.
    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """A recipient is named."""
        if self.to_recipient:
            return self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """A whole letter has come."""
        self.reached += 1
        if self.to_text:
            return self.to_text
        if not self.free.is_set():
            await server.loop.run_in_executor(None, self.free.wait, 60)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def subjects(self) -> list[str]:
        """Of the letters taken, in order."""
        return [str(one["Subject"]) for one in self.letters]


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(inbox: Inbox, port: int) -> Iterator[None]:
    """Serve there within the block."""
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        inbox.free.set()
        controller.stop()


@contextmanager
def mail_at(
    port: int, *, timeout: float = 5, site: str = "https://surety.example"
) -> Iterator[None]:
    """Within the block, letters go to the server at that port; links in them lead to `site`."""
    with override_settings(
        EMAIL_BACKEND=SMTP,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_TIMEOUT=timeout,
        DEFAULT_FROM_EMAIL="Surety <surety@house.example>",
        CSRF_TRUSTED_ORIGINS=[site],
    ):
        yield
