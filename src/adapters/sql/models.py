"""The tables. Rows are not used outside this folder."""

from typing import Annotated, Any

from sqlalchemy import (
    CHAR,
    JSON,
    BigInteger,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapters.sql.types import ID, Id, Moment

Key = Annotated[str, mapped_column(String(255))]
"""A blob's key."""

ADDRESS = String(254)
"""An e-mail address."""

KEYED_HASH = CHAR(64)
"""HMAC-SHA256 in hexadecimal digits."""

Small = Annotated[int, mapped_column(SmallInteger)]
Bytes = Annotated[int, mapped_column(BigInteger, server_default="0")]
Word = Annotated[str, mapped_column(String(32))]


MYSQL = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
"""Text is compared as bytes: most other collations treat josé@example.org and jose@example.org as equal."""


OWN_QUEUE_INDEX = "ix_generations_user_id_state_due_at_id"
"""The queued generations of one user, the one that is due longest first."""
TURN_INDEX = "ix_turns_waiting_running_waiting_since_user_id"
"""The users who wait, the one whose turn is next first."""
LEASE_INDEX = "ix_generations_state_lease_until"
"""The leases of running generations, oldest first."""
DUE_MAIL_INDEX = "ix_mails_due_at"
"""The mails, the one that is due longest first."""
DUE_ERASURE_INDEX = "ix_erasures_due_at"
"""The erasures, the one that is due longest first."""


class Base(DeclarativeBase):
    """Gives every constraint a name, which migrations and error messages refer to."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        }
    )


class UserRow(Base):
    """A user."""

    __tablename__ = "users"
    __table_args__ = (MYSQL,)

    id: Mapped[Id] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(ADDRESS, unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    age: Mapped[Small]
    gender: Mapped[Word]
    language: Mapped[Word]
    created_at: Mapped[Moment]
    last_seen_at: Mapped[Moment] = mapped_column(index=True)
    confirmed_at: Mapped[Moment | None]
    erase_at: Mapped[Moment | None] = mapped_column(index=True)
    consent_withdrawn_at: Mapped[Moment | None]
    last_login_from: Mapped[str | None] = mapped_column(KEYED_HASH)


class SessionRow(Base):
    """A session that has not ended."""

    __tablename__ = "sessions"
    __table_args__ = (MYSQL,)

    id: Mapped[Id] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ID, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    device_name: Mapped[str] = mapped_column(String(100))
    device_address: Mapped[str | None] = mapped_column(String(45))
    created_at: Mapped[Moment]
    last_used_at: Mapped[Moment]
    expires_at: Mapped[Moment] = mapped_column(index=True)
    refreshes: Mapped[int | None]


class EndedSessionRow(Base):
    """A session that has ended; it refers to no user, whose account may be erased."""

    __tablename__ = "ended_sessions"
    __table_args__ = (MYSQL,)

    id: Mapped[Id] = mapped_column(primary_key=True)
    ended_at: Mapped[Moment] = mapped_column(index=True)
    forget_at: Mapped[Moment] = mapped_column(index=True)


class MailRow(Base):
    """A mail that is to be sent; it is deleted once it was."""

    __tablename__ = "mails"
    __table_args__ = (MYSQL,)

    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Word]
    address: Mapped[str] = mapped_column(ADDRESS, index=True)
    language: Mapped[Word]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[Moment]
    due_at: Mapped[Moment] = mapped_column(index=True)
    tries: Mapped[Small]


class MailLinkRow(Base):
    """A link of a mail that was not used yet."""

    __tablename__ = "mail_links"
    __table_args__ = (MYSQL,)

    id: Mapped[Id] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ID, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[Word]
    address: Mapped[str] = mapped_column(ADDRESS)
    expires_at: Mapped[Moment] = mapped_column(index=True)


class ConsentRow(Base):
    """What a user agreed to; the request that it was given with may be erased before it."""

    __tablename__ = "consents"
    __table_args__ = (MYSQL,)

    id: Mapped[Id] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ID, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[str | None] = mapped_column(ID)
    notice_version: Mapped[Word | None]
    collected_by: Mapped[str | None] = mapped_column(String(200))
    agreed_at: Mapped[Moment]
    withdrawn_at: Mapped[Moment | None]


class ErasureRow(Base):
    """An erasure that is not finished; it refers to no user, whose account may be erased."""

    __tablename__ = "erasures"
    __table_args__ = (MYSQL,)

    id: Mapped[Id] = mapped_column(primary_key=True)
    prefixes: Mapped[list[str]] = mapped_column(JSON)
    erased_at: Mapped[Moment]
    stopped_at: Mapped[Moment]
    due_at: Mapped[Moment] = mapped_column(index=True)
    is_forgotten: Mapped[bool]


class FaceRequestRow(Base):
    """A request: a stored voice, and the id of its newest generation.

    Deleting a user does not delete it: MySQL 9.7 leaves rows behind where a cascade goes down four tables. The newest
    generation is not a foreign key: each of the two rows would have to be inserted before the other.
    """

    __tablename__ = "face_requests"
    __table_args__ = (
        Index(None, "user_id", "id"),  # a user's requests, newest first
        MYSQL,
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ID, ForeignKey("users.id"))
    age: Mapped[Small]
    gender: Mapped[Word]
    voice_key: Mapped[Key | None] = mapped_column(index=True)
    voice_seconds: Mapped[float] = mapped_column(Double)
    voice_media_type: Mapped[str] = mapped_column(String(100))
    voice_suffix: Mapped[Word]
    voice_bytes: Mapped[Bytes]
    wishes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    latest_generation_id: Mapped[Id]
    created_at: Mapped[Moment] = mapped_column(index=True)
    updated_at: Mapped[Moment]
    consent_withdrawn_at: Mapped[Moment | None]


class GenerationRow(Base):
    """A generation, with its faces."""

    __tablename__ = "generations"
    __table_args__ = (
        Index(None, "request_id", "id"),
        Index(OWN_QUEUE_INDEX, "user_id", "state", "due_at", "id"),
        Index(None, "state", "due_at", "id"),  # the queued ones of all users
        Index(LEASE_INDEX, "state", "lease_until"),
        MYSQL,
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ID, ForeignKey("face_requests.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(ID)
    state: Mapped[Word]
    wishes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[Moment]
    due_at: Mapped[Moment]
    attempt: Mapped[int]
    faults: Mapped[int]
    lease_until: Mapped[Moment | None]
    claimed_at: Mapped[Moment | None]
    drawn_seconds: Mapped[float] = mapped_column(Double, server_default="0")
    stored_bytes: Mapped[Bytes]
    stage: Mapped[Word | None]
    percent: Mapped[Small]
    failure: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[Moment | None] = mapped_column(index=True)
    voice_portrait_key: Mapped[Key | None] = mapped_column(index=True)
    voice_video_key: Mapped[Key | None] = mapped_column(index=True)
    voice_loop_key: Mapped[Key | None] = mapped_column(index=True)
    condition_portrait_key: Mapped[Key | None] = mapped_column(index=True)
    condition_video_key: Mapped[Key | None] = mapped_column(index=True)
    condition_loop_key: Mapped[Key | None] = mapped_column(index=True)
    note: Mapped[str | None] = mapped_column(Text)
    acoustics: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    influences: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    usual: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    voice_rating: Mapped[Small | None]
    voice_shown_first: Mapped[Word | None]
    voice_named: Mapped[bool | None]
    condition_rating: Mapped[Small | None]
    condition_shown_first: Mapped[Word | None]
    condition_named: Mapped[bool | None]
    feedback_at: Mapped[Moment | None]
    trace_id: Mapped[str | None] = mapped_column(String(64))


class TurnRow(Base):
    """The turn of a user: what is queued and what runs, which a claim needs of all users at once.

    The index begins with `waiting`, so that users of whom nothing is queued are not looked at.
    """

    __tablename__ = "turns"
    __table_args__ = (
        Index(TURN_INDEX, "waiting", "running", "waiting_since", "user_id"),
        MYSQL,
    )

    user_id: Mapped[str] = mapped_column(ID, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int]
    """Changes with every change of the row."""
    waiting: Mapped[bool]
    """Whether anything is queued."""
    queued: Mapped[int]
    running: Mapped[int]
    waiting_since: Mapped[Moment]
    next_due_at: Mapped[Moment | None]
    """When the first of the queued generations is due."""


class SurveyRow(Base):
    """The answers to a survey, by question, in one column: they are always read together."""

    __tablename__ = "surveys"
    __table_args__ = (MYSQL,)

    id: Mapped[Id] = mapped_column(primary_key=True)
    generation_id: Mapped[str] = mapped_column(
        ID, ForeignKey("generations.id", ondelete="CASCADE"), unique=True
    )
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    answered_at: Mapped[Moment]


class ThrottleRow(Base):
    """The count of tries under one key."""

    __tablename__ = "throttles"
    __table_args__ = (MYSQL,)

    key: Mapped[str] = mapped_column(KEYED_HASH, primary_key=True)
    count: Mapped[int]
    since: Mapped[Moment] = mapped_column(index=True)


class UsageRow(Base):
    """A generation that a user had queued, as it counts for the daily quotas.

    It refers to no other row: it stays when the request is erased.
    """

    __tablename__ = "usages"
    __table_args__ = (
        Index(None, "user_id", "ended_at"),
        MYSQL,
    )

    generation_id: Mapped[Id] = mapped_column(primary_key=True)
    user_id: Mapped[Id]
    queued_at: Mapped[Moment]
    ended_at: Mapped[Moment | None] = mapped_column(index=True)
    drawn_seconds: Mapped[float] = mapped_column(Double)
    """Until it has ended: what it may draw."""


class IdempotencyKeyRow(Base):
    """A call with an idempotency key; it has an answer if `status` is not null."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (MYSQL,)

    id: Mapped[str] = mapped_column(KEYED_HASH, primary_key=True)
    user_id: Mapped[str] = mapped_column(ID, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(KEYED_HASH)
    began_at: Mapped[Moment] = mapped_column(index=True)
    attempt: Mapped[Id]
    running_until: Mapped[Moment]
    status: Mapped[Small | None]
    media_type: Mapped[str | None] = mapped_column(String(100))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)


class TaskRow(Base):
    """When a process last took a housekeeping task."""

    __tablename__ = "tasks"
    __table_args__ = (MYSQL,)

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    taken_at: Mapped[Moment]
