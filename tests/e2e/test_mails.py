"""Mails of the running service, without a mail server and with a real one."""

import stat
import time
from pathlib import Path

import httpx

from doubles.mail import html_text, plain_text, token_in
from doubles.smtp_server import PASSWORD, USER, RunningServer, smtp_server
from e2e.cluster import SECRET
from e2e.outbox import link_in, wait_for_mail
from e2e.service import TIMEOUT, Service, running, sign_up

NEW = "another good horse"


def test_with_the_defaults_mails_stay_in_a_folder_and_the_log_says_so(tmp_path: Path) -> None:
    service = Service(data=tmp_path / "data")
    with running(service), sign_up(service) as ann:
        message = wait_for_mail(service, 1)
        assert message["To"] == "ann@example.org"
        assert link_in(message).startswith(f"http://127.0.0.1:{service.port}/account/confirm#")
        assert ann.get("/users").json().get("email_confirmed") is None
        confirmed = httpx.post(f"{service.url}/users/email/confirmation", json={"token": token_in(message)})
        assert confirmed.status_code == 200
        assert ann.get("/users").json()["email_confirmed"] is True
    (file,) = (service.data / "outbox").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    log = service.log.read_text()
    assert f"mails stay in {service.data / 'outbox'}" in log
    assert "ann@example.org" not in log
    assert token_in(message) not in log


def test_a_password_is_reset_by_a_mail_that_a_real_server_has_taken(tmp_path: Path) -> None:
    with smtp_server(tmp_path) as server:
        service = Service(data=tmp_path / "data", environment=settings_for(server))
        with running(service):
            account = {"email": "ann@example.org", "password": "correct horse"}
            korean = {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5"}
            with httpx.Client(base_url=service.url, timeout=TIMEOUT) as client:
                client.post("/users", data=account, headers=korean).raise_for_status()
                token = client.post("/auth", data=account).raise_for_status().json()["token"]
                wait_until_received(server, 1)
                for email in ("unknown@example.org", "ann@example.org"):
                    asked = client.post(
                        "/users/password/reset-mail",
                        data={"email": email},
                        headers={"Accept-Language": "ko"},
                    )
                    assert asked.status_code == 202
                wait_until_received(server, 2)
                message = server.inbox.received[-1]
                assert message["Subject"] == "새 비밀번호를 정해 주십시오"
                link = f"https://faces.example.org/account/reset#{token_in(message)}"
                assert link in plain_text(message)
                assert f'href="{link}"' in html_text(message)
                given = {"token": token_in(message), "password": NEW}
                assert client.post("/users/password/reset", data=given).status_code == 200
                assert client.post("/users/password/reset", data=given).json()["code"] == "invalid_mail_link"
                assert client.get("/users", headers={"Token": token}).status_code == 401
                assert client.post("/auth", data=account).status_code == 401
                assert client.post("/auth", data={**account, "password": NEW}).status_code == 200
                wait_until_received(server, 3)
        assert {envelope.rcpt_tos[0] for envelope in server.inbox.envelopes} == {"ann@example.org"}
    assert not (service.data / "outbox").exists()
    assert "@example.org" not in service.log.read_text()


def settings_for(server: RunningServer) -> dict[str, str]:
    return {
        "V2F_MAIL_SERVER": "localhost",
        "V2F_MAIL_PORT": str(server.port),
        "V2F_MAIL_USER": USER,
        "V2F_MAIL_PASSWORD": PASSWORD,
        "V2F_MAIL_SENDER": "faces@example.org",
        "V2F_PUBLIC_URL": "https://faces.example.org",
        "V2F_SECRET": SECRET,
        "SSL_CERT_FILE": str(server.authority),
    }


def wait_until_received(server: RunningServer, number: int) -> None:
    deadline = time.monotonic() + TIMEOUT
    while len(server.inbox.received) < number:
        assert time.monotonic() < deadline, f"{len(server.inbox.received)} mails, not {number}"
        time.sleep(0.1)
    assert len(server.inbox.received) == number
