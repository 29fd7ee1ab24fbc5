"""The cookie that holds the refresh token of a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.datastructures import Headers

from application.accounts.sessions import SessionTokens
from application.errors import InvalidToken
from entrypoints.http.request_errors import BadRequest, OriginNotAllowed, RequestRefused

COOKIE = "refresh"
SECURE_COOKIE = f"__Secure-{COOKIE}"
"""Its name at https: browsers let only answers by https set a cookie with this prefix."""
REFRESH_PATH = "/api/v1/auth/refresh"


class CookieRefused(RequestRefused):
    """The cookie is missing or cannot be used any more; the answer removes it."""

    status = HTTPStatus.UNAUTHORIZED
    code = InvalidToken.code
    sentence = "You are not logged in. Log in first."


class RefreshCookie:
    """The refresh cookie of a request, and of the answer to it.

    A browser sends it for any page that asks. So a page of another origin is refused here, for each handler that has to
    do with the cookie. That includes logging in: a page could otherwise put the user into an account of its own.
    """

    def __init__(self, connection: ASGIConnection[Any, Any, Any, Any], own_address: str) -> None:
        """Take the address of the service that this client uses, too; raises `OriginNotAllowed`."""
        address = urlsplit(own_address)
        _require_own_page(connection.headers, address.netloc.lower())
        self._headers = connection.headers
        self._is_secure = address.scheme == "https"
        self._name = SECURE_COOKIE if self._is_secure else COOKIE
        self._path = address.path + REFRESH_PATH

    @property
    def token(self) -> str:
        """The refresh token; raises `CookieRefused` if there is none, `BadRequest` for two that differ."""
        sent = self.tokens
        if not sent:
            raise CookieRefused(headers=self.removed())
        if len(sent) > 1:
            raise BadRequest("The request has two different refresh cookies: send one.")
        return sent.pop()

    @property
    def tokens(self) -> set[str]:
        """All refresh tokens of the request: it may have several, if a host of the same domain has set one, too."""
        pairs = (pair.strip() for line in self._headers.getall("cookie", ()) for pair in line.split(";"))
        named = (pair.partition("=") for pair in pairs)
        return {value for name, _, value in named if name == self._name and value}

    @contextmanager
    def removed_if_refused(self) -> Iterator[None]:
        """Remove the cookie by the answer that refuses its token."""
        try:
            yield
        except InvalidToken as error:
            raise CookieRefused(str(error), headers=self.removed()) from error

    def kept(self, tokens: SessionTokens) -> dict[str, str]:
        """Return the header that sets the cookie, for as long as the session lasts."""
        return self._header(tokens.refresh_token or "", tokens.session_lifetime)

    def removed(self) -> dict[str, str]:
        """Return the header that removes the cookie."""
        return self._header("", timedelta(0))

    def _header(self, value: str, lifetime: timedelta) -> dict[str, str]:
        seconds = int(lifetime.total_seconds())
        secure = "; Secure" if self._is_secure else ""
        attributes = f"Path={self._path}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
        return {"Set-Cookie": f"{self._name}={value}; {attributes}"}


def _require_own_page(headers: Headers, own_host: str) -> None:
    """Raise `OriginNotAllowed` for a request that a page of another origin made; programs send neither field."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        is_own = site in ("same-origin", "none")
    else:  # an older browser, or a page that came by http
        hosts = (own_host, headers.get("host", "").lower())
        is_own = origin is None or origin.partition("://")[2].lower() in hosts
    if not is_own:
        raise OriginNotAllowed
