"""The service as it runs in production: API and workers as processes with one database, one queue and one bucket."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from minio import Minio

from e2e.service import REAL_SERVICE, UNMARKED, Service
from e2e.worker import Worker
from real_servers import MySqlDatabase, MySqlServer, RabbitMqServer, RabbitMqVhost, S3Bucket

SECRET = "a-secret-of-the-tests-that-is-long-enough"
Row = tuple[Any, ...]
ORPHAN_CONTENT = b"left by a crash"


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The backing services that all processes use, and the ways to start the processes."""

    folder: Path
    mysql: MySqlServer
    database: MySqlDatabase
    rabbitmq: RabbitMqServer
    vhost: RabbitMqVhost
    bucket: S3Bucket

    @classmethod
    def prepare(
        cls,
        folder: Path,
        mysql: MySqlServer,
        database: MySqlDatabase,
        rabbitmq: RabbitMqServer,
        vhost: RabbitMqVhost,
        bucket: S3Bucket,
    ) -> "Cluster":
        """Return a cluster whose database has its tables, created by the command that an operator runs."""
        cluster = cls(
            folder=folder, mysql=mysql, database=database, rabbitmq=rabbitmq, vhost=vhost, bucket=bucket
        )
        subprocess.run([*REAL_SERVICE, "db", "upgrade"], env=cluster.environment(), check=True)
        return cluster

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment variables of every process, and `more`."""
        return {
            "PATH": str(Path(sys.executable).parent),
            "PYTHONPATH": str(Path("src").resolve()),
            "V2F_SECRET": SECRET,
            "V2F_THROTTLE_SIGN_UPS_AN_HOUR": "0",  # all users of these tests come from this machine
            "V2F_DATA": str(self.folder / "data"),
            "V2F_DATABASE_URL": self.database.url,
            "V2F_AMQP_URL": self.vhost.url,
            **self.bucket.settings,
            **more,
        }

    def api(self, **more: str) -> Service:
        """Return an API process that is not yet started."""
        return Service(data=self.folder / "api", program=REAL_SERVICE, environment=self.environment(**more))

    def worker(self, name: str, **more: str) -> Worker:
        """Return a worker that is not yet started."""
        return Worker(log=self.folder / f"{name}.log", environment=self.environment(**UNMARKED | more))

    def query(self, columns: str, table: str, rest: str = "") -> tuple[Row, ...]:
        """Return rows of one of the service's tables."""
        return self.mysql.query(f"SELECT {columns} FROM {self.database.name}.{table} {rest}")

    def end_all_jobs(self) -> None:
        """Mark the queued and running generations as failed, so that no worker claims them again."""
        self.mysql.query(
            f"UPDATE {self.database.name}.generations SET state = 'failed', failure = 'ended by the tests'"
            " WHERE state IN ('queued', 'running')"
        )
        self.mysql.query(f"UPDATE {self.database.name}.turns SET waiting = FALSE, queued = 0, running = 0")

    def blobs(self, prefix: str = "") -> set[str]:
        """Return the keys in the bucket, without the empty folders that the JuiceFS gateway lists."""
        found = self._s3().list_objects(self.bucket.name, prefix, recursive=True)
        return {str(each.object_name) for each in found if not each.is_dir}

    def put_orphan(self, key: str) -> None:
        """Put a blob into the bucket that no row refers to, as a crash leaves one."""
        self._s3().put_object(self.bucket.name, key, BytesIO(ORPHAN_CONTENT), len(ORPHAN_CONTENT))

    def remove_blob(self, key: str) -> None:
        """Remove a blob that a row refers to."""
        self._s3().remove_object(self.bucket.name, key)

    def _s3(self) -> Minio:
        address = urlsplit(self.bucket.endpoint).netloc
        return Minio(
            address, self.bucket.access_key, self.bucket.secret_key, region=self.bucket.region, secure=False
        )


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> float:
    """Wait until the condition is true and return the seconds that it took; AssertionError after `seconds`."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() > started + seconds:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.05)
    return time.monotonic() - started
