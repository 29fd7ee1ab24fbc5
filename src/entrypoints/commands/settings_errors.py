"""Tells on the terminal which setting cannot be used."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from entrypoints.composition.settings import SettingsError


@contextmanager
def settings_errors_told() -> Iterator[None]:
    """Exit with a sentence that names the setting when one cannot be used."""
    try:
        yield
    except SettingsError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
