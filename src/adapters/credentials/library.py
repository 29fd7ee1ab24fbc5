"""How c2pa is to be called: without any call of another machine, and with bounded work."""

from typing import Any

from adapters.credentials.certificates import USES


def settings_with(
    *, verify: dict[str, Any] | None = None, trust: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return settings for a context of c2pa, with more of what it verifies and of whom it trusts.

    Compressed credentials are not unpacked: few bytes may become more than is bounded elsewhere.
    """
    return {
        "core": {"max_decompressed_manifest_size_in_mb": 0},
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, **(verify or {})},
        "trust": {"trust_config": "\n".join(use.dotted_string for use in USES), **(trust or {})},
        "builder": {"thumbnail": {"enabled": False}},
    }
