"""Compiled functions: numba with the studio's options."""

from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar, cast

import numba
import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from adapters.faces.studio.render.kernel_cache import KernelCache, compile_for_level

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]

P = ParamSpec("P")
R = TypeVar("R")

compile_for_level()

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
    compiled = numba.njit(**_OPTIONS)(function)
    # `cache=True` does this with numba's own cache.
    compiled._cache = KernelCache(function)  # type: ignore[no-untyped-call]
    return cast(Callable[P, R], compiled)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Make kernels that call a function contain its code, of any size; Python code can call it as before."""
    return register_jitable(forceinline=True, no_cpython_wrapper=True, **_OPTIONS)(function)
