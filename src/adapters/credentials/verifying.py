"""Reads the credentials of a file and tells whether they hold."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from adapters.credentials.files import reading
from adapters.credentials.library import settings_with
from adapters.credentials.metadata.bounds import require_bounded
from adapters.credentials.metadata.malformed import Malformed
from domain.media import media_type_of

ACTIONS = "c2pa.actions.v2"


class Standing(StrEnum):
    """What can be said of a file by its credentials."""

    TRUSTED = "trusted"
    """Unchanged, and signed with a certificate of a trusted issuer."""
    UNKNOWN_ISSUER = "unknown issuer"
    """Unchanged since it was signed, by someone whose issuer is not trusted."""
    OTHER_CERTIFICATE = "other certificate"
    """Unchanged, and of a trusted issuer, but signed with another certificate of this issuer than is asked for."""
    EXPIRED = "expired"
    """Unchanged, but the certificate, of any issuer, has expired since: no time stamp proves when it was signed."""
    BROKEN = "broken"
    """Changed since it was signed, or never signed as C2PA demands."""
    ELSEWHERE = "elsewhere"
    """Without credentials, but with the address of some."""
    ABSENT = "absent"
    """Without credentials."""
    UNREADABLE = "unreadable"
    """No whole file of its type, or with credentials that are not built as C2PA demands, or are too many to read."""


TRUSTED, UNTRUSTED = "signingCredential.trusted", "signingCredential.untrusted"
EXPIRED = "signingCredential.expired"
ADDRESS_ONLY = "Remote: "
"""How the library's message begins where a file names an address, which the settings forbid to ask."""
CLAIM_MISSING = "claim.missing"
WHOLE = ("Valid", "Trusted")
"""C2PA's states of a file of which everything holds, apart from whose certificates are trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the credentials of a file tell."""

    standing: Standing
    signer: str = ""
    """The organisation in the certificate."""
    tool: str = ""
    """The name and the version of what made the claim."""
    source_type: str = ""
    """IPTC's term for how the content was made; empty if the claim has none."""
    failures: tuple[str, ...] = ()
    """C2PA's codes of what does not hold."""
    earlier: tuple[str, ...] = ()
    """The codes of what did not hold any more of earlier credentials, when these ones were signed over them."""


def read_credentials(file: Path, issuers: str, serial: int | None = None) -> Findings:
    """Return what a file's credentials tell; `issuers` are the certificates to trust, as PEM, and may be empty.

    With a serial number only this one of their certificates is trusted: an issuer may have other customers. Nothing is
    fetched. Raises `OSError`, and `KeyError` for a file whose name does not end as a picture's or a film's.
    """
    import c2pa  # most commands do not need it

    settings = settings_with(trust={"trust_anchors": issuers} if issuers else None)
    media_type = media_type_of(file.name.lower())
    try:
        require_bounded(file)
        context = c2pa.Context.from_dict(settings)
        with reading(file) as content:
            reader = c2pa.Reader.try_create(media_type, content, context=context)
            if reader is None:
                return Findings(standing=Standing.ABSENT)
            with reader:
                return findings_of(reader.json(), serial)
    except Malformed as error:
        return Findings(standing=Standing.UNREADABLE, failures=(str(error),))
    except c2pa.C2paError as error:
        standing = Standing.ELSEWHERE if str(error).startswith(ADDRESS_ONLY) else Standing.UNREADABLE
        return Findings(standing=standing, failures=(str(error),))


class _Signature(msgspec.Struct):
    issuer: str | None = None
    serial: str | None = msgspec.field(name="cert_serial_number", default=None)


class _Assertion(msgspec.Struct):
    label: str
    data: Any = None


class _Action(msgspec.Struct):
    source_type: str = msgspec.field(name="digitalSourceType", default="")


class _Actions(msgspec.Struct):
    actions: tuple[_Action, ...] = ()


class _Tool(msgspec.Struct):
    name: str = ""
    version: str | None = None


class _Ingredient(msgspec.Struct):
    validation_results: dict[str, Any] | None = None


class _Claim(msgspec.Struct):
    signature_info: _Signature | None = None
    claim_generator_info: tuple[_Tool, ...] | None = None
    assertions: tuple[_Assertion, ...] = ()
    ingredients: tuple[_Ingredient, ...] = ()


class _Read(msgspec.Struct):
    """What the library tells of a file, as far as it is told on; a file may name a claim that it does not hold."""

    active_manifest: str = ""
    manifests: dict[str, _Claim] = {}
    validation_state: str = ""
    validation_results: dict[str, Any] = {}


def findings_of(told: str, serial: int | None = None) -> Findings:
    """Return what the library's report tells, a JSON text; the parts that a foreign file decides may be anything."""
    try:
        read = msgspec.json.decode(told, type=_Read)
        claim = read.manifests[read.active_manifest]
        actions = [
            action
            for assertion in claim.assertions
            if assertion.label == ACTIONS
            for action in msgspec.convert(assertion.data, _Actions).actions
        ]
    except msgspec.ValidationError as error:
        return Findings(standing=Standing.BROKEN, failures=(str(error),))
    except KeyError:
        return Findings(
            standing=Standing.BROKEN,
            failures=_failures(read.validation_results.get("activeManifest")) or (CLAIM_MISSING,),
        )
    results = read.validation_results.get("activeManifest") or {}
    tool = next(iter(claim.claim_generator_info or ()), _Tool())
    signature = claim.signature_info or _Signature()
    standing = standing_of(read.validation_state, results)
    if standing is Standing.TRUSTED and serial is not None and signature.serial != str(serial):
        standing = Standing.OTHER_CERTIFICATE
    return Findings(
        standing=standing,
        signer=signature.issuer or "",
        tool=f"{tool.name} {tool.version or ''}".strip(),
        source_type=next((action.source_type for action in actions if action.source_type), ""),
        failures=_failures(results),
        earlier=tuple(
            code
            for given in claim.ingredients
            for code in _failures((given.validation_results or {}).get("activeManifest"))
        ),
    )


def _failures(results: dict[str, Any] | None) -> tuple[str, ...]:
    return tuple(failure["code"] for failure in (results or {}).get("failure") or ())


def standing_of(state: str, results: dict[str, Any]) -> Standing:
    """Judge by the newest claim: those before it, such as of a model server, may be of unknown issuers."""
    failures = set(_failures(results))
    if EXPIRED in failures and failures <= {EXPIRED, UNTRUSTED}:
        return Standing.EXPIRED
    if state not in WHOLE:
        return Standing.BROKEN
    trusted = any(success["code"] == TRUSTED for success in results.get("success", ()))
    return Standing.TRUSTED if trusted else Standing.UNKNOWN_ISSUER
