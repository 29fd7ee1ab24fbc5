"""`voice2face page` writes the page for a web server."""

import gzip
from pathlib import Path

from click.testing import CliRunner

from domain.user import Language
from entrypoints.commands.cli import main
from entrypoints.web.pages import LOADED, Pages


def write(folder: Path, **environment: str) -> None:
    done = CliRunner().invoke(main, ["page", str(folder)], env=environment)
    assert (done.exit_code, done.output) == (0, f"The page is in {folder}.\n")


def test_it_writes_all_that_the_service_sends_and_compressed_what_is_worth_it(tmp_path: Path) -> None:
    write(tmp_path / "new/folder")
    files = {path.relative_to(tmp_path / "new/folder").as_posix() for path in tmp_path.rglob("*.*")}
    assert {f"static/{Pages().version}/{name}" for name in LOADED} <= files
    for language in Language:
        own = f"pages/{language.value}/"
        assert {f"{own}{name}" for name in ("index.html", "account/reset.html", "not-found.html")} <= files
        assert {f"{own}{name}" for name in ("offline.html", "favicon.ico", "service-worker.js")} <= files
    assert not [name for name in files if name.endswith((".png.gz", ".ico.gz", ".new"))]
    packed = list(tmp_path.rglob("*.gz"))
    assert len(packed) > 20
    for path in packed:
        assert gzip.decompress(path.read_bytes()) == path.with_suffix("").read_bytes()


def test_it_heeds_the_path_of_the_service_and_the_host_of_its_media(tmp_path: Path) -> None:
    write(
        tmp_path,
        V2F_PUBLIC_URL="https://example.org/voice/",
        V2F_S3_ENDPOINT="http://minio:9000",
        V2F_S3_PUBLIC_ENDPOINT="https://media.example.org",
        V2F_S3_ACCESS_KEY="key",
        V2F_S3_SECRET_KEY="secret",
        V2F_SECRET="a secret that is long enough for tests",
    )
    assert 'src="/voice/static/' in (tmp_path / "pages/en/index.html").read_text()
    assert "img-src 'self' https://media.example.org; " in (tmp_path / "headers.conf").read_text()


def test_files_of_an_earlier_version_stay_for_pages_that_are_still_open(tmp_path: Path) -> None:
    earlier = tmp_path / "static/0123456789ab/style.css"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("body { }")
    write(tmp_path)
    write(tmp_path)
    assert earlier.read_text() == "body { }"


def test_a_wrong_setting_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["page", str(tmp_path)], env={"V2F_PUBLIC_URL": "faces.example.org"})
    assert (done.exit_code, "V2F_PUBLIC_URL" in done.output) == (2, True)
    assert list(tmp_path.iterdir()) == []
