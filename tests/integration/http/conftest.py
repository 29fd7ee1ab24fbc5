"""The service, a client of it, and two users who are logged in."""

from collections.abc import AsyncIterator

import httpx
import pytest
import schemathesis
from hypothesis import strategies

from integration.http.service import LoggedInUser, Service, sign_up

OUTSIDE_ADDRESSES = strategies.characters(
    min_codepoint=0xA1, categories=("L", "N", "P", "S"), exclude_characters="\u115f\u1160\u2800\u3164\uffa0"
)
"""Visible characters that no generated e-mail address has."""
schemathesis.openapi.format("password", strategies.text(OUTSIDE_ADDRESSES))
"""What Schemathesis makes passwords of, since no schema could say what else is refused: an address, or all of Unicode
that is private or not assigned."""


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with service.client() as client:
        yield client


@pytest.fixture
async def anna(client: httpx.AsyncClient) -> LoggedInUser:
    return await sign_up(client, "anna")


@pytest.fixture
async def ben(client: httpx.AsyncClient) -> LoggedInUser:
    return await sign_up(client, "ben")
