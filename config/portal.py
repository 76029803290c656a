"""What an installation decides about the portal for people of a vendor."""

from collections.abc import Mapping
from typing import Final

from pydantic import Field
from pydantic_settings import BaseSettings

#: Per hour: wrong links and wishes for a fresh one from one address of the network, letters to one
#: e-mail address.
RATES: Final[Mapping[str, int]] = {"wrong": 30, "asked": 30, "letter": 4}


class PortalEnv(BaseSettings):
    """A link that was mailed works once, and for so many hours.

    A visit ends when nothing was asked for `portal_idle_minutes`, and after
    `portal_session_hours` in any case. An invitation is worth something until
    `portal_invitation_days` after the day it is due.
    """

    portal_link_hours: int = Field(default=72, ge=1, le=720)
    portal_idle_minutes: int = Field(default=60, ge=5)
    portal_session_hours: int = Field(default=12, ge=1)
    portal_invitation_days: int = Field(default=60, ge=1)
