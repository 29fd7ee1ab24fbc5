"""Compiles the studio's kernels ahead of time."""

import os
import subprocess
import sys

import click

from adapters.faces.studio.engine import warm_up
from adapters.faces.studio.render.kernel_cache import unkept, usable_levels


def compile_kernels() -> bool:
    """Compile what is not compiled yet for the CPU at hand; return whether all of it is kept for other processes."""
    warm_up()
    return not unkept


def compile_every_level() -> bool:
    """Compile for every level that this machine runs; return whether all of it is kept for other processes.

    A process compiles for one level only, so each level has a process of its own.
    """
    for level in usable_levels():
        environment = {**os.environ, "NUMBA_CPU_NAME": level, "NUMBA_CPU_FEATURES": ""}
        command = [sys.executable, "-m", "entrypoints", "warm-up"]
        if subprocess.run(command, env=environment, check=False).returncode:  # noqa: S603 - our own command
            return False
        click.echo(f"The drawing code is compiled for {level}.")
    return True
