"""Numba behind one typed decorator, and where its compiled code is kept."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast

import numba
import numba.core.config
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]

P = ParamSpec("P")
R = TypeVar("R")

STUDIO = Path(__file__).parents[1]


def sources_digest(package: Path) -> str:
    """Return 12 hexadecimal digits that change with any source of a package, those of its subfolders included.

    Numba notices a change in a kernel's own file, not one in a kernel that it calls: without this it would go on
    running compiled code that is out of date.
    """
    digest = hashlib.sha256()
    for source in sorted(package.rglob("*.py")):
        digest.update(f"{source.relative_to(package)}\0".encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def _cache_folder() -> Path:
    """Return a folder of its own for each version of the studio's sources."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    root = Path(chosen) if chosen else STUDIO / "__pycache__"
    return root / f"studio-kernels-{sources_digest(STUDIO)}"


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
