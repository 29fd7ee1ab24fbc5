"""Where compiled kernels are kept, and for which CPUs they are compiled."""

import hashlib
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numba.core.config
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from numba.core.codegen import get_host_cpu_features

log = logging.getLogger(__name__)

STUDIO = Path(__file__).parents[1]
LEVELS: Final = {
    "x86-64-v3": frozenset(
        {"avx", "avx2", "bmi", "bmi2", "cx16", "f16c", "fma", "lzcnt", "movbe", "popcnt", "sahf"}
        | {"sse3", "sse4.1", "sse4.2", "ssse3", "xsave"}
    ),
    "generic": frozenset[str](),
}
"""What compiled code demands of a CPU, in LLVM's words; the fastest level first. Every CPU runs the last one."""


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


FOLDER: Final = _cache_folder()


def usable_levels() -> list[str]:
    """Return the levels whose code this machine runs, the fastest first."""
    features = str(get_host_cpu_features())  # type: ignore[no-untyped-call]
    there = {name[1:] for name in features.split(",") if name.startswith("+")}
    return [level for level, demands in LEVELS.items() if demands <= there]


def compile_for_level() -> None:
    """Have numba compile for the fastest usable level, unless numba's own settings name a CPU.

    Numba would compile for the very CPU of this machine, and another one would find nothing in the cache.
    """
    config: Any = numba.core.config
    if config.CPU_NAME is None and config.CPU_FEATURES is None:
        config.CPU_NAME, config.CPU_FEATURES = usable_levels()[0], ""


class _KernelLocator(_CacheLocator):
    """Finds the folder of a kernel's code, also one that cannot be written; numba's own locators refuse that."""

    def __init__(self, function: Callable[..., Any], source: str) -> None:
        self._line = function.__code__.co_firstlineno
        self._folder = FOLDER / Path(source).relative_to(STUDIO).with_suffix("")

    @classmethod
    def from_function(cls, function: Callable[..., Any], source: str) -> "_KernelLocator":
        return cls(function, source)

    def get_cache_path(self) -> str:
        return str(self._folder)

    def ensure_cache_path(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)

    def get_source_stamp(self) -> str:
        return FOLDER.name

    def get_disambiguator(self) -> str:
        return str(self._line)


class _KernelCacheImpl(CompileResultCacheImpl):
    _locator_classes = [_KernelLocator]  # noqa: RUF012 - numba declares it so


class KernelCache(FunctionCache):
    """Keeps the compiled code of one kernel; where it cannot be kept, the process works with what it has compiled."""

    _impl_class = _KernelCacheImpl

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the code for one list of argument types, or None where there is none that can be read."""
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        except OSError:
            return None  # it is compiled, and saving it meets the same trouble, of which the log tells then

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the code for one list of argument types."""
        try:
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]
        except OSError as error:
            if not unkept:
                log.warning(
                    "kernels are compiled in this process, as %s lacks them, and cannot be kept there: %s. "
                    "Run `voice2face warm-up` where it can be written",
                    FOLDER,
                    error.strerror,
                )
            unkept.append(self)


unkept: list[KernelCache] = []
"""The kernels that this process has compiled and could not keep."""
