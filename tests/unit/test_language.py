import pytest

from entrypoints.http.language import preferred


def test_a_field_of_many_spaces_is_read_as_fast_as_any_other() -> None:
    assert preferred("ko" + " " * 200_000 + "!") == "en"  # in any other way this takes minutes


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("ko", "ko"),
        ("KO-kr", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("en;q=0.8, ko;q=0.9", "ko"),
        ("en;q=0.5,ko;q=0.50", "en"),
        ("ko,en", "ko"),
        ("de-DE,de;q=0.9,ko;q=0.1", "ko"),
        ("de-DE,de;q=0.9", "en"),
        ("*", "en"),
        ("*;q=0.5,ko;q=0.4", "en"),
        ("*;q=0.5,en;q=0.4", "ko"),
        ("en;q=0,*", "ko"),
        ("ko;q=0", "en"),
        ("ko;q=2,en;q=0.1", "en"),
        ("ko;q=abc", "en"),
        ("ko;;q=1", "en"),
        ("korean", "en"),
        ("ko ; Q=0.7 , en;q=0.6", "ko"),
        (",,,ko", "ko"),
        (";", "en"),
        ("x," * 10_000 + "ko", "en"),
    ],
)
def test_mails_are_in_the_language_that_a_browser_prefers(accepted: str, language: str) -> None:
    assert preferred(accepted) == language
