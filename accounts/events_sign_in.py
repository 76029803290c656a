"""What happens to the ways in which a person signs in."""

from typing import ClassVar

from audit.events import Payload


class PasswordChanged(Payload):
    """A member set a new password, knowing the one before or by a link."""

    type: ClassVar[str] = "member.password_changed"
    aggregate_type: ClassVar[str] = "member"


class SessionsEnded(Payload):
    """So many sessions of a member were ended: they sign in again there."""

    type: ClassVar[str] = "member.sessions_ended"
    aggregate_type: ClassVar[str] = "member"

    count: int


class AccountLocked(Payload):
    """Too many wrong passwords, codes or keys (`by`): no try is taken for a while."""

    type: ClassVar[str] = "member.locked"
    aggregate_type: ClassVar[str] = "member"

    by: str


class FactorAdded(Payload):
    """A member set up a second factor: an authenticator app ("app") or a security key ("key")."""

    type: ClassVar[str] = "member.factor_added"
    aggregate_type: ClassVar[str] = "member"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    kind: str
    name: str = ""


class FactorRenamed(Payload):
    """A member calls a security key otherwise."""

    type: ClassVar[str] = "member.factor_renamed"
    aggregate_type: ClassVar[str] = "member"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    name: str


class FactorRemoved(Payload):
    """A member took a second factor away."""

    type: ClassVar[str] = "member.factor_removed"
    aggregate_type: ClassVar[str] = "member"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    kind: str
    name: str = ""


class RecoveryCodesMade(Payload):
    """A member received new recovery codes; those before stopped working."""

    type: ClassVar[str] = "member.recovery_codes_made"
    aggregate_type: ClassVar[str] = "member"


class RecoveryCodeUsed(Payload):
    """A member signed in, or proved who they are, with a recovery code; so many are left."""

    type: ClassVar[str] = "member.recovery_code_used"
    aggregate_type: ClassVar[str] = "member"

    left: int


class FactorsReset(Payload):
    """Every second factor of a member was removed for them, and their sessions were ended."""

    type: ClassVar[str] = "member.factors_reset"
    aggregate_type: ClassVar[str] = "member"
    private: ClassVar[frozenset[str]] = frozenset({"name", "reason"})

    name: str
    reason: str


class SignInLinked(Payload):
    """A member can sign in by the account that they hold at a provider ("oidc" or "saml")."""

    type: ClassVar[str] = "member.sign_in_linked"
    aggregate_type: ClassVar[str] = "member"
    private: ClassVar[frozenset[str]] = frozenset({"uid"})

    provider: str
    uid: str


class MemberProvisioned(Payload):
    """Somebody unknown signed in by a provider, and was given an account, with a role or none."""

    type: ClassVar[str] = "member.provisioned"
    aggregate_type: ClassVar[str] = "member"
    private: ClassVar[frozenset[str]] = frozenset({"name", "email"})

    provider: str
    role: str
    name: str
    email: str
