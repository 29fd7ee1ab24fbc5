"""The response fields for limits."""

from entrypoints.http.rate_limit_fields import RateLimit, rate_limit_headers


def test_each_limit_is_an_item_of_both_fields() -> None:
    requests = RateLimit("requests", quota=50, window_seconds=86400, remaining=12, reset_seconds=3600)
    stored = RateLimit("open-requests", quota=10, window_seconds=None, remaining=-1, reset_seconds=None)
    assert rate_limit_headers([requests, stored]) == {
        "RateLimit-Policy": '"requests";q=50;w=86400, "open-requests";q=10',
        "RateLimit": '"requests";r=12;t=3600, "open-requests";r=0',
    }


def test_without_limits_there_are_no_fields() -> None:
    assert rate_limit_headers([]) == {}
