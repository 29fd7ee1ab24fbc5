"""What mails say."""

import re
from email import message_from_bytes, policy
from email.headerregistry import Address
from html.parser import HTMLParser

import pytest
from aiosmtplib.email import parse_address
from hypothesis import given, settings, strategies

from adapters.mail.addresses import mailbox
from adapters.mail.texts import TEXTS
from adapters.mail.writer import TwoFormWriter
from application.ports.mail import MailRefused
from databases.examples import NOON
from domain.errors import InvalidValue
from domain.mail import Mail, MailKind
from domain.user import Language, email_address
from doubles.mail import html_text, plain_text

WRITER = TwoFormWriter("faces@example.org", "https://faces.example.org", lambda: NOON)


class Text(HTMLParser):
    """The words, tags and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._hidden += tag in ("style", "title")
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        self.words += [] if self._hidden else data.split()


def mail(kind: MailKind, language: Language = Language.ENGLISH, address: str = "ann@example.org") -> Mail:
    return Mail.write(kind, address, language, NOON, {"day": "2027-01-02"})


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("language", Language)
def test_both_forms_say_the_same_and_the_page_loads_nothing(kind: MailKind, language: Language) -> None:
    message = WRITER.write(mail(kind, language), "t" * 64)
    page = Text()
    page.feed(html_text(message))
    in_plain = plain_text(message).replace(":\nhttps", "\nhttps").replace("--", "").split()
    of_page_only = ["Voice2Face", *message["Subject"].split()]
    assert [word.replace("\N{NON-BREAKING HYPHEN}", "-") for word in page.words] == of_page_only + in_plain
    assert not page.tags & {"script", "img", "link", "table", "iframe"}
    assert set(page.links) <= {word for word in in_plain if word.startswith("https://")}
    assert "{" not in plain_text(message) + message["Subject"]


def test_every_kind_of_mail_has_a_text_in_every_language() -> None:
    assert TEXTS.keys() == set(Language)
    for language, texts in TEXTS.items():
        assert texts.keys() == set(MailKind)
        for text in texts.values():
            whole = " ".join((text.subject, *text.before, text.link, *text.after, text.footer))
            assert bool(re.search("[가-힣]", whole)) == (language is Language.KOREAN)


def test_a_day_is_written_as_the_reader_writes_it() -> None:
    assert "on 2 January 2027" in WRITER.write(mail(MailKind.IDLE_ACCOUNT), None)["Subject"]
    assert "2027년 1월 2일에" in WRITER.write(mail(MailKind.IDLE_ACCOUNT, Language.KOREAN), None)["Subject"]


def test_a_heading_breaks_neither_in_a_date_nor_in_a_word() -> None:
    def headings(kind: MailKind) -> list[str]:
        pages = [html_text(WRITER.write(mail(kind, language), None)) for language in Language]
        return sorted(re.findall("<h1[^>]*>([^<]*)</h1>", "".join(pages)))

    assert headings(MailKind.IDLE_ACCOUNT) == [
        "2027년\xa01월\xa02일에 계정이 삭제됩니다",
        "Your account will be erased on 2\xa0January\xa02027",
    ]
    assert "Confirm your e\u2011mail address" in headings(MailKind.CONFIRM_ADDRESS)


def test_a_fact_can_begin_no_header_and_no_tag() -> None:
    forged = mail(MailKind.IDLE_ACCOUNT)
    forged.facts = {"day": "2027-01-02\r\nBcc: eve@example.org"}
    with pytest.raises(ValueError, match="Invalid isoformat"):
        WRITER.write(forged, None)
    message = WRITER.write(mail(MailKind.CONFIRM_ADDRESS), '"><script>')
    assert "<script>" not in html_text(message)


@given(local=strategies.text(min_size=1, max_size=30), domain=strategies.text(min_size=1, max_size=30))
@settings(max_examples=500, deadline=None, derandomize=True, database=None)
def test_an_address_that_may_sign_up_is_reached_alone_or_not_at_all(local: str, domain: str) -> None:
    try:
        address = email_address(f"{local}@{domain}.org")
        message = WRITER.write(mail(MailKind.CONFIRM_ADDRESS, address=address), "t" * 64)
    except (InvalidValue, MailRefused):
        return
    (reader,) = message["To"].addresses
    assert reader.username == address.rpartition("@")[0]
    head = message.as_bytes(policy=policy.SMTPUTF8).split(b"\r\n\r\n")[0].decode()
    assert len(re.findall(r"(?mi)^(to|cc|bcc|subject|from):", head)) == 3
    assert parse_address(reader.addr_spec) == reader.addr_spec


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?bob=40example.com=3e?=@example.org",
        "ann@straße.example\u0378",
        "ann@ｅxample.org",
        "ann@exa--mple.한글-.org",
    ],
)
def test_an_address_that_could_be_read_as_another_one_is_refused(address: str) -> None:
    with pytest.raises(MailRefused):
        mailbox(address)


def test_a_domain_is_the_one_that_its_user_means() -> None:
    assert mailbox("ann@straße.de") == Address(username="ann", domain="xn--strae-oqa.de")
    assert mailbox("ann@한글.kr").domain == "xn--bj0bj06e.kr"


def test_a_message_with_a_long_link_is_read_as_it_was_written() -> None:
    message = WRITER.write(mail(MailKind.RESET_PASSWORD, Language.KOREAN), "t" * 64)
    for form in (policy.SMTP, policy.SMTPUTF8, policy.SMTP.clone(cte_type="7bit")):
        read = message_from_bytes(message.as_bytes(policy=form), policy=form)
        assert plain_text(read).split() == plain_text(message).split()
        assert html_text(read).split() == html_text(message).split()
