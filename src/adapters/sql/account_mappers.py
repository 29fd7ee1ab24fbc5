"""Make entities of accounts from rows, and columns from entities."""

from adapters.sql.mappers import AnyRow, Columns
from adapters.sql.models import MailLinkRow, MailRow, SessionRow, UserRow
from domain.consent import Consent
from domain.ids import MailId, SessionId, UserId
from domain.keyed_call import KeptAnswer, KeyedCall
from domain.mail import Mail, MailKind
from domain.mail_link import LinkPurpose, MailLink
from domain.session import Device, Session
from domain.user import Language, User
from domain.voice import Gender, Person


def user_columns(user: User) -> Columns:
    """Return a user's columns."""
    return {
        "id": user.id,
        "email": user.email,
        "password_hash": user.password_hash,
        "age": user.person.age,
        "gender": user.person.gender.value,
        "language": user.language.value,
        "created_at": user.created_at,
        "last_seen_at": user.last_seen_at,
        "confirmed_at": user.confirmed_at,
        "erase_at": user.erase_at,
        "consent_withdrawn_at": user.consent_withdrawn_at,
        "last_login_from": user.last_login_from,
    }


def to_user(row: UserRow | AnyRow) -> User:
    """Return the user of a row."""
    return User(
        id=UserId(row.id),
        email=row.email,
        password_hash=row.password_hash,
        person=Person(row.age, Gender(row.gender)),
        language=Language(row.language),
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        confirmed_at=row.confirmed_at,
        erase_at=row.erase_at,
        consent_withdrawn_at=row.consent_withdrawn_at,
        last_login_from=row.last_login_from,
    )


def session_columns(session: Session) -> Columns:
    """Return a session's columns."""
    return {
        "id": session.id,
        "user_id": session.user_id,
        "device_name": session.device.name,
        "device_address": session.device.address,
        "created_at": session.created_at,
        "last_used_at": session.last_used_at,
        "expires_at": session.expires_at,
        "refreshes": session.refreshes,
    }


def to_session(row: SessionRow | AnyRow) -> Session:
    """Return the session of a row."""
    return Session(
        id=SessionId(row.id),
        user_id=UserId(row.user_id),
        device=Device(name=row.device_name, address=row.device_address),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        refreshes=row.refreshes,
    )


PLAIN_MAIL_COLUMNS = ("id", "address", "created_at", "due_at", "tries")
"""The attributes that a mail and its row have in common."""


def mail_columns(mail: Mail) -> Columns:
    """Return a mail's columns."""
    return {
        "kind": mail.kind.value,
        "language": mail.language.value,
        "facts": dict(mail.facts),
        **{name: getattr(mail, name) for name in PLAIN_MAIL_COLUMNS},
    }


def to_mail(row: MailRow | AnyRow) -> Mail:
    """Return the mail of a row."""
    plain = {name: getattr(row, name) for name in PLAIN_MAIL_COLUMNS}
    return Mail(kind=MailKind(row.kind), language=Language(row.language), facts=row.facts, **plain)


CONSENT_COLUMNS = (
    "id",
    "user_id",
    "request_id",
    "notice_version",
    "collected_by",
    "agreed_at",
    "withdrawn_at",
)
"""The attributes of a consent, and the columns of its row."""


def consent_columns(consent: Consent) -> Columns:
    """Return a consent's columns."""
    return {name: getattr(consent, name) for name in CONSENT_COLUMNS}


def to_consent(row: AnyRow) -> Consent:
    """Return the consent of a row."""
    return Consent(**{name: getattr(row, name) for name in CONSENT_COLUMNS})


def mail_link_columns(link: MailLink) -> Columns:
    """Return a mail link's columns."""
    return {
        "id": link.id,
        "user_id": link.user_id,
        "purpose": link.purpose.value,
        "address": link.address,
        "expires_at": link.expires_at,
    }


def to_mail_link(row: MailLinkRow | AnyRow) -> MailLink:
    """Return the mail link of a row."""
    return MailLink(
        id=MailId(row.id),
        user_id=UserId(row.user_id),
        purpose=LinkPurpose(row.purpose),
        address=row.address,
        expires_at=row.expires_at,
    )


PLAIN_CALL_COLUMNS = ("id", "user_id", "digest", "began_at", "attempt", "running_until")
"""The attributes of a call with a key that are columns as they are."""


def keyed_call_columns(call: KeyedCall) -> Columns:
    """Return the columns of a call with a key."""
    answer = call.answer
    return {
        **{name: getattr(call, name) for name in PLAIN_CALL_COLUMNS},
        "status": answer.status if answer else None,
        "media_type": answer.media_type if answer else None,
        "body": answer.body if answer else None,
    }


def to_keyed_call(row: AnyRow) -> KeyedCall:
    """Return the call of a row."""
    plain = {name: getattr(row, name) for name in PLAIN_CALL_COLUMNS}
    answer = None
    if row.status is not None:
        answer = KeptAnswer(status=row.status, media_type=row.media_type, body=row.body)
    return KeyedCall(**plain, answer=answer)
