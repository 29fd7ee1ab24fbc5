"""Encryption with age: the service has the public key only, and cannot read its own backups."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyrage

from adapters.backup.seal import Readable, Writable
from application.ports.backup import BackupRefused

FIRST_BYTES = b"age-encryption.org/v1\n"
SECRET_KEY = "AGE-SECRET-KEY-1"  # noqa: S105 - how every such key begins


def is_recipient(text: str) -> bool:
    """Tell whether a text is a public key, such as `age1…`."""
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True


def new_keys() -> tuple[str, str]:
    """Return a private key and its public key."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def read_identities(path: Path) -> list[pyrage.x25519.Identity]:
    """Return the private keys in a file, one a line; raises `BackupRefused` for a file without any, and `OSError`."""
    lines = [line.strip() for line in path.read_text("utf-8", "replace").splitlines()]
    try:
        keys = [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith(SECRET_KEY)]
    except pyrage.IdentityError as error:
        raise BackupRefused(f"{path} holds a private key that was cut off or changed.") from error
    if not keys:
        raise BackupRefused(f"{path} holds no private key: a line that begins with {SECRET_KEY}.")
    return keys


@contextmanager
def encrypting(target: Writable, recipient: str) -> Iterator[BinaryIO]:
    """Give a file; what is written to it gets encrypted into the target by the end of the context.

    Raises what the target raised.
    """
    key = pyrage.x25519.Recipient.from_str(recipient)
    kept = _KeptErrors(target)
    reading, writing = os.pipe()

    def encrypt() -> None:
        with open(reading, "rb") as plain:  # noqa: PTH123 - a descriptor
            pyrage.encrypt_io(plain, kept, [key])

    thread = _Thread(encrypt)
    try:
        with open(writing, "wb") as plain:  # noqa: PTH123 - a descriptor
            yield plain
    except BrokenPipeError:
        thread.join()
        if kept.error is not None:
            raise kept.error from None
        raise
    finally:
        thread.join()
    if kept.error is not None:
        raise kept.error
    if thread.error is not None:
        raise thread.error


@contextmanager
def decrypting(source: Readable, keys: Sequence[pyrage.x25519.Identity], name: Path) -> Iterator[BinaryIO]:
    """Give a file from which the plain bytes are read, to its end.

    Raises `BackupRefused` at the end of the context if they could not all be decrypted.
    """
    reading, writing = os.pipe()
    thread = _Thread(lambda: _decrypt(source, writing, keys))
    try:
        with open(reading, "rb") as plain:  # noqa: PTH123 - a descriptor
            yield plain
    except BackupRefused:  # perhaps only because the plain bytes ended too early
        thread.join()
        _require_decrypted(thread.error, name)
        raise
    finally:
        thread.join()
    _require_decrypted(thread.error, name)


def _decrypt(source: Readable, writing: int, keys: Sequence[pyrage.x25519.Identity]) -> None:
    with open(writing, "wb") as plain:
        kept = _KeptErrors(plain)
        try:
            pyrage.decrypt_io(source, kept, keys)
        except (OSError, pyrage.DecryptError):
            if kept.error is None:  # otherwise nothing more is wanted of it
                raise


def _require_decrypted(error: Exception | None, name: Path) -> None:
    if isinstance(error, pyrage.DecryptError):
        raise BackupRefused(
            f"{name} cannot be decrypted with this key: it was encrypted for another, or its beginning is damaged."
        ) from error
    if error is not None:
        raise BackupRefused(f"{name} is damaged: not all of it can be decrypted.") from error


class _KeptErrors:
    """Passes on what is written, and keeps the error of the target: age would put a text in its place."""

    def __init__(self, target: Writable) -> None:
        self._target = target
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            self._target.write(data)
        except OSError as error:
            self.error = error
            raise
        return len(data)

    def flush(self) -> None:
        """Do nothing: who opened the target flushes it."""


class _Thread(threading.Thread):
    """Runs a function from now on, and keeps the errors of the disk and of age."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self._work()
        except (OSError, pyrage.EncryptError, pyrage.DecryptError) as error:
            self.error = error
