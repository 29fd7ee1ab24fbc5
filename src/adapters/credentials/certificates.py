"""The key that signs credentials, and the certificates that tell whose it is (RFC 5280, C2PA «X.509 Certificates»)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

VALIDITY = timedelta(days=3652)
"""Ten years. Files carry no time stamp of a third party, so they are valid for no longer than the certificate."""
CLOCK_ERROR = timedelta(days=1)
"""How much earlier a new certificate begins: clocks of those who verify may be slow."""
LONGEST_NAME = 64
"""Characters of an organisation or a common name (RFC 5280, appendix A.1)."""
ALGORITHMS = {ec.SECP256R1.name: "es256", ec.SECP384R1.name: "es384"}
"""The signature that goes with the curve of a key, as C2PA names it."""
USES = (ExtendedKeyUsageOID.EMAIL_PROTECTION, ObjectIdentifier("1.3.6.1.4.1.62558.2.1"))
"""What a certificate may be for: what all verifiers accept, and what the C2PA Conformance Program issues."""
PEM = serialization.Encoding.PEM
BLOCK = re.compile(r"-----BEGIN (?P<label>[A-Z ]+)-----.*?-----END (?P=label)-----", re.DOTALL)
"""One thing in a text of PEM (RFC 7468); what stands around it, such as a byte order mark, is left out."""


class Part(StrEnum):
    """What of an identity cannot be used."""

    KEY = "key"
    CERTIFICATES = "certificates"


class UnusableIdentity(Exception):
    """Key and certificates cannot sign; the message is the rest of a sentence that begins with where they are."""

    def __init__(self, message: str, part: Part = Part.CERTIFICATES) -> None:
        """Tell which part cannot be used."""
        super().__init__(message)
        self.part = part


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """A private key and its certificates, as PEM."""

    key: str
    certificates: str
    """The one of the key first, then each issuer's."""

    @classmethod
    def read(cls, text: str) -> "Identity":
        """Return what a text holds in PEM, in whichever order key and certificates are; it is not checked."""
        blocks = [(found["label"], f"{found[0]}\n") for found in BLOCK.finditer(text)]
        return cls(
            "".join(block for label, block in blocks if label.endswith("PRIVATE KEY")),
            "".join(block for label, block in blocks if label == "CERTIFICATE"),
        )

    @property
    def signing_key(self) -> str:
        """The key as PKCS #8 in PEM, the only form that C2PA's library reads."""
        return _pkcs8(_private_key(self.key))

    @property
    def issuer(self) -> str:
        """The last certificate: what those who verify have to trust."""
        return _written(_parsed(self.certificates)[-1])

    @property
    def serial(self) -> int:
        """The serial number of the key's own certificate, which its issuer gives to no other."""
        return _parsed(self.certificates)[0].serial_number

    @property
    def algorithm(self) -> str:
        """The signature, as C2PA names it."""
        return ALGORITHMS[_private_key(self.key).curve.name]

    @property
    def expires(self) -> datetime:
        """When the first certificate to expire does so."""
        return min(certificate.not_valid_after_utc for certificate in _parsed(self.certificates))

    def require_usable(self, now: datetime) -> None:
        """Raise `UnusableIdentity` unless verifiers who trust the issuer would accept what is signed now."""
        self.require_matching()
        for certificate in _parsed(self.certificates):
            if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
                raise UnusableIdentity(
                    f"holds a certificate that is valid from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} "
                    f"to {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} (UTC) only"
                )

    def require_matching(self) -> None:
        """Raise `UnusableIdentity` unless key and certificates belong together and are for signing, at any time."""
        certificates, key = _parsed(self.certificates), _private_key(self.key)
        if certificates[0].public_key() != key.public_key():
            raise UnusableIdentity("holds another key than the first certificate is for", Part.KEY)
        _require_chain(certificates)
        _require_use(certificates[0])


def certificates_in(text: str) -> str:
    """Return the certificates that a text holds, as PEM and nothing else; raises `UnusableIdentity`."""
    return "".join(map(_written, _parsed(text)))


def new_identity(organisation: str, now: datetime) -> Identity:
    """Make a key, its certificate and the certificate of an issuer of its own, whose key is not kept.

    A certificate that signs itself is none that C2PA accepts. So no other certificate of this issuer can be made later.
    """
    issuer_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer_name, own_name = (
        _name(organisation, name) for name in ("Voice2Face issuer", "Voice2Face credentials")
    )

    def certificate(
        subject: x509.Name, public: ec.EllipticCurvePublicKey, *, is_issuer: bool
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - CLOCK_ERROR)
            .not_valid_after(now + VALIDITY)
            .add_extension(x509.BasicConstraints(is_issuer, 0 if is_issuer else None), critical=True)
            .add_extension(_key_usage(is_issuer=is_issuer), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
            )
        )

    own = (
        certificate(own_name, key.public_key(), is_issuer=False)
        .add_extension(x509.ExtendedKeyUsage(USES[:1]), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    issuer = certificate(issuer_name, issuer_key.public_key(), is_issuer=True).sign(
        issuer_key, hashes.SHA256()
    )
    return Identity(_pkcs8(key), _written(own) + _written(issuer))


def _name(organisation: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:LONGEST_NAME]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _key_usage(*, is_issuer: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_issuer,
        key_cert_sign=is_issuer,
        crl_sign=is_issuer,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _parsed(certificates: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(certificates.encode())
    except ValueError as error:
        raise UnusableIdentity("holds no certificates in PEM") from error


def _written(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(PEM).decode()


def _pkcs8(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


def _private_key(key: str) -> ec.EllipticCurvePrivateKey:
    try:
        loaded = serialization.load_pem_private_key(key.encode(), password=None)
    except (ValueError, TypeError) as error:  # TypeError: it is encrypted
        raise UnusableIdentity("holds no private key in PEM without a password", Part.KEY) from error
    if not isinstance(loaded, ec.EllipticCurvePrivateKey) or loaded.curve.name not in ALGORITHMS:
        raise UnusableIdentity("holds a key of another kind than P-256 and P-384", Part.KEY)
    return loaded


def _require_chain(certificates: Sequence[x509.Certificate]) -> None:
    if len(certificates) < 2:
        raise UnusableIdentity(
            "holds one certificate only: its issuer's must follow, and verifiers accept none that signs itself"
        )
    for certificate, issuer in pairwise(certificates):
        try:
            certificate.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise UnusableIdentity(
                "holds certificates out of order: each must be issued by the next"
            ) from error


def _require_use(certificate: x509.Certificate) -> None:
    try:
        extensions = certificate.extensions
        uses = set(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
        signs = extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    except (x509.ExtensionNotFound, ValueError):
        uses, signs = set(), False
    if not signs or not uses.intersection(USES):
        raise UnusableIdentity(
            "holds a certificate that is not for signing content: its key usage must be digitalSignature, "
            "and its extended key usage emailProtection or the one of C2PA"
        )
