"""Notice a cancellation that a library did not pass on."""

import asyncio


def end_if_cancelled() -> None:
    """Raise `CancelledError` if the current task was cancelled and the error was swallowed below it.

    Python 3.11's `asyncio.wait_for` swallows it when its result arrives at the same moment, and the database drivers
    read through `wait_for`. A loop without an end calls this once a round.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
