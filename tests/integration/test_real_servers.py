"""The real servers have the features that the adapters need, and keep their data over a restart."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

import aio_pika
import asyncmy
import httpx
import pytest
from botocore.config import Config

from real_servers import (
    MySqlDatabase,
    MySqlServer,
    RabbitMqServer,
    RabbitMqVhost,
    S3Bucket,
    S3Server,
)

LIMIT_S = 60.0
"""How long to wait for anything."""


def connect(database: MySqlDatabase) -> AbstractAsyncContextManager[Any]:
    return asyncmy.connect(
        host=database.host,
        port=database.port,
        user=database.user,
        password=database.password,
        database=database.name,
    )


async def rows(connection: Any, statement: str) -> list[tuple[Any, ...]]:
    async with connection.cursor() as cursor:
        await cursor.execute(statement)
        return list(await cursor.fetchall())


def s3_client(bucket: S3Bucket) -> Any:
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return bucket.client(config)


async def declare_quorum_queue(channel: Any) -> Any:
    return await channel.declare_queue("jobs", durable=True, arguments={"x-queue-type": "quorum"})


async def publish(channel: Any, body: bytes) -> None:
    message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
    await channel.default_exchange.publish(message, routing_key="jobs", mandatory=True)


class TestMySql:
    async def test_the_server_is_mysql_and_not_mariadb(self, mysql_database: MySqlDatabase) -> None:
        async with connect(mysql_database) as connection:
            ((version, charset),) = await rows(connection, "SELECT VERSION(), @@character_set_database")
        assert int(version.split(".")[0]) >= 8
        assert "maria" not in version.lower()
        assert charset == "utf8mb4"

    async def test_skip_locked_gives_two_transactions_different_rows(
        self, mysql_database: MySqlDatabase
    ) -> None:
        async with connect(mysql_database) as first, connect(mysql_database) as second:
            await rows(first, "CREATE TABLE job (id INT PRIMARY KEY) ENGINE=InnoDB")
            await rows(first, "INSERT INTO job VALUES (1), (2)")
            await first.commit()
            claim = "SELECT id FROM job ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
            assert await rows(first, claim) == [(1,)]
            assert await rows(second, claim) == [(2,)]

    async def test_a_commit_survives_a_crash_of_the_server(self, own_mysql: MySqlServer) -> None:
        database = own_mysql.create_database()
        async with connect(database) as connection:
            await rows(connection, "CREATE TABLE kept (id INT PRIMARY KEY)")
            await rows(connection, "INSERT INTO kept VALUES (7)")
            await connection.commit()
        await asyncio.to_thread(own_mysql.kill)
        await asyncio.to_thread(own_mysql.start)
        async with connect(database) as connection:
            assert await rows(connection, "SELECT id FROM kept") == [(7,)]

    async def test_a_stopped_server_starts_again_on_its_port(self, own_mysql: MySqlServer) -> None:
        database = own_mysql.create_database()
        await asyncio.to_thread(own_mysql.stop)
        assert not own_mysql.is_ready()
        await asyncio.to_thread(own_mysql.start)
        async with connect(database) as connection:
            assert await rows(connection, "SELECT 1") == [(1,)]


class TestRabbitMq:
    async def test_a_confirmed_message_is_delivered_from_a_quorum_queue(
        self, rabbitmq_vhost: RabbitMqVhost
    ) -> None:
        connection = await aio_pika.connect(rabbitmq_vhost.url)
        async with connection, await connection.channel(publisher_confirms=True) as channel:
            queue = await declare_quorum_queue(channel)
            await publish(channel, b"made a face")
            message = await queue.get(timeout=LIMIT_S)
            assert message is not None
            assert message.body == b"made a face"
            await message.ack()

    async def test_virtual_hosts_have_separate_queues(
        self, rabbitmq_vhost: RabbitMqVhost, rabbitmq_server: RabbitMqServer
    ) -> None:
        other = rabbitmq_server.create_vhost()
        connection = await aio_pika.connect(rabbitmq_vhost.url)
        async with connection, await connection.channel() as channel:
            await declare_quorum_queue(channel)
            assert [q["vhost"] for q in rabbitmq_server.manage("GET", "/queues")].count(other.name) == 0
        await asyncio.to_thread(rabbitmq_server.delete_vhost, other)

    async def test_confirmed_messages_survive_a_stop_and_then_a_crash(
        self, own_rabbitmq: RabbitMqServer
    ) -> None:
        vhost = own_rabbitmq.create_vhost()
        for body, end in ((b"first", own_rabbitmq.stop), (b"second", own_rabbitmq.kill)):
            connection = await aio_pika.connect(vhost.url)
            async with connection, await connection.channel(publisher_confirms=True) as channel:
                await declare_quorum_queue(channel)
                await publish(channel, body)
            await asyncio.to_thread(end)
            assert not own_rabbitmq.is_ready()
            await asyncio.to_thread(own_rabbitmq.start)
        connection = await aio_pika.connect(vhost.url)
        async with connection, await connection.channel() as channel:
            queue = await declare_quorum_queue(channel)
            received = [await queue.get(timeout=LIMIT_S, no_ack=True) for _ in range(2)]
        assert [message and message.body for message in received] == [b"first", b"second"]

    async def test_a_client_notices_that_the_server_closed_its_connection(
        self, own_rabbitmq: RabbitMqServer
    ) -> None:
        vhost = own_rabbitmq.create_vhost()
        noticed = asyncio.Event()
        connection = await aio_pika.connect(vhost.url)
        async with connection, asyncio.timeout(LIMIT_S):
            connection.close_callbacks.add(lambda *_: noticed.set())
            while not await asyncio.to_thread(own_rabbitmq.cut_connections, vhost):
                await asyncio.sleep(0.1)
            await noticed.wait()


class TestS3:
    async def test_the_server_is_minio(self, s3_bucket: S3Bucket) -> None:
        async with httpx.AsyncClient(timeout=LIMIT_S) as client:
            response = await client.get(f"{s3_bucket.endpoint}/minio/health/live")
        assert response.headers["server"] == "MinIO"

    async def test_an_object_is_put_listed_and_read_in_part(self, s3_bucket: S3Bucket) -> None:
        async with s3_client(s3_bucket) as client:
            await client.put_object(
                Bucket=s3_bucket.name,
                Key="voices/a.wav",
                Body=b"0123456789",
                ContentType="audio/wav",
                Metadata={"seconds": "3"},
            )
            part = await client.get_object(Bucket=s3_bucket.name, Key="voices/a.wav", Range="bytes=2-5")
            assert await part["Body"].read() == b"2345"
            assert part["ContentRange"] == "bytes 2-5/10"
            head = await client.head_object(Bucket=s3_bucket.name, Key="voices/a.wav")
            assert (head["ContentType"], head["Metadata"]) == ("audio/wav", {"seconds": "3"})
            listed = await client.list_objects_v2(Bucket=s3_bucket.name, Prefix="voices/")
            assert [(each["Key"], each["Size"]) for each in listed["Contents"]] == [("voices/a.wav", 10)]
            with pytest.raises(client.exceptions.NoSuchKey):
                await client.get_object(Bucket=s3_bucket.name, Key="voices/b.wav")

    async def test_a_presigned_link_opens_one_private_object(self, s3_bucket: S3Bucket) -> None:
        async with s3_client(s3_bucket) as client, httpx.AsyncClient(timeout=LIMIT_S) as browser:
            await client.put_object(Bucket=s3_bucket.name, Key="face.png", Body=b"a face")
            link = await client.generate_presigned_url(
                "get_object", Params={"Bucket": s3_bucket.name, "Key": "face.png"}, ExpiresIn=60
            )
            assert (await browser.get(link)).content == b"a face"
            assert (await browser.get(link, headers={"Range": "bytes=0-0"})).status_code == 206
            assert (await browser.get(link.split("?")[0])).status_code == 403
            assert (await browser.get(link.replace("face.png", "else.png"))).status_code == 403

    async def test_a_multipart_upload_joins_its_parts(self, s3_bucket: S3Bucket) -> None:
        where = {"Bucket": s3_bucket.name, "Key": "video.mp4"}
        pieces = [b"a" * (5 << 20), b"b" * 1000]
        async with s3_client(s3_bucket) as client:
            upload = where | {"UploadId": (await client.create_multipart_upload(**where))["UploadId"]}
            parts = []
            for number, piece in enumerate(pieces, start=1):
                answer = await client.upload_part(**upload, PartNumber=number, Body=piece)
                parts.append({"PartNumber": number, "ETag": answer["ETag"]})
            await client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
            whole = await client.get_object(**where)
            assert await whole["Body"].read() == b"".join(pieces)

    async def test_an_aborted_multipart_upload_leaves_nothing_behind(self, s3_bucket: S3Bucket) -> None:
        where = {"Bucket": s3_bucket.name, "Key": "video.mp4"}
        async with s3_client(s3_bucket) as client:
            upload = where | {"UploadId": (await client.create_multipart_upload(**where))["UploadId"]}
            await client.upload_part(**upload, PartNumber=1, Body=b"a" * (5 << 20))
            await client.abort_multipart_upload(**upload)
            assert "Contents" not in await client.list_objects_v2(Bucket=s3_bucket.name)
            assert not (await client.list_multipart_uploads(Bucket=s3_bucket.name)).get("Uploads")

    @pytest.mark.parametrize("end", ["stop", "kill"])
    async def test_an_object_survives_a_stop_and_a_crash_of_the_server(
        self, own_s3: S3Server, end: str
    ) -> None:
        bucket = own_s3.create_bucket()
        async with s3_client(bucket) as client:
            await client.put_object(Bucket=bucket.name, Key="voice", Body=end.encode())
            await asyncio.to_thread(getattr(own_s3, end))
            await asyncio.to_thread(own_s3.start)
            kept = await client.get_object(Bucket=bucket.name, Key="voice")
            assert await kept["Body"].read() == end.encode()

    async def test_a_paused_server_answers_when_it_continues(self, own_s3: S3Server) -> None:
        await asyncio.to_thread(own_s3.pause)
        async with httpx.AsyncClient(timeout=LIMIT_S) as client:
            waiting = asyncio.create_task(client.get(f"http://{own_s3.host}:{own_s3.port}/minio/health/live"))
            done, _ = await asyncio.wait([waiting], timeout=0.5)
            await asyncio.to_thread(own_s3.unpause)
            assert not done
            assert (await waiting).status_code == 200
