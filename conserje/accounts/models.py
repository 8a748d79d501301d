"""Staff accounts, what they may enter, their open sessions, and the lock on guessing passwords."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from conserje.database import Base, UtcDateTime
from conserje.permissions import Permission, Profile, permissions_of


class Account(Base):
    """A staff account. Its e-mail is unique over the whole installation, compared without case."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    administration_id: Mapped[int] = mapped_column(ForeignKey("administration.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), unique=True)
    profile: Mapped[str] = mapped_column(String(12))
    given_name: Mapped[str] = mapped_column(String(60))
    paternal_surname: Mapped[str] = mapped_column(String(60))
    maternal_surname: Mapped[str] = mapped_column(String(60), default="")
    password_hash: Mapped[str] = mapped_column(String(160))
    password_changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Until when the password is the temporary one that was mailed; none where its holder chose it.
    temporary_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_test: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    last_access_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def short_name(self) -> str:
        return f"{self.given_name} {self.paternal_surname}"

    def may(self, permission: Permission) -> bool:
        return permission in permissions_of(Profile(self.profile), is_test=self.is_test)


class Membership(Base):
    """An account's access to one community. A superadmin needs none within its administration (K151)."""

    __tablename__ = "membership"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[int] = mapped_column(
        ForeignKey("community.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class WebSession(Base):
    """One browser signed in. The cookie holds a random token; here lies only its SHA-256."""

    __tablename__ = "web_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    # The community chosen in the top bar.
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id", ondelete="SET NULL"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SignInLock(Base):
    """Failed attempts for one e-mail, known or not: an unknown one must not be told apart by never locking."""

    __tablename__ = "sign_in_lock"

    email_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PasswordReset(Base):
    """A mailed link by which somebody who forgot the password sets a new one, once."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    seed: Mapped[str] = mapped_column(String(80))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SecondFactor(Base):
    """What an account signs in with beside its password: the authenticator on its holder's telephone (RFC 6238)."""

    __tablename__ = "second_factor"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    # The secret that the telephone holds follows from it under the installation's key.
    seed: Mapped[str] = mapped_column(String(80))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # None until a first right code has shown that the telephone holds the secret: nobody is asked for one before.
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The latest 30 seconds whose code was taken; that one, and those before it, are taken no more.
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """A code that stands in for the telephone, once. Shown when it is made; here lies only its digest."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("account_id", "digest"),)
