"""Changes the password of an account of MySQL; runs in a container of the service, which has a client.

    password.py change ACCOUNT HOST    gives it the one in /run/new; the one of before stays valid as a second one. If
                                       it has that one, nothing changes: the one of before would end
    password.py discard ACCOUNT HOST   ends the one of before

It logs in as root, with the password in /run/root.
"""

import asyncio
import sys
from pathlib import Path

import asyncmy
import asyncmy.errors

WRONG_PASSWORD = 1045


async def run(password: str, statement: str, values: list[str]) -> None:
    """Run a statement as root."""
    connection = await asyncmy.connect(host="mysql", user="root", password=password)
    async with connection.cursor() as cursor:
        await cursor.execute(statement, values)
    await connection.ensure_closed()


async def takes(account: str, password: str) -> bool:
    """Tell whether an account has this password."""
    try:
        connection = await asyncmy.connect(host="mysql", user=account, password=password)
    except asyncmy.errors.OperationalError as error:
        if error.args[0] != WRONG_PASSWORD:
            raise
        return False
    await connection.ensure_closed()
    return True


async def change(root: str, account: str, host: str, new: str) -> None:
    """Give an account a new password, unless it has that."""
    if not await takes(account, new):
        await run(root, "ALTER USER %s@%s IDENTIFIED BY %s RETAIN CURRENT PASSWORD", [account, host, new])


async def discard(root: str, account: str, host: str) -> None:
    """End the password of an account that it had before."""
    await run(root, "ALTER USER %s@%s DISCARD OLD PASSWORD", [account, host])


action, account, host = sys.argv[1:]
root = Path("/run/root").read_text().strip()
if action == "change":
    asyncio.run(change(root, account, host, Path("/run/new").read_text().strip()))
else:
    asyncio.run(discard(root, account, host))
