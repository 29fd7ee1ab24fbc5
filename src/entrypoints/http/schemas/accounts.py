"""Accounts on the wire."""

from datetime import timedelta
from typing import Annotated, Self

from msgspec import UNSET, Meta, Struct, UnsetType

from application.accounts.log_in import LogInCommand
from application.accounts.sessions import SessionTokens
from application.accounts.sign_up import SignUpCommand
from domain.ids import UserId
from domain.passwords import LONGEST_PASSWORD, LONGEST_REPEATED, SHORTEST_PASSWORD
from domain.retention import Retention
from domain.session import Device
from domain.text import BLANK
from domain.user import LONGEST_EMAIL, Language, User
from domain.voice import OLDEST, YOUNGEST, Gender, Person
from entrypoints.http.schemas.consent import AgreedVersion
from entrypoints.http.schemas.moments import Moment, WithMoments

NO_NUL = "^[^\\u0000]*$"
VISIBLE = (
    f"^[^\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff{BLANK}]*$"
)
"""The domain refuses some more, which no pattern could list: what is private or not assigned."""
REPETITION = rf"^([\s\S]{{1,{LONGEST_REPEATED}}}?)\1+$"

# The bounds are for the document only: the domain checks them, with better sentences.
Email = Annotated[
    str,
    Meta(
        description="E-mail address; upper and lower case are the same.",
        examples=["anna@example.org"],
        extra_json_schema={"format": "email", "maxLength": LONGEST_EMAIL},
    ),
]
NewPassword = Annotated[
    str,
    Meta(
        description="Password, of visible characters; not one of those that are guessed first, and without the e-mail "
        "address in it.",
        examples=["correct horse battery"],
        extra_json_schema={
            "format": "password",
            "pattern": VISIBLE,
            "not": {"pattern": REPETITION},
            "minLength": SHORTEST_PASSWORD,
            "maxLength": LONGEST_PASSWORD,
        },
    ),
]
Password = Annotated[
    str,
    Meta(
        description="Password.",
        examples=["correct horse battery"],
        extra_json_schema={"format": "password", "pattern": NO_NUL},
    ),
]
Age = Annotated[
    int,
    Meta(
        description="Age in years.",
        examples=[34],
        extra_json_schema={"minimum": YOUNGEST, "maximum": OLDEST},
    ),
]
"""In bodies the document names the youngest age that this deployment accepts."""


def person_of(age: int | UnsetType, gender: Gender | UnsetType) -> Person:
    """Return the person that a client states, with the defaults for what it does not; raises `InvalidValue`."""
    return Person(20 if age is UNSET else age, Gender.MAN if gender is UNSET else gender)


class SignUpRequest(Struct, frozen=True, kw_only=True):
    """A new user, or a guest who signs up; age and gender are suggestions for later requests."""

    email: Email
    password: NewPassword
    age: Age | UnsetType = UNSET
    gender: Gender | UnsetType = UNSET
    notice_version: AgreedVersion = ""

    def command(self, client_address: str, language: Language, guest_id: UserId | None) -> SignUpCommand:
        """Return what the use case takes; raises `InvalidValue`."""
        return SignUpCommand(
            email=self.email,
            password=self.password,
            person=person_of(self.age, self.gender),
            client_address=client_address,
            notice_version=self.notice_version or None,
            guest_id=guest_id,
            states_age=self.age is not UNSET,
            states_gender=self.gender is not UNSET,
            language=language,
        )


class SignUpResponse(Struct, frozen=True, kw_only=True):
    """The new account."""

    id: Email

    @classmethod
    def of(cls, user: User) -> Self:
        """Return the answer for a new user."""
        return cls(id=user.email or user.id)


class FreeEmailRequest(Struct, frozen=True, kw_only=True):
    """An e-mail address that may be free to sign up with."""

    email: Email


class MessageResponse(Struct, frozen=True, kw_only=True):
    """A sentence for the user."""

    message: Annotated[str, Meta(examples=["This e-mail address is free."])]


class RetentionResponse(Struct, frozen=True, kw_only=True):
    """For how many days the service keeps what its users leave in it; null for as long as they do not erase it."""

    recordings_days: Annotated[int | None, Meta(description="From when they were sent.", examples=[30])]
    faces_days: Annotated[int | None, Meta(description="From when they were made.", examples=[90])]
    failed_days: Annotated[
        int | None,
        Meta(
            description="Requests without faces whose newest job has failed, from when it failed.",
            examples=[7],
        ),
    ]
    idle_accounts_days: Annotated[
        int | None, Meta(description="From when the user was last here.", examples=[365])
    ]

    @classmethod
    def of(cls, retention: Retention) -> Self:
        """Return the wire form of the periods."""
        return cls(
            recordings_days=_days(retention.recordings),
            faces_days=_days(retention.faces),
            failed_days=_days(retention.failed),
            idle_accounts_days=_days(retention.idle_accounts),
        )


def _days(period: timedelta | None) -> int | None:
    return period.days if period is not None else None


class AccountResponse(WithMoments, frozen=True, kw_only=True, omit_defaults=True):
    """Age and gender as stated by the user; what else there is to say is absent where there is nothing."""

    age: Age
    gender: Gender
    email_confirmed: Annotated[bool, Meta(description="True once the address is confirmed; else absent.")] = (
        False
    )
    guest: Annotated[bool, Meta(description="True for a guest; absent for an account.")] = False
    erase_at: Annotated[
        Moment | None,
        Meta(
            description="When the account is due for erasure unless I come back, or sign up as a guest; absent: never."
        ),
    ] = None
    retention: Annotated[
        RetentionResponse | None,
        Meta(description="How long things are kept; absent where all is kept until I erase it."),
    ] = None

    @classmethod
    def of(cls, user: User, retention: Retention) -> Self:
        """Return the wire form of a user."""
        return cls(
            age=user.person.age,
            gender=user.person.gender,
            guest=user.is_guest,
            email_confirmed=user.confirmed_at is not None,
            erase_at=retention.of_account(user),
            retention=RetentionResponse.of(retention) if retention != Retention() else None,
        )


class LogInRequest(Struct, frozen=True, kw_only=True):
    """E-mail address and password."""

    email: Email
    password: Password

    def command(self, client_address: str, device: Device) -> LogInCommand:
        """Return what the use case takes."""
        return LogInCommand(
            email=self.email, password=self.password, client_address=client_address, device=device
        )


class LogInResponse(Struct, frozen=True, kw_only=True):
    """A token for the header `Token`, or `Authorization: Bearer`."""

    token: Annotated[str, Meta(description="Send it with every call.", examples=["eyJhbGciOi…"])]
    email: Email

    @classmethod
    def of(cls, tokens: SessionTokens) -> Self:
        """Return the answer for a user who logged in."""
        return cls(token=tokens.token, email=tokens.email or "")
