"""Repositories, unit of work and views in dicts, as strict as a database: for tests."""

from doubles.memory.database import MemoryDatabase

__all__ = ["MemoryDatabase"]
