"""Numba behind one typed decorator, and where its compiled code is kept."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast

import numba
import numba.core.config

P = ParamSpec("P")
R = TypeVar("R")

PACKAGE = Path(__file__).parent


def _cache_folder() -> Path:
    """Return a folder of its own for each version of the kernels' sources.

    Numba notices a change in a kernel's own file, not one in a kernel that it calls; a digest of all
    sources does.
    """
    digest = hashlib.sha256()
    for source in sorted(PACKAGE.glob("*.py")):
        digest.update(source.read_bytes())
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    root = Path(chosen) if chosen else PACKAGE / "__pycache__"
    return root / f"studio-kernels-{digest.hexdigest()[:12]}"


setattr(numba.core.config, "CACHE_DIR", str(_cache_folder()))  # noqa: B010 - numba makes its settings at run time


_OPTIONS: Final[dict[str, Any]] = {"fastmath": True, "error_model": "numpy", "_nrt": False}
"""Without its run time numba counts no references to arrays: with it, atomic counting took a quarter of a frame's
time. A kernel that would create an array then fails to compile."""


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a numeric function at its first call, single-threaded, and keep the code on disk.

    One process a video scales better over cores than threads within a frame do.
    """
    return cast(Callable[P, R], numba.njit(cache=True, **_OPTIONS)(function))


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that only kernels call; it becomes part of its callers, whatever its size."""
    return cast(Callable[P, R], numba.njit(forceinline=True, **_OPTIONS)(function))
