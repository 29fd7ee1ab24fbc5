"""What every `Mailer` promises: the folder, and SMTP to a real server with STARTTLS and a login."""

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from adapters.mail.folder import FolderMailer
from adapters.mail.smtp import SmtpMailer
from adapters.mail.writer import TwoFormWriter
from application.errors import ServiceUnavailable
from application.ports.mail import Mailer, MailRefused
from databases.examples import NOON
from domain.ids import UserId
from domain.mail import Mail, MailKind
from domain.user import Language
from doubles.mail import html_text, plain_text
from doubles.smtp_server import smtp_server

ANN, BEN = UserId("a" * 32), UserId("b" * 32)

TOKEN = "t" * 64
LINKS = {
    MailKind.CONFIRM_ADDRESS: f"https://faces.example.org/account/confirm#{TOKEN}",
    MailKind.RESET_PASSWORD: f"https://faces.example.org/account/reset#{TOKEN}",
    MailKind.PASSWORD_CHANGED: "https://faces.example.org/account/reset",
    MailKind.IDLE_ACCOUNT: None,
}
FACTS = {"day": "2027-01-02"}
WRITER = TwoFormWriter("faces@example.org", "https://faces.example.org", lambda: NOON)


@dataclass(frozen=True)
class Post:
    """A mailer, what has arrived, and how to take away what it needs."""

    mailer: Mailer
    arrived: Callable[[], list[EmailMessage]]
    break_off: Callable[[], object]


def written(
    kind: MailKind = MailKind.RESET_PASSWORD,
    language: Language = Language.KOREAN,
    address: str = "ann@example.org",
) -> EmailMessage:
    mail = Mail.write(kind, address, language, NOON, FACTS)
    return WRITER.write(mail, TOKEN if kind in (MailKind.CONFIRM_ADDRESS, MailKind.RESET_PASSWORD) else None)


