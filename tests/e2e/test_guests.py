"""A guest of the real service: faces first, then an account that keeps them."""

from pathlib import Path

import httpx

from e2e.service import TIMEOUT, Service, running, submit, wait_for
from e2e.voices import SAMPLE

LOGIN = {"email": "guest@example.org", "password": "correct horse"}


def begin(service: Service) -> httpx.Client:
    """Return a client that has begun as a guest."""
    begun = httpx.post(f"{service.url}/guests", data={"age": "31", "gender": "woman"}, timeout=TIMEOUT)
    assert begun.status_code == 201, begun.text
    return httpx.Client(base_url=service.url, headers={"Token": begun.json()["token"]}, timeout=TIMEOUT)


def test_a_guest_gets_faces_signs_up_and_finds_them_after_logging_in(tmp_path: Path) -> None:
    with running(Service(data=tmp_path / "data")) as service, begin(service) as guest:
        sent = submit(guest, SAMPLE.read_bytes())
        assert sent.status_code == 201, sent.text
        ids = sent.json()
        assert wait_for(guest, ids["mz_request_id"])["status"] == "Success"
        path = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
        portrait = httpx.get(guest.get(path).json()["mz_result"]["voice_image_url"], timeout=TIMEOUT).content
        refused = submit(guest, SAMPLE.read_bytes())
        assert (refused.status_code, refused.json()["code"]) == (429, "guest_limit")

        signed_up = guest.post("/users", data=LOGIN)
        assert (signed_up.status_code, signed_up.json()) == (201, {"id": LOGIN["email"]})
        assert guest.get("/users").status_code == 401  # the guest's token may be known to another client
        token = httpx.post(f"{service.url}/auth", data=LOGIN, timeout=TIMEOUT).json()["token"]
        with httpx.Client(base_url=service.url, headers={"Token": token}, timeout=TIMEOUT) as account:
            assert account.get("/users").json() == {"age": 31, "gender": "woman"}
            assert submit(account, SAMPLE.read_bytes()).status_code == 201
            link = account.get(path).json()["mz_result"]["voice_image_url"]
            assert httpx.get(link, timeout=TIMEOUT).content == portrait
            listed = account.get("/mz-request").json()["mz_request_list"]
            assert {one["user_id"] for one in listed} == {LOGIN["email"]}
            assert len(listed) == 2
