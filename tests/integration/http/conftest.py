"""The service, a client of it, and two users who are logged in."""

from collections.abc import AsyncIterator

import httpx
import pytest

from integration.http.service import LoggedInUser, Service, sign_up


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
