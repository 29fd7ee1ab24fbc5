"""The calls of the existing front end, as its pages make them: forms, the Token header, another origin."""

import httpx
import pytest

from e2e.contract_walk import ORIGIN, walk
from e2e.service import TIMEOUT, Service, running, sign_up


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return Service(data=tmp_path_factory.mktemp("front-end") / "data")


def follow(link: str, headers: dict[str, str] | None) -> httpx.Response:
    return httpx.get(link, headers=headers, follow_redirects=True, timeout=TIMEOUT)


def test_the_front_end_signs_up_submits_watches_rates_and_erases(service: Service) -> None:
    with (
        running(service),
        httpx.Client(base_url=service.url, headers=ORIGIN, timeout=TIMEOUT) as page,
        sign_up(service, "bob") as bob,
    ):
        walk(page, bob, follow)
