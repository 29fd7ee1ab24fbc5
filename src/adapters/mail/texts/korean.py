"""What mails say in Korean."""

from collections.abc import Mapping

from adapters.mail.texts.text import MailText
from domain.mail import MailKind

FOOTER = "이 주소로 만든 Voice2Face 계정이 있어 보내 드리는 메일입니다. 답장은 확인하지 않습니다."

KOREAN: Mapping[MailKind, MailText] = {
    MailKind.CONFIRM_ADDRESS: MailText(
        subject="이메일 주소를 인증해 주십시오",
        before=(
            "안녕하십니까?",
            "이 주소로 Voice2Face 가입 신청이 있었습니다. 본인이 가입하셨다면 주소를 인증해 주십시오.",
        ),
        link="이메일 주소 인증하기",
        after=(
            "이 링크는 3일 안에 한 번만 사용할 수 있습니다.",
            "가입하신 적이 없다면 링크를 열지 마십시오. 다른 조치는 필요하지 않습니다.",
        ),
        footer=FOOTER,
    ),
    MailKind.RESET_PASSWORD: MailText(
        subject="새 비밀번호를 정해 주십시오",
        before=(
            "안녕하십니까?",
            "Voice2Face 계정의 비밀번호 재설정 요청을 받았습니다. "
            "본인이 요청하셨다면 아래에서 새 비밀번호를 정해 주십시오.",
        ),
        link="새 비밀번호 정하기",
        after=(
            "이 링크는 1시간 안에 한 번만 사용할 수 있습니다. "
            "비밀번호를 변경하면 모든 기기에서 로그아웃됩니다.",
            "요청하신 적이 없다면 아무것도 하지 않으셔도 됩니다. 비밀번호는 그대로 유지됩니다.",
        ),
        footer=FOOTER,
    ),
    MailKind.PASSWORD_CHANGED: MailText(
        subject="비밀번호가 변경되었습니다",
        before=(
            "안녕하십니까?",
            "Voice2Face 계정의 비밀번호가 변경되었습니다.",
            "본인이 변경하셨다면 아무것도 하지 않으셔도 됩니다. "
            "본인이 변경하지 않으셨다면 바로 다른 비밀번호를 정해 주십시오. "
            "그러면 모든 기기에서 로그아웃됩니다.",
        ),
        link="다른 비밀번호 정하기",
        footer=FOOTER,
    ),
    MailKind.IDLE_ACCOUNT: MailText(
        subject="{day}에 계정이 삭제됩니다",
        before=(
            "안녕하십니까?",
            "Voice2Face 계정을 오랫동안 이용하지 않으셨습니다. "
            "개인정보는 필요한 기간에만 보관하므로, {day}에 계정과 함께 녹음과 얼굴이 모두 삭제됩니다.",
            "계정을 유지하려면 그날이 되기 전에 한 번 로그인해 주십시오. "
            "더 이상 필요하지 않다면 아무것도 하지 않으셔도 됩니다.",
        ),
        footer=FOOTER,
    ),
}
