"""The hosts from which the files of a model server may be downloaded."""

from collections.abc import Iterable

import httpx

from adapters.faces.model_server.failures import unusable

PORTS = {"http": 80, "https": 443}
HIGHEST_PORT = 65535


class AllowedHosts:
    """The host of the model server, and those that the operator names as `host` or `host:port`."""

    def __init__(self, endpoint: httpx.URL, named: Iterable[str]) -> None:
        self._own_host = endpoint.host
        self._named = frozenset({_with_port(endpoint), *(host.lower() for host in named)})

    def url(self, address: str) -> httpx.URL:
        """Return the address of a file that the model server names; raises `FaceFailed` unless it is allowed."""
        url = self._parsed(address, httpx.URL())
        if url.host != self._own_host:
            self._require_named(url, address)
        return url

    def redirect(self, location: str, origin: httpx.URL) -> httpx.URL:
        """Return where a redirect leads; raises `FaceFailed` unless it stays at its origin or leads to a named host.

        A program behind one port of a host must not make us call what stands behind others.
        """
        url = self._parsed(location, origin)
        if _with_port(url) != _with_port(origin):
            self._require_named(url, location)
        return url

    def _parsed(self, address: str, base: httpx.URL) -> httpx.URL:
        try:
            url = base.join(address)
            is_plain = bool(url.host) and (url.port or 0) <= HIGHEST_PORT and not url.userinfo
        except (httpx.InvalidURL, UnicodeError) as error:  # the latter for an `xn--…` that stands for no name
            raise unusable(f"{error}: {address[:200]!r}", retryable=False) from error
        if url.scheme not in PORTS or not is_plain:
            raise unusable(f"{address[:200]!r} is not a plain address of a file", retryable=False)
        return url

    def _require_named(self, url: httpx.URL, address: str) -> None:
        if not {url.host, _with_port(url)} & self._named:
            allowed = ", ".join(sorted(self._named))
            raise unusable(f"{address[:200]!r} is not on an allowed host: {allowed}", retryable=False)


def _with_port(url: httpx.URL) -> str:
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{host}:{url.port or PORTS.get(url.scheme, 0)}"
