"""Which keys and certificates can sign credentials."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from adapters.credentials.certificates import (
    USES,
    VALIDITY,
    Identity,
    UnusableIdentity,
    new_identity,
)

NOW = datetime(2026, 12, 1, tzinfo=UTC)
PEM = serialization.Encoding.PEM
GOOD = new_identity("Voice2Face", NOW)


def test_a_new_identity_can_be_used_at_once_and_for_ten_years() -> None:
    GOOD.require_usable(NOW)
    GOOD.require_usable(NOW + VALIDITY - timedelta(seconds=1))
    assert GOOD.expires == NOW + VALIDITY
    with pytest.raises(
        UnusableIdentity, match=r"valid from 2026-11-30 00:00 to 2036-11-30 00:00 \(UTC\) only"
    ):
        GOOD.require_usable(NOW + VALIDITY)
    with pytest.raises(UnusableIdentity, match="only"):
        GOOD.require_usable(NOW - timedelta(days=2))


def test_a_new_identity_is_what_c2pa_asks_for() -> None:
    own, issuer = x509.load_pem_x509_certificates(GOOD.certificates.encode())
    own.verify_directly_issued_by(issuer)
    issuer.verify_directly_issued_by(issuer)
    assert own.subject != own.issuer
    usage = own.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    uses = own.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [ExtendedKeyUsageOID.EMAIL_PROTECTION]
    assert not own.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (constraints.ca, constraints.path_length) == (True, 0)
    assert x509.load_pem_x509_certificate(GOOD.issuer.encode()) == issuer


def test_two_deployments_have_nothing_in_common() -> None:
    other = new_identity("Voice2Face", NOW)
    assert other.key != GOOD.key
    assert other.issuer != GOOD.issuer


def test_a_long_name_is_cut_to_what_a_certificate_can_hold() -> None:
    new_identity("Voice2Face (" + "faces." * 30 + "example)", NOW).require_usable(NOW)


def test_neither_key_nor_certificates_are_in_its_representation() -> None:
    assert "PRIVATE" not in repr(GOOD)
    assert "BEGIN" not in repr(GOOD)


def signed(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    uses: Sequence[ObjectIdentifier],
    *,
    signs: bool = True,
) -> Identity:
    """Return an identity as an operator may bring it, from an issuer of its own."""
    issuer_key = ec.generate_private_key(ec.SECP256R1())
    issuer_name, name = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in ("issuer", "operator")
    )

    def certificate(
        subject: x509.Name, public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder(issuer_name, subject, public)
            .serial_number(1)
            .not_valid_before(NOW - timedelta(days=1))
            .not_valid_after(NOW + timedelta(days=30))
        )

    usage = x509.KeyUsage(signs, False, not signs, False, False, False, False, False, False)
    own = certificate(name, key.public_key()).add_extension(usage, critical=True)
    if uses:
        own = own.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    written = [
        own.sign(issuer_key, hashes.SHA256()),
        certificate(issuer_name, issuer_key.public_key()).sign(issuer_key, hashes.SHA256()),
    ]
    private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Identity(private.decode(), "".join(c.public_bytes(PEM).decode() for c in written))


P256, P384 = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize(("key", "algorithm"), [(P256, "es256"), (P384, "es384")])
def test_an_operator_may_bring_another_one(
    key: ec.EllipticCurvePrivateKey, algorithm: str, use: ObjectIdentifier
) -> None:
    brought = signed(key, [use])
    brought.require_usable(NOW)
    assert brought.algorithm == algorithm


def certificates(identity: Identity) -> list[str]:
    return [
        f"{part}-----END CERTIFICATE-----\n"
        for part in identity.certificates.split("-----END CERTIFICATE-----\n")
    ][:-1]


OTHER = new_identity("Voice2Face", NOW)
ENCRYPTED = P256.private_bytes(
    PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"a password")
).decode()
UNUSABLE = {
    "no key": (Identity("", GOOD.certificates), "no private key"),
    "a damaged key": (Identity(GOOD.key.replace("M", "N"), GOOD.certificates), "no private key"),
    "a key with a password": (Identity(ENCRYPTED, GOOD.certificates), "without a password"),
    "no certificates": (Identity(GOOD.key, ""), "no certificates"),
    "a certificate for a key": (Identity(GOOD.key, GOOD.key), "no certificates"),
    "another key": (Identity(OTHER.key, GOOD.certificates), "another key"),
    "no issuer": (Identity(GOOD.key, certificates(GOOD)[0]), "none that signs itself"),
    "another issuer": (Identity(GOOD.key, certificates(GOOD)[0] + certificates(OTHER)[1]), "out of order"),
    "the issuer first": (Identity(GOOD.key, "".join(certificates(GOOD)[::-1])), "another key"),
    "RSA": (signed(rsa.generate_private_key(65537, 2048), USES), "another kind"),
    "another curve": (signed(ec.generate_private_key(ec.SECP521R1()), USES), "another kind"),
    "for servers": (signed(P256, [ExtendedKeyUsageOID.SERVER_AUTH]), "not for signing content"),
    "for nothing": (signed(P256, []), "not for signing content"),
    "for encryption": (signed(P256, USES, signs=False), "not for signing content"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_verifiers_would_not_accept_is_refused(name: str) -> None:
    identity, reason = UNUSABLE[name]
    with pytest.raises(UnusableIdentity, match=reason):
        identity.require_usable(NOW)
