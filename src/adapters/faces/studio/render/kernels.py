"""Compiled functions: numba with the studio's options, and the folder of its compiled code."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast

import numba
import numba.core.config
import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]

P = ParamSpec("P")
R = TypeVar("R")

STUDIO = Path(__file__).parents[1]


def sources_digest(package: Path) -> str:
    """Return 12 hexadecimal digits that change with any source of a package, those of its subfolders included.

    Numba notices a change in a kernel's own file, but not in a function that the kernel calls. Without the digest
    it would run compiled code that is out of date.
    """
    digest = hashlib.sha256()
    for source in sorted(package.rglob("*.py")):
        digest.update(f"{source.relative_to(package)}\0".encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def _cache_folder() -> Path:
    """Return the folder for code that was compiled from the present sources."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    root = Path(chosen) if chosen else STUDIO / "__pycache__"
    return root / f"studio-kernels-{sources_digest(STUDIO)}"


setattr(numba.core.config, "CACHE_DIR", str(_cache_folder()))  # noqa: B010 - the type checker does not know numba's settings


_OPTIONS: Final[dict[str, Any]] = {
    "fastmath": True,
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
    "_nrt": False,
}
"""`_nrt` is off, so that numba does not count references to arrays: counting took a quarter of a frame's time.
For that, no kernel can create an array; one that does fails to compile. Wrappers that let C or Python call a function
are left out where none is needed: they took a third of the time of compiling."""


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a numeric function at its first call, and keep the code on disk.

    It runs in one thread: several processes, each with a part of a video, use the cores better than threads do.
    """
    return cast(Callable[P, R], numba.njit(cache=True, **_OPTIONS)(function))


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Make kernels that call a function contain its code, of any size; Python code can call it as before."""
    return register_jitable(forceinline=True, no_cpython_wrapper=True, **_OPTIONS)(function)
