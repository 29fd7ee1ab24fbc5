"""Facts of a mail, as its reader writes them."""

from collections.abc import Mapping
from datetime import date

from domain.user import Language

DAY = "day"
"""The fact that is a day, in the form 2027-01-02."""
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def readable(facts: Mapping[str, str], language: Language) -> Mapping[str, str]:
    """Return the facts with the day in words of the language."""
    return {**facts, DAY: _in_words(date.fromisoformat(facts[DAY]), language)} if DAY in facts else facts


def _in_words(day: date, language: Language) -> str:
    if language is Language.KOREAN:
        return f"{day.year}년 {day.month}월 {day.day}일"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
