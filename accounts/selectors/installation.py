"""Reading what is known of the installation as such."""

from typing import Final
from uuid import UUID

from accounts.models import User

#: What events about the installation as a whole are about.
INSTALLATION: Final = UUID(int=1)


def is_empty() -> bool:
    """Whether nobody has an account yet: then, and only then, the setup page is there."""
    return not User.objects.exists()
