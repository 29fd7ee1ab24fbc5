"""Checks that the content credentials (C2PA) which a downloaded file came with can be read at a bounded cost.

The check blocks, and what reads them is for a child process with limits. It must be loaded before that gives up its
rights: this module is imported where it is called, since the library takes 20 MB.
"""

import json
from pathlib import Path

import c2pa

SETTINGS = {
    "core": {"max_decompressed_manifest_size_in_mb": 0},
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": False},
    "builder": {"thumbnail": {"enabled": False}},
}
"""As for signing, so that reading costs what it is going to cost there."""


def read_credentials(path: Path, media_type: str) -> None:
    """Read a file's credentials as who signs it does: once to see whether there are some, once to keep them."""
    context = c2pa.Context.from_dict(SETTINGS)
    try:
        with path.open("rb") as file:
            reader = c2pa.Reader.try_create(media_type, file, context=context)
        if reader is None:
            return
        reader.close()
        with c2pa.Builder.from_json("{}", context) as builder, path.open("rb") as file:
            builder.add_ingredient(json.dumps({"relationship": "parentOf"}), media_type, file)
    except c2pa.C2paError:  # who signs tells what is wrong; some of it is no hindrance
        return
