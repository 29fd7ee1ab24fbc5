"""The document as a page."""

from typing import Any


def render_page(document: dict[str, Any]) -> str:
    """Return HTML."""
    return "<!doctype html><title>x</title>"
