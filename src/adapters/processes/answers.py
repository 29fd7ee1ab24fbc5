"""The form in which a child process answers: data without code, which the parent compares with what it expects."""

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

import msgspec

from application.ports.processes import CostsTooMuch, ProcessDied

Arguments = TypeVarTuple("Arguments")
T = TypeVar("T")

_MOST_CHARACTERS = 2_000


class Unexpected(Exception):
    """The function raised an error that its caller does not name: a fault of its own."""


class _Answer(msgspec.Struct):
    value: msgspec.Raw = msgspec.Raw(b"\xc0")  # None
    error: str | None = None
    arguments: list[int | str] = []


def answer_of(function: Callable[[*Arguments], T], arguments: tuple[*Arguments]) -> bytes:
    """Call a function and return what came of it as MessagePack."""
    try:
        return _encoded(_Answer(value=msgspec.Raw(msgspec.msgpack.encode(function(*arguments)))))
    except MemoryError:
        pass  # with what was allocated
    except OSError as error:
        return _encoded(
            _Answer(error=OSError.__name__, arguments=[error.errno or 0, error.strerror or str(error)])
        )
    except Exception as error:  # noqa: BLE001 - the outermost frame; the caller raises it again
        return _encoded(_Answer(error=type(error).__name__, arguments=_arguments_of(error)))
    return _encoded(_Answer(error=MemoryError.__name__))


def read_answer(data: bytes, expected: type[T], errors: tuple[type[Exception], ...]) -> T:
    """Return the value in an answer, or raise the error in it; raises `ProcessDied` for what is neither.

    Raises `CostsTooMuch` for a `MemoryError`, and `Unexpected` for one that is not among `errors`.
    """
    try:
        answer = msgspec.msgpack.decode(data, type=_Answer)
        if answer.error is None:
            return msgspec.msgpack.decode(answer.value, type=expected)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ProcessDied("its answer cannot be read") from error
    if answer.error == MemoryError.__name__:
        raise CostsTooMuch("it takes more memory than it may")
    known = {error.__name__: error for error in (*errors, OSError)}.get(answer.error)
    if known is None:
        raise Unexpected(f"{answer.error}: {answer.arguments}"[:_MOST_CHARACTERS])
    try:
        raise known(*answer.arguments)
    except TypeError as error:
        raise ProcessDied("its answer cannot be read") from error


def _encoded(answer: _Answer) -> bytes:
    return msgspec.msgpack.encode(answer)


def _arguments_of(error: Exception) -> list[int | str]:
    reduced = error.__reduce__()
    arguments = reduced[1] if isinstance(reduced, tuple) and isinstance(reduced[1], tuple) else ()
    return [argument if type(argument) is int else str(argument) for argument in arguments]
