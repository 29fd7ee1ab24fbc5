"""How many connections the system lets this process hold: each takes an open file."""

import logging
import resource
import sys

log = logging.getLogger(__name__)

RESERVED_FILES = 120
"""Open files beside connections: of the database, the queue, the blob storage and child processes."""
FILES_A_CONNECTION = 2
"""The connection itself, and the recording or the picture that is read or written for it."""


def raise_open_files() -> int:
    """Let this process have as many open files as the system allows, and return how many these are."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return sys.maxsize if most == resource.RLIM_INFINITY else most


def connections_that_fit(wanted: int, open_files: int) -> int:
    """Return how many connections may be open: those that are wanted, or fewer where the open files allow no more."""
    possible = max(1, (open_files - RESERVED_FILES) // FILES_A_CONNECTION)
    if wanted <= possible:
        return wanted
    log.warning(
        "V2F_HTTP_CONNECTIONS is %d, but this process may have only %d open files, so it holds %d connections at most; "
        "allow it more open files (ulimit -n, LimitNOFILE)",
        wanted,
        open_files,
        possible,
    )
    return possible
