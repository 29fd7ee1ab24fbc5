"""A process that draws gets its child processes ready before its first job; one that does not draw starts none."""

import os
from pathlib import Path

from dependency_injector import providers

from doubles.blobs import MemoryBlobs
from doubles.faces import FastFaces
from entrypoints.composition.container import Container
from entrypoints.composition.runtime import warm_up
from entrypoints.composition.settings import Settings
from processes import children_of


def container_in(folder: Path) -> Container:
    """Return a container without a database."""
    container = Container(settings=Settings.read({"V2F_DATA": str(folder)}))
    container.blobs.override(providers.Object(MemoryBlobs()))
    return container


async def test_a_process_starts_as_many_children_as_it_draws_faces_at_once(tmp_path: Path) -> None:
    container, before = container_in(tmp_path), children_of(os.getpid())
    await warm_up(container)
    assert len(children_of(os.getpid()) - before) == container.capacity().drawings


async def test_a_process_whose_faces_are_made_elsewhere_starts_no_child(tmp_path: Path) -> None:
    container, before = container_in(tmp_path), children_of(os.getpid())
    container.voice_faces.override(FastFaces(0))
    container.condition_faces.override(FastFaces(0))
    await warm_up(container)
    assert children_of(os.getpid()) <= before  # those of earlier tests may end meanwhile
