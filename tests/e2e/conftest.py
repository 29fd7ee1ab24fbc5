"""A cluster for the tests of one file."""

from collections.abc import Iterator

import pytest

from e2e.cluster import Cluster
from real_servers import MySqlServer, RabbitMqServer, S3Server


@pytest.fixture(scope="module")
def cluster(
    tmp_path_factory: pytest.TempPathFactory,
    mysql_server: MySqlServer,
    rabbitmq_server: RabbitMqServer,
    s3_server: S3Server,
) -> Iterator[Cluster]:
    folder, database = tmp_path_factory.mktemp("cluster"), mysql_server.create_database()
    vhost, bucket = rabbitmq_server.create_vhost(), s3_server.create_bucket()
    yield Cluster.prepare(folder, mysql_server, database, rabbitmq_server, vhost, bucket)
    rabbitmq_server.delete_vhost(vhost)
    mysql_server.drop_database(database)
