"""What mails say in English."""

from collections.abc import Mapping

from adapters.mail.texts.text import MailText
from domain.mail import MailKind

FOOTER = "Voice2Face sent this mail because of your account with this address. Replies to it are not read."

ENGLISH: Mapping[MailKind, MailText] = {
    MailKind.CONFIRM_ADDRESS: MailText(
        subject="Confirm your e-mail address",
        before=(
            "Hello,",
            "This address was used to sign up to Voice2Face. If that was you, please confirm that it is yours.",
        ),
        link="Confirm my address",
        after=(
            "The link works once, within 3 days.",
            "If you did not sign up, do not open the link; you need not do anything else.",
        ),
        footer=FOOTER,
    ),
    MailKind.RESET_PASSWORD: MailText(
        subject="Choose a new password",
        before=(
            "Hello,",
            "We were asked for a new password for your Voice2Face account. If that was you, choose one here.",
        ),
        link="Choose a new password",
        after=(
            "The link works once, within 1 hour. Choosing a new password logs you out on all devices.",
            "If you did not ask for this, you need not do anything: your password stays as it is.",
        ),
        footer=FOOTER,
    ),
    MailKind.PASSWORD_CHANGED: MailText(
        subject="Your password was changed",
        before=(
            "Hello,",
            "The password of your Voice2Face account was changed.",
            "If that was you, you need not do anything. If it was not, choose another password at once. That also "
            "logs you out on all devices.",
        ),
        link="Choose another password",
        footer=FOOTER,
    ),
    MailKind.IDLE_ACCOUNT: MailText(
        subject="Your account will be erased on {day}",
        before=(
            "Hello,",
            "You have not used your Voice2Face account for a long time. We keep personal data only as long "
            "as needed, so your account will be erased on {day}, with your recordings and your faces.",
            "To keep it, log in once before that day. If you no longer need it, you need not do anything.",
        ),
        footer=FOOTER,
    ),
}
