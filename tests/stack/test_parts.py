"""What `make stack` starts: parts, way in, certificate, and how little each container may do."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network

import httpx
import pytest

from e2e.contract_walk import ORIGIN, join, walk
from e2e.service import submit
from e2e.voices import short_voice
from stack.running import Stack, inspected, tls, wait_until

OLD_SYSTEM = {
    "frontend": "frontend",
    "backend": "api",
    "rabbitmq": "rabbitmq",
    "celery worker": "worker",
    "nginx": "proxy",
    "certbot": "certbot",
    "node-exporter": "node-exporter",
}
"""The seven containers of the system that this one replaces, and what does their work here."""
OWN = ("api", "worker", "migrate", "page")
RIGHTS_IN_DATABASE = """
import asyncio
from pathlib import Path
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

async def main():
    engine = create_async_engine(Path("/run/secrets/database_url").read_text().strip())
    async with engine.connect() as connection:
        for right in (await connection.execute(text("SHOW GRANTS"))).scalars():
            print(right)
    await engine.dispose()

asyncio.run(main())
"""
RENEW = "certbot renew --force-renewal --no-random-sleep-on-renew --non-interactive --quiet $ACME_OPTIONS"


def test_all_parts_are_healthy_and_the_seven_of_the_old_system_have_their_counterparts(stack: Stack) -> None:
    stack.run("status")
    health = {each.service: each.health for each in stack.containers()}
    assert {name: health[ours] for name, ours in OLD_SYSTEM.items()} == dict.fromkeys(OLD_SYSTEM, "healthy")
    assert {health[name] for name in ("mysql", "minio", "prometheus", "alertmanager")} == {"healthy"}


def test_the_walk_of_the_contract_passes_by_https(stack: Stack) -> None:
    with stack.client(headers=ORIGIN) as page, stack.client(headers=ORIGIN) as other:
        join(other, "bob@example.org")
        walk(page, other, stack.follow)
        for client in (page, other):  # nothing is left to be drawn
            erased = client.request("DELETE", "/users", json={"password": "correct horse"})
            assert erased.is_success, erased.text


def test_the_page_comes_with_http_2_and_says_that_https_is_to_be_used(stack: Stack) -> None:
    with stack.client("") as client:
        for path in ("/", "/record"):
            page = client.get(path, headers={"Accept-Language": "ko"})
            assert (page.status_code, page.headers["content-language"]) == (200, "ko")
            assert page.headers["strict-transport-security"] == "max-age=63072000"
            assert stack.url in page.headers["content-security-policy"]
        assert client.get("/api/v1/service").headers["strict-transport-security"] == "max-age=63072000"
    context = stack.trusting()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with tls(stack, context, stack.settings.domain) as connection:
        assert connection.selected_alpn_protocol() == "h2"


def test_plain_http_leads_to_https(stack: Stack) -> None:
    there = httpx.get(
        f"http://127.0.0.1:{stack.http_port}/record?again", headers={"Host": "evil.example.org"}
    )
    assert (there.status_code, there.headers["location"]) == (301, f"{stack.url}/record?again")


def test_old_tls_and_other_names_are_refused(stack: Stack) -> None:
    old = stack.trusting()
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")  # else the client refuses by itself
    with pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"), tls(stack, old, stack.settings.domain):
        pass
    careless = stack.trusting()
    careless.check_hostname = False
    careless.verify_mode = ssl.CERT_NONE
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"), tls(stack, careless, "other.example.org"):
        pass


def test_who_names_us_in_the_handshake_and_another_in_the_request_gets_nothing(stack: Stack) -> None:
    with stack.client("") as client:
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/live", headers={"Host": "other.example.org"}).status_code == 421


@pytest.mark.parametrize(
    "path", ["/minio/..%2fmedia/x", "/minio/health/live/..%2f..%2f..%2fmedia/x", "//media/x"]
)
def test_no_address_leads_to_the_files_server_by_a_detour(stack: Stack, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: {stack.settings.domain}\r\nConnection: close\r\n\r\n"
    with tls(stack, stack.trusting(), stack.settings.domain) as connection:
        connection.sendall(request.encode())
        assert connection.recv(12) == b"HTTP/1.1 400"


def test_a_body_is_refused_before_it_has_come_where_its_sender_has_no_token(stack: Stack) -> None:
    name = stack.settings.domain
    head = f"POST /api/v1/mz-request HTTP/1.1\r\nHost: {name}\r\nContent-Length: 20000000\r\n"
    with tls(stack, stack.trusting(), name) as connection:
        connection.sendall(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n".encode())
        assert connection.recv(12) == b"HTTP/1.1 401"


def test_the_account_of_the_queue_is_no_administrator(stack: Stack) -> None:
    users = stack.inside("rabbitmq", "rabbitmqctl", "--quiet", "list_users", "--no-table-headers")
    assert users.split("\t") == ["voice2face", "[]\n"]


def test_the_account_of_the_database_has_rights_on_that_database_only(stack: Stack) -> None:
    rights = stack.inside("api", "python", "-c", RIGHTS_IN_DATABASE)
    assert [line.partition(" TO ")[0] for line in rights.splitlines()] == [
        "GRANT USAGE ON *.*",
        "GRANT ALL PRIVILEGES ON `voice2face`.*",
    ]


def test_no_container_has_the_engine_s_socket_or_the_file_system_but_for_node_exporter(stack: Stack) -> None:
    mounts = {each.service: mounts_of(stack, each.service) for each in stack.containers()}
    assert {service for service, sources in mounts.items() if "/" in sources} == {"node-exporter"}
    assert mounts["node-exporter"] == {"/": False}
    assert not [source for sources in mounts.values() for source in sources if "docker.sock" in source]


def mounts_of(stack: Stack, service: str) -> dict[str, bool]:
    """Return what of this machine a container sees, and whether it may write there."""
    mounts: list[dict[str, object]] = inspected(stack, service)["Mounts"]  # type: ignore[assignment]
    return {str(mount["Source"]): bool(mount["RW"]) for mount in mounts}


def test_recordings_are_decoded_confined(stack: Stack) -> None:
    script = "from adapters.processes.apart import possible_confinement as it; print(it().is_complete)"
    for service in ("api", "worker"):
        assert stack.inside(service, "python", "-c", script) == "True\n"


def test_what_is_too_large_is_refused_by_the_proxy_in_the_contract_s_form(stack: Stack) -> None:
    with stack.client() as client:
        body = client.post("/mz-request", content=bytes(30_000_000))
        assert (body.status_code, body.json()["code"]) == (413, "too_large")
        assert body.json()["error"] == body.json()["message"]
        head = client.get("/service", headers={"X-Long": "x" * 40_000})
        assert head.status_code in (400, 431)


def test_only_the_proxy_is_reached_from_outside(stack: Stack) -> None:
    published = {
        each.service: inspected(stack, each.service)["HostConfig"]["PortBindings"]
        for each in stack.containers()
    }
    assert {service for service, ports in published.items() if ports} == {"proxy"}
    bindings = [each for ports in published["proxy"].values() for each in ports]  # type: ignore[attr-defined]
    assert {each["HostIp"] for each in bindings} == {"127.0.0.1"}


@pytest.mark.parametrize("service", OWN)
def test_a_container_of_the_service_may_do_nothing_that_it_does_not_need(stack: Stack, service: str) -> None:
    found = inspected(stack, service)
    host = found["HostConfig"]
    assert found["Config"]["User"] == "10001:10001"
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert not host["Privileged"]
    assert "no-new-privileges:true" in host["SecurityOpt"]  # type: ignore[operator]
    environment = "\n".join(found["Config"]["Env"])  # type: ignore[arg-type]
    secrets = [
        (stack.folder / "secrets" / name).read_text().strip()
        for name in ("secret", "mysql_password", "rabbitmq_password", "s3_secret_key")
    ]
    assert not [secret for secret in secrets if secret in environment]


@pytest.mark.parametrize("service", ["api", "worker"])
def test_the_process_has_no_rights_and_can_write_to_nothing_but_its_own_folders(
    stack: Stack, service: str
) -> None:
    status = stack.inside(service, "cat", "/proc/self/status")
    rights = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert rights["Uid"].split() == ["10001"] * 4
    assert {int(rights[name], 16) for name in ("CapPrm", "CapEff", "CapBnd")} == {0}
    script = (
        "for folder in / /opt/voice2face /etc /usr /srv /home /var; do "
        "if touch $folder/x 2>/dev/null; then echo $folder; fi; done; touch /data/x /tmp/x && rm /data/x /tmp/x"
    )
    assert stack.inside(service, "sh", "-c", script) == ""


def test_a_renewed_certificate_is_served_without_ending_what_is_open(stack: Stack) -> None:
    name = stack.settings.domain
    with tls(stack, stack.trusting(), name) as before:
        old = before.getpeercert(binary_form=True)

    def is_new() -> bool:
        with tls(stack, stack.trusting(), name) as now:
            return now.getpeercert(binary_form=True) != old

    with stack.client(headers=ORIGIN) as client, paused(stack, "worker"):
        join(client, "renewed@example.org")
        path = f"/mz-request/{submit(client, short_voice()).json()['mz_request_id']}"
        with client.stream("GET", f"{path}/events") as stream:
            lines = stream.iter_lines()
            assert "event: progress" in lines
            stack.inside("certbot", "sh", "-c", RENEW)
            wait_until(is_new, 60, "nginx serves the new certificate")
            assert client.delete(path).is_success  # by another connection, while the stream is open
            assert "event: erased" in lines


def test_the_proxy_goes_on_without_the_page_s_server_and_finds_it_at_another_address(stack: Stack) -> None:
    frontend = stack.one("frontend").id
    edge = f"{stack.settings.project}_edge"
    other = str(ip_network(stack.settings.values["EDGE_SUBNET"])[200])
    docker("network", "disconnect", edge, frontend)
    try:
        stack.inside("proxy", "nginx", "-c", "/run/nginx/nginx.conf", "-e", "/dev/stderr", "-t")
    finally:
        docker("network", "connect", "--alias", "frontend", "--ip", other, edge, frontend)
    with stack.client("") as client:
        wait_until(lambda: client.get("/").status_code == 200, 60, "the page is there again")


def docker(*command: str) -> None:
    """Run a command of the engine, which must not fail."""
    subprocess.run(["docker", *command], capture_output=True, check=True)


@contextmanager
def paused(stack: Stack, service: str) -> Iterator[None]:
    """Have the first container of a service stand still."""
    container = stack.containers(service)[0].id
    docker("pause", container)
    try:
        yield
    finally:
        docker("unpause", container)