@pytest.fixture(params=["folder", "starttls", "implicit", "none"])
def post(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    if request.param == "folder":
        folder = tmp_path / "outbox"

        def read() -> list[EmailMessage]:
            contents = (file.read_bytes() for file in sorted(folder.glob("*.eml")))
            return [message_from_bytes(one, policy=policy.SMTPUTF8) for one in contents]

        def replace_by_file() -> None:
            folder.write_bytes(b"a file in its place")

        yield Post(FolderMailer(folder), read, replace_by_file)
        return
    with smtp_server(tmp_path, request.param) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        yield Post(SmtpMailer(server.as_known()), lambda: server.inbox.received, server.stop)


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("language", Language)
async def test_a_message_arrives_as_it_was_written(post: Post, kind: MailKind, language: Language) -> None:
    message = written(kind, language)
    await post.mailer.send(message, ANN)
    (arrived,) = post.arrived()
    assert arrived["To"] == "ann@example.org"
    assert arrived["From"] == "Voice2Face <faces@example.org>"
    assert arrived["Subject"] == message["Subject"]
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Message-ID"] == message["Message-ID"]
    assert arrived["Date"].datetime == NOON.replace(microsecond=0)
    assert arrived.get_content_type() == "multipart/alternative"
    assert plain_text(arrived).split() == plain_text(message).split()
    assert html_text(arrived).split() == html_text(message).split()
    for form in (plain_text(arrived), html_text(arrived)):
        assert (LINKS[kind] or "Voice2Face") in form
        assert ("계정" in form) == (language is Language.KOREAN)


@pytest.mark.parametrize(
    "address", ["josé@example.org", "a..b@example.org", "ann@bücher.example", "a'b+c[d@example.org"]
)
async def test_addresses_of_any_form_that_may_sign_up_are_reached(post: Post, address: str) -> None:
    await post.mailer.send(written(address=address), ANN)
    (arrived,) = post.arrived()
    (reader,) = arrived["To"].addresses
    user = reader.username.encode("ascii", "surrogateescape").decode()  # Python takes only ASCII from bytes
    assert f"{user}@{reader.domain}" == address.replace("bücher", "xn--bcher-kva")


@pytest.mark.parametrize(
    "address",
    [
        "b@=?utf-8?q?evil?=.org",
        "c@mail[1].org",
        "c@example.org]",
        "d@[192.0.2.1]",
        "a@[1.b",
    ],
)
async def test_an_address_that_could_be_read_as_another_one_is_refused(post: Post, address: str) -> None:
    with pytest.raises(MailRefused):
        await post.mailer.send(written(address=address), ANN)
    assert post.arrived() == []


async def test_a_mailer_that_cannot_work_now_says_that_it_can_be_tried_again(post: Post) -> None:
    post.break_off()
    with pytest.raises(ServiceUnavailable):
        await post.mailer.send(written(), ANN)


async def test_what_was_kept_of_an_address_is_erased_and_nothing_else(post: Post) -> None:
    addresses = ["ann@example.org", "josé@example.org", "joann@example.org", "ann@example.org.example.org"]
    for address in addresses:
        await post.mailer.send(written(address=address), ANN)
    for address in (*addresses[:2], "=?utf-8?q?ann?=@example.org", "ann@ß.example"):
        await post.mailer.erase(address)
    if isinstance(post.mailer, FolderMailer):
        assert [one["To"] for one in post.arrived()] == addresses[2:]


BREAKS_PYTHONS_PARSER = (
    ".%{\u00e9#i\u0307+*^i\u0307-[*++1?i\u0307*a#\u00df`a.\ud55c\u00df=/'$&i\u0307/++~"
    "b1\u00e9!/\u00dfi\u0307{\ud55c*a_~'$a*.$'$__`1\u3002![&//i\u03071@x.org"
)
"""Once it was broken into lines, Python cannot read it any more."""


async def test_files_are_erased_whatever_stands_in_them_and_in_others(tmp_path: Path) -> None:
    folder = tmp_path / "outbox"
    mailer = FolderMailer(folder)
    await mailer.send(written(address=BREAKS_PYTHONS_PARSER), ANN)
    await mailer.send(written(), ANN)
    (folder / "broken.eml").write_text("To: <")
    await mailer.erase("ann@example.org")
    assert len(list(folder.iterdir())) == 2
    await mailer.erase(BREAKS_PYTHONS_PARSER)
    assert [file.name for file in folder.iterdir()] == ["broken.eml"]


async def test_a_folder_knows_to_which_users_its_mails_are_and_erases_those_of_some(tmp_path: Path) -> None:
    folder = tmp_path / "outbox"
    mailer = FolderMailer(folder)
    assert await mailer.readers() == set()
    await mailer.send(written(), ANN)
    await mailer.send(written(address="ben@example.org"), BEN)
    (folder / "broken.eml").write_text("To: <")
    assert await mailer.readers() == {ANN, BEN}
    await mailer.erase_of([ANN])
    assert await mailer.readers() == {BEN}
    assert len(list(folder.iterdir())) == 2


async def test_erasing_where_nothing_was_ever_kept_does_nothing(post: Post) -> None:
    await post.mailer.erase("ann@example.org")
    assert post.arrived() == []


async def test_what_a_killed_process_left_of_a_message_is_erased_too(tmp_path: Path) -> None:
    folder = tmp_path / "outbox"
    mailer = FolderMailer(folder)
    await mailer.send(written(), ANN)
    (file,) = folder.iterdir()
    digest = file.stem.rpartition("-")[2]
    draft = file.rename(folder / f".{digest}-tmpabc")  # as the name of one begins
    other = folder / "notes.txt"
    other.write_bytes(b"\xff of the operator")
    (folder / "old").mkdir()
    await mailer.erase("ann@example.org")
    assert not draft.exists()
    assert other.exists()


async def test_files_of_the_folder_are_for_their_owner_alone_and_named_by_their_moment(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "outbox"
    await FolderMailer(folder).send(written(), ANN)
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert file.name.startswith("20260102T120000Z-")
    assert file.suffix == ".eml"
    assert f"/account/reset#{TOKEN}\n" in file.read_text()  # whole, for those who read the file as it is


@pytest.mark.parametrize(
    ("recipient", "data", "expected"),
    [
        ("550 no such user ann@example.org", "250 OK", MailRefused),
        ("450 try later", "250 OK", ServiceUnavailable),
        ("250 OK", "554 spam", MailRefused),
        ("250 OK", "451 later", ServiceUnavailable),
    ],
)
async def test_what_the_server_refuses_for_ever_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recipient: str, data: str, expected: type[Exception]
) -> None:
    with smtp_server(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        server.inbox.answer_to_recipient, server.inbox.answer_to_data = recipient, data
        with pytest.raises(expected) as refused:
            await SmtpMailer(server.as_known()).send(written(), ANN)
    assert "ann@example.org" not in str(refused.value)


async def test_a_server_whose_certificate_is_not_trusted_gets_no_mail_and_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with smtp_server(tmp_path) as server:
        with pytest.raises(ServiceUnavailable):
            await SmtpMailer(server.as_known()).send(written(), ANN)
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        with pytest.raises(ServiceUnavailable):  # the certificate is for another name
            await SmtpMailer(server.as_known(host="127.0.0.1")).send(written(), ANN)
        assert server.inbox.received == []


async def test_a_server_without_starttls_gets_no_mail(tmp_path: Path) -> None:
    with smtp_server(tmp_path, "none") as server:
        with pytest.raises(ServiceUnavailable):
            await SmtpMailer(server.as_known(tls="starttls")).send(written(), ANN)
        assert server.inbox.received == []


async def test_a_wrong_password_for_the_server_is_the_operators_to_mend_and_no_mail_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with smtp_server(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        with pytest.raises(ServiceUnavailable):
            await SmtpMailer(server.as_known(password="wrong")).send(written(), ANN)
    assert "the mail server refuses us: SMTPAuthenticationError 535" in caplog.text
    assert "wrong" not in caplog.text


async def test_an_address_that_needs_smtputf8_is_refused_by_a_server_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with smtp_server(tmp_path, has_smtputf8=False) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        await SmtpMailer(server.as_known()).send(written(), ANN)
        with pytest.raises(MailRefused):
            await SmtpMailer(server.as_known()).send(written(address="josé@example.org"), ANN)
        assert [message["To"] for message in server.inbox.received] == ["ann@example.org"]
