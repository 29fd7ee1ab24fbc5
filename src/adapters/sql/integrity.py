"""Which application error a violated constraint means."""

from collections.abc import Callable

from sqlalchemy.exc import IntegrityError

from application.errors import AccountGone, ApplicationError, EmailTaken

MEANINGS: dict[str, Callable[[], ApplicationError]] = {
    "uq_users_email": EmailTaken,  # the name of the constraint, in messages of MySQL
    "users.email": EmailTaken,  # the name of its column, in messages of SQLite
    # A row of a user who was erased at the same moment. SQLite does not say which key it means, but the other ones are
    # of rows that their transaction has locked.
    "REFERENCES `users`": AccountGone,
    "FOREIGN KEY constraint failed": AccountGone,
}


def meaning_of(error: IntegrityError) -> ApplicationError | None:
    """Return the error for the user; None if only a mistake of the program can have violated the constraint."""
    message = str(error.orig)
    for constraint, meaning in MEANINGS.items():
        if constraint in message:
            return meaning()
    return None
