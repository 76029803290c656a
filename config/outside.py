"""What an installation decides about what it tells outside: webhooks, checkpoints of its record."""

import re
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from webhooks.net_guard import networks_of


class CheckpointEnv(BaseSettings):
    """Names are the environment variables."""

    #: Where the state of the record is mailed: an address outside, or several; empty: nowhere.
    audit_checkpoint_email: str = ""
    #: A checkpoint is made so often, where something was recorded since.
    audit_checkpoint_hours: int = Field(default=24, ge=1, le=168)

    @field_validator("audit_checkpoint_email")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        for address in _words(value):
            if not re.fullmatch(r"[^@\s,]+@[^@\s,]+", address):
                raise ValueError(f"{address} is no e-mail address")
        return value

    def checkpoint_addresses(self) -> list[str]:
        """The addresses, each by itself."""
        return _words(self.audit_checkpoint_email)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


class WebhookEnv(BaseSettings):
    """Names are the environment variables."""

    #: Networks inside that receivers may be in, such as "10.20.0.0/16"; there also by http.
    webhook_allowed_networks: str = ""
    #: Certificates of an own authority, beside those of the system.
    webhook_ca_file: Path | None = None
    #: Messages being sent at the same time, over all endpoints and to one of them.
    webhook_concurrency: int = Field(default=32, ge=4, le=256)
    webhook_per_endpoint: int = Field(default=8, ge=1, le=256)
    #: A message is tried for so long; an endpoint that took nothing for so long is switched off.
    webhook_give_up_hours: int = Field(default=24, ge=1, le=240)
    #: Messages are kept so long after they were delivered or given up.
    webhook_keep_days: int = Field(default=30, ge=1)

    @field_validator("webhook_allowed_networks")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        networks_of(value)
        return value

    @field_validator("webhook_ca_file", mode="before")
    @classmethod
    def _empty_is_none(cls, value: str | Path | None) -> str | Path | None:
        return value or None

    def webhook_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks that are allowed."""
        return networks_of(self.webhook_allowed_networks)
