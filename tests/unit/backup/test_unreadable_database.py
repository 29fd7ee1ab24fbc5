"""What a backup says of a database that cannot be read."""

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from adapters.sql.snapshots import SqlSnapshots
from application.ports.backup import BackupRefused


async def test_an_error_of_mysql_does_not_advise_to_restore_an_earlier_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be a migration in between, and a restore would cost all that is newer."""

    async def fails(*_: object) -> None:
        raise DBAPIError("SELECT 1", None, Exception("Table definition has changed"))

    monkeypatch.setattr(SqlSnapshots, "_take", fails)
    with pytest.raises(BackupRefused, match=r"has changed\. Try again"):
        await SqlSnapshots("mysql+asyncmy://voice2face@mysql/voice2face").take(tmp_path)
