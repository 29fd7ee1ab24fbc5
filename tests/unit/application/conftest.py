import logging
from pathlib import Path

import pytest

from unit.application.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture(autouse=True)
def usual_log_level() -> None:
    """Log warnings only, unless a test asks for more: a service that ran in this process may have changed that."""
    logging.getLogger().setLevel(logging.WARNING)
