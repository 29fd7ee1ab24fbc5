"""The two forms of a mail's text: plain, and an HTML page that needs nothing but itself."""

from collections.abc import Mapping
from html import escape

from adapters.mail.texts.text import MailText
from domain.mail import Mail

# Mail programs read styles at each element best; the rules in the head only add what they may leave out: dark colours.
_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
<style>
:root {{ color-scheme: light dark }}
@media (prefers-color-scheme: dark) {{
  body, .outside {{ background: #17161a !important; color: #ece7e1 !important }}
  .card {{ background: #222026 !important; border-color: #38343d !important }}
  .name, .address {{ color: #e9a27f !important }}
  .button {{ background: #e9a27f !important; color: #17161a !important }}
  .footer {{ color: #a39ba8 !important }}
}}
</style>
</head>
<body style="margin: 0; background: #f4efe6; color: #1c1b22">
<div class="outside" style="padding: 24px 12px; background: #f4efe6; color: #1c1b22; \
font: 16px/1.6 system-ui, -apple-system, 'Segoe UI', 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', \
sans-serif; word-break: keep-all; overflow-wrap: break-word">
<div style="max-width: 600px; margin: 0 auto">
<p class="name" style="margin: 0 0 12px; color: #9a4f2c; font-size: 18px; font-weight: 700">Voice2Face</p>
<div class="card" style="padding: 24px 24px 8px; background: #fffdf9; border: 1px solid #e3dccf; border-radius: 12px">
<h1 style="margin: 0 0 16px; font-size: 22px; line-height: 1.35">{heading}</h1>
{before}{link}{after}</div>
<p class="footer" style="margin: 16px 0 0; color: #6b6470; font-size: 13px">{footer}</p>
</div>
</div>
</body>
</html>
"""
_PARAGRAPH = '<p style="margin: 0 0 16px">{}</p>\n'
_LINK = """\
<p style="margin: 24px 0"><a class="button" href="{link}" style="display: inline-block; padding: 12px 24px; \
background: #9a4f2c; color: #ffffff; border-radius: 8px; font-weight: 700; text-align: center; \
text-decoration: none">{name}</a></p>
<p class="address" style="margin: 0 0 16px; color: #9a4f2c; font-size: 13px; word-break: break-all">{link}</p>
"""


def plain_text(text: MailText, facts: Mapping[str, str], link: str) -> str:
    """Return the plain form; a link stands on a line of its own."""
    paragraphs = [*text.before, *([f"{text.link}:\n{link}"] if link else []), *text.after]
    return "\n\n".join([*(one.format_map(facts) for one in paragraphs), f"--\n{text.footer}"]) + "\n"


def html_page(text: MailText, mail: Mail, link: str) -> str:
    """Return the HTML form; its facts are escaped."""
    facts = mail.facts

    def paragraphs(lines: tuple[str, ...]) -> str:
        return "".join(_PARAGRAPH.format(escape(line.format_map(facts))) for line in lines)

    return _PAGE.format(
        language=mail.language.value,
        subject=escape(text.subject.format_map(facts)),
        heading=escape(_heading(text, facts)),
        before=paragraphs(text.before),
        link=_LINK.format(link=escape(link), name=escape(text.link)) if link else "",
        after=paragraphs(text.after),
        footer=escape(text.footer),
    )


def _heading(text: MailText, facts: Mapping[str, str]) -> str:
    """Return the subject, in which lines break neither in a date nor in "e-mail"."""
    unbroken = {name: fact.replace(" ", "\N{NO-BREAK SPACE}") for name, fact in facts.items()}
    return text.subject.format_map(unbroken).replace("e-mail", "e\N{NON-BREAKING HYPHEN}mail")
