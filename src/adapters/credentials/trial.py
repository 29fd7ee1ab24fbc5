"""Signs a picture on trial, since C2PA asks more of certificates than can be listed here."""

import tempfile
from pathlib import Path

from PIL import Image

from adapters.credentials.certificates import Identity, UnusableIdentity
from adapters.credentials.metadata.statement import SOURCE_TYPES
from adapters.credentials.signing import Content, NotSigned, sign
from adapters.credentials.verifying import Standing, read_credentials
from application.ports.faces import Origin


def require_trusted(identity: Identity) -> None:
    """Raise `UnusableIdentity` unless a file that is signed now is trusted by who trusts the issuer; also `OSError`."""
    with tempfile.TemporaryDirectory(prefix="v2f-trial-") as folder:
        plain, signed = Path(folder, "plain.png"), Path(folder, "signed.png")
        Image.new("L", (1, 1)).save(plain)
        content = Content(
            file=plain, media_type="image/png", original=plain, source_type=SOURCE_TYPES[Origin.ALGORITHM]
        )
        try:
            sign(content, signed, identity, ("Voice2Face", "trial"))
        except NotSigned as error:
            raise UnusableIdentity(f"cannot sign: {error}") from error
        found = read_credentials(signed, identity.issuer)
    if found.standing is not Standing.TRUSTED:
        reasons = ", ".join(found.failures) or found.standing
        raise UnusableIdentity(f"signs what those who trust its last certificate do not accept: {reasons}")
