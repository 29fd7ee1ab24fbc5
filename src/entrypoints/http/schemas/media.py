"""Links to recordings and faces on the wire."""

from typing import Annotated

from msgspec import Meta

MediaUrl = Annotated[
    str,
    Meta(
        description="Signed link that needs no token and works for at least half an hour.",
        examples=["https://faces.example.org/api/v1/media/0aX5…"],
        extra_json_schema={"format": "uri"},
    ),
]
