"""Which application error a broken constraint stands for."""

from collections.abc import Callable

from sqlalchemy.exc import IntegrityError

from application.errors import ApplicationError, EmailTaken

MEANINGS: dict[str, Callable[[], ApplicationError]] = {
    "uq_users_email": EmailTaken,  # as MySQL names the constraint
    "users.email": EmailTaken,  # as SQLite names its column
}


def broken_constraint(error: IntegrityError) -> ApplicationError | None:
    """Return what the user should hear; None where only a mistake of ours can have broken it."""
    message = str(error.orig)
    for constraint, meaning in MEANINGS.items():
        if constraint in message:
            return meaning()
    return None
