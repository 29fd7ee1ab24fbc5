"""Addresses of mails, as headers have them."""

from email.headerregistry import Address

import idna

from application.ports.mail import MailRefused

ENCODED_WORD = "=?"
"""What begins text in another character set (RFC 2047): mail programs would show another address."""


def mailbox(address: str, name: str = "") -> Address:
    """Return an address for a header; raises `MailRefused` for one to which no mail could go.

    A domain is written as DNS has it, by the strict rules of IDNA 2008: those of 2003 take ß for ss, which is the
    domain of another owner. What is not ASCII before the @ takes a server with SMTPUTF8. An IP address in brackets is
    no domain to us.
    """
    user, _, domain = address.rpartition("@")
    if ENCODED_WORD in address or "[" in domain or "]" in domain:
        raise MailRefused("No mail can go to this address: it could be read as another one.")
    try:
        return Address(
            name, username=user, domain=domain if domain.isascii() else idna.encode(domain).decode()
        )
    except idna.IDNAError as error:
        raise MailRefused("No mail can go to this address: DNS has no such domain.") from error
