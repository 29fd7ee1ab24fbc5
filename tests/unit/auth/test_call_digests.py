"""Digests of calls."""

import hashlib

from adapters.auth.call_digests import HmacCallDigests

SECRET = "a secret of these tests"


def test_the_same_parts_give_the_same_digest_and_others_give_others() -> None:
    digests = HmacCallDigests(SECRET)
    lists = [(b"ab", b"c"), (b"a", b"bc"), (b"abc",), (b"abc", b""), ()]
    assert len({digests(*parts) for parts in lists}) == len(lists)
    assert digests(b"ab", b"c") == digests(b"ab", b"c")
    assert len(digests()) == 64


def test_a_digest_cannot_be_made_without_the_secret() -> None:
    digest = HmacCallDigests(SECRET)(b"password")
    assert digest != HmacCallDigests("another")(b"password")
    assert digest != hashlib.sha256(b"password").hexdigest()
