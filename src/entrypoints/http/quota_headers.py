"""The response fields of the quotas."""

import math
from collections.abc import Sequence

from domain.errors import QuotaExceeded
from domain.usage import QuotaState
from entrypoints.http.rate_limit_fields import RateLimit, rate_limit_headers


def quota_headers(states: Sequence[QuotaState]) -> dict[str, str]:
    """Return the RateLimit fields, with one item for each quota."""
    return rate_limit_headers(
        [
            RateLimit(
                name=state.name,
                quota=state.quota,
                window_seconds=int(state.window.total_seconds()) if state.window else None,
                remaining=state.quota - state.used,
                reset_seconds=math.ceil(state.more_room_in.total_seconds()) if state.more_room_in else None,
            )
            for state in states
        ]
    )


def refusal_headers(exceeded: QuotaExceeded) -> dict[str, str]:
    """Return the RateLimit fields, and `Retry-After` where waiting helps."""
    headers = quota_headers(exceeded.states)
    if exceeded.retry_after is not None:
        headers["Retry-After"] = str(math.ceil(exceeded.retry_after.total_seconds()))
    return headers
