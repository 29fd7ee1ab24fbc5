"""The page as files, behind nginx, is the page that the service sends.

Where nginx is not installed, that of the stack's images runs; where these are not there either, the tests are skipped.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import httpx
import pytest

from domain.user import Language
from e2e.cluster import wait_until
from e2e.service import TIMEOUT, Service, running
from entrypoints.web.pages import FAVICON, LOADED, PARTS, ROOT_FILES, Pages
from real_servers.ports import free_port
from real_servers.run import IMAGES

EXAMPLE = Path(__file__).parents[2] / "infra/page/nginx.conf"
PAGES = [re.sub(r"\{[^}]*\}", "any", address) for address in PARTS]
SAME = (
    "cache-control",
    "content-language",
    "content-security-policy",
    "referrer-policy",
    "x-content-type-options",
)
COMPRESSED = {"Accept-Encoding": "gzip"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(Service(data=tmp_path_factory.mktemp("nginx") / "data")) as service:
        yield service


@pytest.fixture(scope="module")
def nginx(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of nginx, which runs with the example, but for its addresses and folder."""
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    folder.chmod(0o755)
    subprocess.run([*service.program, "page", str(folder / "page")], check=True, timeout=TIMEOUT)
    example = EXAMPLE.read_text().replace("listen 80;", f"listen 127.0.0.1:{port};")
    example = example.replace("127.0.0.1:8000", f"127.0.0.1:{service.port}")
    (folder / "page.conf").write_text(example.replace("/srv/voice2face", str(folder / "page")))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; user root; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ include /etc/nginx/mime.types; access_log off; {temporary} include page.conf; }}\n"
    )
    command = [*nginx_for(folder), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=TIMEOUT)
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=TIMEOUT) as client:
        wait_until(lambda: answers(client), TIMEOUT, "nginx answers")
        yield client
    process.terminate()
    process.wait(TIMEOUT)


def answers(client: httpx.Client) -> bool:
    """Return whether there is a server."""
    try:
        return client.get("/robots.txt").is_success
    except httpx.TransportError:
        return False


def nginx_for(folder: Path) -> list[str]:
    """Return the command that runs nginx, which reads and writes in a folder."""
    if program := which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin"):
        return [program]
    image = json.loads(IMAGES.read_text()).get("nginx") if IMAGES.exists() else None
    if image is None:
        pytest.skip("nginx is not installed, and there is no image of it")
    return ["docker", "run", "--rm", "--network=host", f"--volume={folder}:{folder}", image, "nginx"]


def expect_the_same(nginx: httpx.Client, service: Service, path: str, **headers: str) -> None:
    """Expect the bytes, the type and the fields that the service sends."""
    there = httpx.get(f"http://127.0.0.1:{service.port}{path}", headers=headers, timeout=TIMEOUT)
    here = nginx.get(path, headers=headers)
    assert (here.status_code, here.content) == (there.status_code, there.content)
    fields = [name for name in SAME if name in there.headers]
    assert {name: here.headers.get(name) for name in fields} == {name: there.headers[name] for name in fields}
    types = [
        answer.headers["content-type"].replace("application/javascript", "text/javascript")
        for answer in (here, there)
    ]
    assert types[0].removesuffix("; charset=utf-8") == types[1].removesuffix("; charset=utf-8")
    if "text/" in types[1]:
        assert types[0].endswith("charset=utf-8")


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_there_in_both_languages(nginx: httpx.Client, service: Service, path: str) -> None:
    for accepted in ("ko-KR,ko;q=0.9,en;q=0.8", "en-GB,en;q=0.9,ko;q=0.8", "fr, ko;q=0.5", "de", ""):
        expect_the_same(nginx, service, path, **{"Accept-Language": accepted})
    for chosen in [language.value for language in Language]:
        expect_the_same(nginx, service, path, **{"Accept-Language": "ko", "Cookie": f"language={chosen}"})


@pytest.mark.parametrize("name", [*ROOT_FILES, FAVICON])
def test_the_files_at_the_root_are_there(nginx: httpx.Client, service: Service, name: str) -> None:
    for language in ("ko", "en"):
        expect_the_same(nginx, service, f"/{name}", **{"Accept-Language": language})


def test_what_pages_load_is_kept_for_ever_and_compressed(nginx: httpx.Client, service: Service) -> None:
    for name in LOADED:
        expect_the_same(nginx, service, f"/static/{Pages().version}/{name}")
    styles = nginx.get(f"/static/{Pages().version}/style.css", headers=COMPRESSED)
    assert (
        styles.headers["content-encoding"] == nginx.get("/", headers=COMPRESSED).headers["content-encoding"]
    )
    assert styles.headers["content-encoding"] == "gzip"


def test_an_unknown_address_is_answered_with_the_page_s_own(nginx: httpx.Client, service: Service) -> None:
    for path in ("/nowhere", "/index", "/index.html", "/not-found", "/not-found.html", "/faces/x/y", "/en/"):
        expect_the_same(nginx, service, path, Accept="text/html", **{"Accept-Language": "ko"})
    assert nginx.get("/static/x/nowhere.js").status_code == 404


def test_the_service_is_behind_it(nginx: httpx.Client, service: Service) -> None:
    answer = nginx.get("/api/v1/users")
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert (answer.headers["cache-control"], "content-language" in answer.headers) == ("no-store", False)
    assert nginx.get("/health/ready").status_code == 200
    assert nginx.get("/schema/openapi.json").status_code == 200
