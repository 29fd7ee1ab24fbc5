"""The progress that a child process reports, and its end when its parent has ended."""

import os
from pathlib import Path

import pytest

from adapters.faces.studio.progress import ParentGone, ProgressReader, ProgressWriter
from application.ports.faces import Stage


def test_each_report_is_read_once_and_in_order(tmp_path: Path) -> None:
    write, read = ProgressWriter(tmp_path / "p"), ProgressReader(tmp_path / "p")
    assert list(read) == []
    write(Stage.LISTENING, 0.0)
    write(Stage.FILMING, 0.25)
    assert list(read) == [(Stage.LISTENING, 0.0), (Stage.FILMING, 0.25)]
    assert list(read) == []
    write(Stage.SAVING, 1.0)
    assert list(read) == [(Stage.SAVING, 1.0)]


def test_a_line_is_read_only_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "p"
    read = ProgressReader(path)
    path.write_text("filming 0.50")
    assert list(read) == []
    path.write_text("filming 0.5000\n")
    assert list(read) == [(Stage.FILMING, 0.5)]


def test_a_writer_whose_parent_has_ended_ends_its_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = ProgressWriter(tmp_path / "p")
    monkeypatch.setattr(os, "getppid", lambda: 1)
    with pytest.raises(ParentGone):
        write(Stage.FILMING, 0.5)
