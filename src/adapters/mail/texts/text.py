"""The parts of a mail's text, from which both its forms are made: plain text and HTML."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MailText:
    """What a mail says; `{name}` in a paragraph stands for a fact of that name."""

    subject: str
    before: tuple[str, ...]
    """Paragraphs before the link."""
    link: str = ""
    """What the link is called; empty where there is none."""
    after: tuple[str, ...] = ()
    """Paragraphs after the link."""
    footer: str
    """Why the reader gets this mail."""
