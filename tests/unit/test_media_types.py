"""One table tells the media type of every file that the service keeps."""

from datetime import UTC, datetime

import pytest

from adapters.auth.media_signer import HmacMediaSigner
from application.media.links import SignLink
from domain.media import media_type_of
from entrypoints.composition.container import voice_link
from entrypoints.composition.media_links import MEDIA_PATH
from entrypoints.composition.settings import Settings

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_ending_of_a_key_tells_its_type_whatever_stands_before_it() -> None:
    assert media_type_of("faces/1/2/voice.webp") == "image/webp"


@pytest.mark.parametrize(
    ("ending", "media_type"),
    [
        (".flac", "audio/flac"),
        (".webm", "audio/webm"),
        (".mka", "audio/x-matroska"),
        (".w64", "audio/x-w64"),
        (".caf", "audio/x-caf"),
    ],
)
def test_a_model_server_is_told_the_type_that_the_database_holds(ending: str, media_type: str) -> None:
    signer = HmacMediaSigner("s" * 32)
    settings = Settings.read(
        {
            "V2F_PUBLIC_URL": "https://faces.example.org",
            "V2F_SECRET": "a secret that is long enough for tests",
        }
    )
    link = voice_link(SignLink(signer, lambda: NOW), settings)(f"voices/1{ending}", media_type)
    base, _, token = link.rpartition("/")
    assert base == f"https://faces.example.org{MEDIA_PATH}"
    assert signer.read(token, NOW).media_type == media_type
