"""Unit of work, repositories, claims and views on dicts, as strict as a database, for tests."""

from doubles.memory.database import MemoryDatabase

__all__ = ["MemoryDatabase"]
