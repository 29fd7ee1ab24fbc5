"""Being cancelled, also where a library did not pass it on."""

import asyncio


def end_if_cancelled() -> None:
    """Raise `CancelledError` if this task was told to end and somebody below it swallowed that.

    Python 3.11's `asyncio.wait_for` does when what it waits for comes in the same moment, and database drivers read
    through it. A loop that goes on for ever asks here once a round.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
