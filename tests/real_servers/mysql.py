"""A real MySQL server."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import uuid4

import pymysql
from testcontainers.community.mysql import MySqlContainer

from real_servers.server import RealServer

# Commits are durable (InnoDB flushes at each commit by default), so a killed server loses nothing.
# What no test needs is off, because it takes memory and one second of each start.
OPTIONS = "--performance-schema=OFF --disable-log-bin --mysqlx=OFF --skip-name-resolve --max-connections=500"
USER = "root"
PASSWORD = "real-servers"


@dataclass(frozen=True, slots=True)
class MySqlDatabase:
    """One database on a server, and an account with all rights in it."""

    host: str
    port: int
    user: str
    password: str
    name: str

    @property
    def url(self) -> str:
        """The address for SQLAlchemy with asyncmy."""
        return (
            f"mysql+asyncmy://{self.user}:{self.password}@{self.host}:{self.port}/{self.name}?charset=utf8mb4"
        )


class MySqlServer(RealServer):
    """MySQL, with an account that may create databases."""

    name: ClassVar = "MySQL"
    key: ClassVar = "mysql"
    ports: ClassVar = (3306,)

    @classmethod
    def configured(cls, image: str) -> MySqlContainer:
        return MySqlContainer(
            image,
            root_password=PASSWORD,
            password=PASSWORD,
            wait_strategy_check_string="ready for connections",
        ).with_command(OPTIONS)

    def is_ready(self) -> bool:
        try:
            return bool(self.query("SELECT 1"))
        except (pymysql.err.OperationalError, OSError):
            return False

    @property
    def title(self) -> str:
        (version,) = self.query("SELECT VERSION()")[0]
        return f"{self.name} {version}"

    def create_database(self) -> MySqlDatabase:
        """Create an empty database in MySQL's default character set, utf8mb4."""
        database = MySqlDatabase(self.host, self.port, USER, PASSWORD, f"v2f_{uuid4().hex}")
        self.query(f"CREATE DATABASE {database.name}")
        return database

    def drop_database(self, database: MySqlDatabase) -> None:
        """Drop a database with all its tables."""
        self.query(f"DROP DATABASE IF EXISTS {database.name}")

    def query(self, statement: str) -> tuple[tuple[Any, ...], ...]:
        """Run one statement as root, outside any transaction, and return its rows."""
        with (
            pymysql.connect(
                host=self.host,
                port=self.port,
                user=USER,
                password=PASSWORD,
                autocommit=True,
                connect_timeout=5,
                read_timeout=30,
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
            return tuple(cursor.fetchall())
