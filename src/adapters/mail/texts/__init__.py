"""What mails say, in each language."""

from collections.abc import Mapping

from adapters.mail.texts.english import ENGLISH
from adapters.mail.texts.korean import KOREAN
from adapters.mail.texts.text import MailText
from domain.mail import MailKind
from domain.user import Language

TEXTS: Mapping[Language, Mapping[MailKind, MailText]] = {
    Language.ENGLISH: ENGLISH,
    Language.KOREAN: KOREAN,
}
