"""What mails look like."""

from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

from adapters.mail.addresses import mailbox
from adapters.mail.page import html_page, plain_text
from adapters.mail.texts import TEXTS
from adapters.mail.texts.facts import readable
from application.ports.clock import Clock
from domain.mail import Mail, MailKind

SERVICE = "Voice2Face"
PAGES = {
    MailKind.CONFIRM_ADDRESS: "/account/confirm",
    MailKind.RESET_PASSWORD: "/account/reset",
    MailKind.PASSWORD_CHANGED: "/account/reset",
}
"""The pages to which mails link; without a token, the last one asks for a mail to reset the password."""
POLICY = SMTP.clone(max_line_length=998)
"""Lines of text are not broken: links stay whole."""


class TwoFormWriter:
    """Implements `MailWriter`: each message has a plain and an HTML form of the same sentences."""

    def __init__(self, sender: str, url: str, clock: Clock) -> None:
        self._sender = mailbox(sender, SERVICE)
        self._url = url
        self._clock = clock

    def write(self, mail: Mail, token: str | None) -> EmailMessage:
        """Return the message; links lead to the pages below our own address, with the token behind `#`."""
        mail = replace(mail, facts=readable(mail.facts, mail.language))
        text = TEXTS[mail.language][mail.kind]
        link = self._url + PAGES[mail.kind] + (f"#{token}" if token else "") if text.link else ""
        message = EmailMessage(POLICY)
        message["From"] = self._sender
        message["To"] = mailbox(mail.address)
        message["Subject"] = text.subject.format_map(mail.facts)
        message["Date"] = self._clock()
        message["Message-ID"] = f"<{mail.id}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answers, please
        message.set_content(plain_text(text, mail.facts, link))
        message.add_alternative(html_page(text, mail, link), subtype="html")
        message["Content-Language"] = mail.language.value
        return message
