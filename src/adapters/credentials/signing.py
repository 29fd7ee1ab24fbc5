"""Signs content credentials (C2PA) into files: who made them, how, and that nothing has been changed since.

All is done on this machine: no time stamp is asked for, and nothing that a file names is fetched.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.credentials.certificates import Identity
from adapters.credentials.files import reading, writing
from adapters.credentials.library import settings_with

PARENT = "parent"
MARK = "A visible mark was drawn that says how the content was made."
SETTINGS = settings_with(verify={"verify_trust": False})


class NotSigned(Exception):
    """The file cannot be signed; the message is for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A file that is to be signed."""

    file: Path
    media_type: str
    original: Path
    """The file as the service got it, before metadata was written; of a copy with the mark, the labelled one."""
    is_copy: bool = False
    """Whether the visible mark was drawn on it, so that it shows other pixels than the original."""
    source_type: str | None
    """IPTC's term for how it was made; None if the service does not know."""


def sign(content: Content, target: Path, identity: Identity, tool: tuple[str, str]) -> None:
    """Write the content with its credentials; raises `NotSigned` and `OSError`.

    `tool` is the name and the version of who signs. What is written was verified once. A file that the service does not
    know the source of, or that came with credentials, is opened rather than created: its own ones stay inside. So is a
    marked copy, and edited then.
    """
    import c2pa  # only processes that make faces need it

    name, version = tool
    try:
        context = c2pa.Context.from_dict(SETTINGS)
        is_opened = content.is_copy or content.source_type is None or _has_credentials(content, context)
        signer = c2pa.Signer.from_info(
            c2pa.C2paSignerInfo(
                identity.algorithm.encode(),
                identity.certificates.encode(),
                identity.signing_key.encode(),
                None,
            )
        )
        claim = {
            "claim_generator_info": [{"name": name, "version": version}],
            "assertions": [
                {"label": "c2pa.actions.v2", "data": {"actions": _actions(content, is_opened=is_opened)}}
            ],
        }
        with signer, c2pa.Builder.from_json(json.dumps(claim), context) as builder:
            if is_opened:
                with reading(content.original) as original:
                    ingredient = json.dumps({"relationship": "parentOf", "label": PARENT})
                    builder.add_ingredient(ingredient, content.media_type, original)
            with reading(content.file) as source, writing(target) as written:
                builder.sign(signer, content.media_type, source, written)
    except c2pa.C2paError as error:
        raise NotSigned(str(error)) from error


def _has_credentials(content: Content, context: Any) -> bool:
    import c2pa

    with reading(content.original) as file:
        try:
            reader = c2pa.Reader.try_create(content.media_type, file, context=context)
        except c2pa.C2paError:  # elsewhere, at an address that is not called; or broken, which signing tells
            return True
        if reader is None:
            return False
        reader.close()
        return True


def _actions(content: Content, *, is_opened: bool) -> list[dict[str, Any]]:
    source = {"digitalSourceType": content.source_type} if content.source_type else {}
    if not is_opened:
        return [{"action": "c2pa.created", **source}]
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": [PARENT]}}
    edited = {"action": "c2pa.edited", "description": MARK, **source}
    return [opened, edited] if content.is_copy else [opened]
