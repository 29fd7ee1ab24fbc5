"""Recordings that a user has sent by the API, for views that show them."""

from dataclasses import dataclass
from typing import Any

import httpx

from doubles.faces import SLOW_AGE
from e2e.service import submit, wait_for
from e2e.voices import short_voice


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A request of a user."""

    user: httpx.Client
    request_id: str
    result_id: str

    @property
    def result_path(self) -> str:
        """The path of its result."""
        return f"/mz-request/{self.request_id}/mz-result/{self.result_id}"

    def result(self) -> dict[str, Any]:
        """Return its result."""
        found: dict[str, Any] = self.user.get(self.result_path).raise_for_status().json()["mz_result"]
        return found


def send(user: httpx.Client, age: int = 30) -> Sent:
    """Send a recording; the faces of a person of `SLOW_AGE` take longer than any test."""
    ids = submit(user, short_voice(), age=age).raise_for_status().json()
    return Sent(user=user, request_id=ids["mz_request_id"], result_id=ids["mz_result_id"])


def send_and_wait(user: httpx.Client) -> Sent:
    """Send a recording whose faces are made."""
    sent = send(user)
    assert wait_for(user, sent.request_id)["status"] == "Success"
    return sent


def send_and_fail(user: httpx.Client) -> Sent:
    """Send a recording whose faces cannot be made: the consent is withdrawn meanwhile."""
    consent = agree(user)
    sent = send(user, SLOW_AGE)
    withdraw(user, consent)
    assert wait_for(user, sent.request_id)["status"] == "Failed"
    agree(user)
    return sent


def erase(sent: Sent) -> None:
    """Erase a request."""
    sent.user.delete(f"/mz-request/{sent.request_id}").raise_for_status()


def is_erased(sent: Sent) -> bool:
    """Tell whether the service knows a request no more."""
    return sent.user.get(f"/mz-request/{sent.request_id}").status_code == 404


def agree(user: httpx.Client) -> str:
    """Agree to the notice for the account, and return the id of the consent."""
    version = user.get("/notices").raise_for_status().json()["current"]
    user.post("/users/consents", data={"notice_version": version}).raise_for_status()
    newest: str = user.get("/users/consents").raise_for_status().json()["consents"][0]["id"]
    return newest


def withdraw(user: httpx.Client, consent_id: str) -> None:
    """Withdraw a consent."""
    user.delete(f"/users/consents/{consent_id}").raise_for_status()
