"""What holds for all who want to use the service."""

from typing import Any

import pytest

from integration.http.service import API, NOTICE, Service

BY_DEFAULT = {
    "guests": True,
    "confirm_address": False,
    "notice_version": NOTICE,
    "consent_required": False,
    "youngest": 14,
    "languages": ["en", "ko"],
    "recording": {"shortest_seconds": 1, "longest_seconds": 60, "largest_bytes": 25 * 1024 * 1024},
}


@pytest.mark.parametrize(
    ("environment", "differs"),
    [
        ({}, {}),
        ({"V2F_GUESTS": "false"}, {"guests": False}),
        ({"V2F_CONFIRM_ADDRESS": "true"}, {"guests": False, "confirm_address": True}),
        ({"V2F_CONSENT_REQUIRED": "true"}, {"consent_required": True}),
        ({"V2F_GUARDIAN_CONSENT_BY": "the school"}, {"youngest": 1}),
    ],
)
async def test_a_client_learns_what_holds_for_all(
    environment: dict[str, str], differs: dict[str, Any]
) -> None:
    service = Service(environment=environment)
    async with service.client() as client:
        answer = await client.get(f"{API}/service")
    assert (answer.status_code, answer.json()) == (200, {**BY_DEFAULT, **differs})
