"""Addresses of mails, as headers have them."""

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.policy import SMTPUTF8

import idna

from application.ports.mail import MailRefused

UNREADABLE = "No mail can go to this address: it could be read as another one."
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
ENCODED_WORD = "=?"
"""What begins text in another character set (RFC 2047): mail programs would show another address."""


def mailbox(address: str, name: str = "") -> Address:
    """Return an address for a header; raises `MailRefused` for one to which no mail could go.

    A domain is written as DNS has it, by the strict rules of IDNA 2008: those of 2003 take ß for ss, which is the
    domain of another owner. What is not ASCII before the @ takes a server with SMTPUTF8. An IP address in brackets is
    no domain to us.
    """
    user, _, domain = address.rpartition("@")
    if ENCODED_WORD in address or not domain:
        raise MailRefused(UNREADABLE)
    try:
        ascii_domain = domain if domain.isascii() else idna.encode(domain).decode()
        box = Address(name, username=user, domain=ascii_domain)
    except (idna.IDNAError, HeaderParseError, ValueError, IndexError) as error:
        raise MailRefused("No mail can go to this address: DNS has no such domain.") from error
    if not _DOMAIN.fullmatch(ascii_domain) or not _is_read_as(box):
        raise MailRefused(UNREADABLE)
    return box


def is_mailbox(address: str) -> bool:
    """Tell whether mails can go to an address, and come from it."""
    try:
        mailbox(address)
    except MailRefused:
        return False
    return True


def _is_read_as(box: Address) -> bool:
    """Tell whether a mail program reads the address as it is; Python's parser breaks on some that are none."""
    try:
        header = SMTPUTF8.header_factory("To", str(box))
    except (AttributeError, IndexError, TypeError, ValueError):
        return False
    return [(one.username, one.domain) for one in header.addresses] == [(box.username, box.domain)]
