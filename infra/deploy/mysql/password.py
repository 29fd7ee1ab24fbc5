"""Changes the password of an account of MySQL; runs in a container of the service, which has a client.

    password.py change ACCOUNT HOST    gives it the one in /run/new; the one of before stays valid as a second one
    password.py discard ACCOUNT HOST   ends the one of before

It logs in as root, with the password in /run/root.
"""

import asyncio
import sys
from pathlib import Path

import asyncmy

STATEMENTS = {
    "change": "ALTER USER %s@%s IDENTIFIED BY %s RETAIN CURRENT PASSWORD",
    "discard": "ALTER USER %s@%s DISCARD OLD PASSWORD",
}


async def run(password: str, statement: str, values: list[str]) -> None:
    """Run a statement as root."""
    connection = await asyncmy.connect(host="mysql", user="root", password=password)
    async with connection.cursor() as cursor:
        await cursor.execute(statement, values)
    await connection.ensure_closed()


action, *account = sys.argv[1:]
new = [Path("/run/new").read_text().strip()] if action == "change" else []
asyncio.run(run(Path("/run/root").read_text().strip(), STATEMENTS[action], [*account, *new]))
