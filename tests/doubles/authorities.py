"""Authorities that give certificates to those who sign faces."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from adapters.credentials.certificates import Identity


def new_key() -> str:
    """Return a private key in the form of OpenSSL (SEC 1)."""
    form = serialization.PrivateFormat.TraditionalOpenSSL
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@dataclass
class Authority:
    """Gives certificates for ninety days; by default such as verifiers accept."""

    is_authority: bool = True
    has_identifiers: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def identity(
        self,
        name: str,
        key: str,
        uses: Sequence[ObjectIdentifier] = (ExtendedKeyUsageOID.EMAIL_PROTECTION,),
    ) -> Identity:
        """Return a key with a certificate for it, and that of this authority."""
        public = serialization.load_pem_private_key(key.encode(), None).public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey)
        return Identity(
            key, self._certificate(name, public, uses) + self._certificate("issuer", self.key.public_key())
        )

    def _certificate(
        self, name: str, public: ec.EllipticCurvePublicKey, uses: Sequence[ObjectIdentifier] = ()
    ) -> str:
        """Return a certificate, which is the authority's own one unless it is for a use."""
        is_issuer = not uses
        issuer, subject = (
            x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, text)]) for text in ("issuer", name)
        )
        usage = x509.KeyUsage(not is_issuer, False, False, False, False, is_issuer, is_issuer, False, False)
        now = datetime.now(UTC)
        built = (
            x509.CertificateBuilder(issuer, subject, public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=90))
            .add_extension(x509.BasicConstraints(is_issuer and self.is_authority, None), critical=True)
            .add_extension(usage, critical=True)
        )
        if uses:
            built = built.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        if self.has_identifiers:
            authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
            built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            built = built.add_extension(authority, critical=False)
        return built.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
