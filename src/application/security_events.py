"""Security events: what an operator must be able to look up after an attack or a complaint.

Each is one record of the logger `security`, in the form `event=login user=01a2…`. `docs/operations.md`
lists them. Who called and from where is in every log line, so facts are only what else there is to tell: ids and
numbers, never a password, a token or what a user wrote.
"""

import json
import logging
import re

log = logging.getLogger("security")

_PLAIN = re.compile(r"[\w.:/@+-]+", re.ASCII)


def record(event: str, **facts: object) -> None:
    """Record an event with its facts; a value that is not one plain word is quoted, line feeds included."""
    log.info(" ".join(f"{name}={_quoted(str(value))}" for name, value in {"event": event, **facts}.items()))


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else json.dumps(value)
