"""A real S3 server: MinIO, or the gateway of JuiceFS, which contains MinIO."""

from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any, ClassVar
from uuid import uuid4

from aiobotocore.session import get_session
from minio import Minio
from testcontainers.community.minio import MinioContainer

from real_servers.server import RealServer

ACCESS_KEY = "voice2face"
SECRET_KEY = "real-servers"
REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class S3Bucket:
    """One bucket, and the keys of an account that may also create others."""

    endpoint: str
    access_key: str
    secret_key: str
    region: str
    name: str

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a service that uses the bucket."""
        return {
            "V2F_S3_ENDPOINT": self.endpoint,
            "V2F_S3_BUCKET": self.name,
            "V2F_S3_REGION": self.region,
            "V2F_S3_ACCESS_KEY": self.access_key,
            "V2F_S3_SECRET_KEY": self.secret_key,
        }

    def client(self, config: Any) -> Any:
        """Return the context of an aiobotocore client that may do everything in the bucket."""
        return get_session().create_client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=self.region,
            config=config,
        )


class S3Server(RealServer):
    """MinIO's S3 API; buckets exist until the server is removed."""

    name: ClassVar = "MinIO"
    key: ClassVar = "s3"
    ports: ClassVar = (9000,)

    @classmethod
    def configured(cls, image: str) -> MinioContainer:
        container = MinioContainer(image, access_key=ACCESS_KEY, secret_key=SECRET_KEY)
        # testcontainers still sets the keys under names that MinIO has replaced by these.
        return container.with_envs(MINIO_ROOT_USER=ACCESS_KEY, MINIO_ROOT_PASSWORD=SECRET_KEY)

    def is_ready(self) -> bool:
        connection = HTTPConnection(self.host, self.port, timeout=5)
        try:
            connection.request("GET", "/minio/health/ready")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    @property
    def title(self) -> str:
        tags = self.container.image.tags
        return f"{self.name} ({tags[0] if tags else self.container.image.short_id})"

    def bucket(self, name: str) -> S3Bucket:
        """Return a bucket's address and keys without creating the bucket."""
        return S3Bucket(f"http://{self.host}:{self.port}", ACCESS_KEY, SECRET_KEY, REGION, name)

    def create_bucket(self) -> S3Bucket:
        """Create an empty bucket."""
        bucket = self.bucket(f"v2f-{uuid4().hex}")
        client = Minio(
            f"{self.host}:{self.port}",
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
            secure=False,
            region=REGION,
        )
        client.make_bucket(bucket.name)
        return bucket
