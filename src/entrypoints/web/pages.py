"""Which page is at which address, and the files that pages load."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from domain.user import Language
from entrypoints.composition.settings import Settings
from entrypoints.http.language import language_of
from entrypoints.web.files import ASK_AGAIN, FOR_EVER, STATIC, StaticFile
from entrypoints.web.templates import Templates

VIEWS = (
    "/record",
    "/about-you",
    "/account/confirm",
    "/account/reset",
    "/faces",
    "/me",
    "/log-in",
    "/sign-up",
    "/faces/{shown_id:str}",
    "/shared",
)
"""The addresses whose content the scripts draw; `static/app/router.js` has the same list."""
FILES = "/static/{version:str}/{file_name:path}"
PARTS: Mapping[str, str] = {
    "/": "landing",
    **dict.fromkeys(VIEWS, "view"),
    "/record": "record",
    "/offline": "offline",
}
"""The part of the shell at each address; the first page and the recorder show all before any script runs."""
ROOT_FILES = ("robots.txt", "manifest.webmanifest", "service-worker.js")
"""Files whose address tells no version, since browsers know it by heart; they are templates, like the pages."""
FAVICON = "favicon.ico"
Translations = Mapping[Language, StaticFile]
"""A page, or a file at the root, in each language."""
AnswerError = Callable[[Request[Any, Any, Any], Exception], Response[Any]]
"""A handler of errors."""
KNOWN = {language.value for language in Language}
NOT_FOUND = "not-found"
NO_PAGES = ("/api/", "/schema", "/health", "/static/")
"""How addresses begin that are never those of a page."""

LOADED = sorted(
    path.relative_to(STATIC).as_posix()
    for path in STATIC.rglob("*.*")
    if path.is_file() and not path.is_relative_to(STATIC / "parts")
)
"""What pages load."""


def content_policy(media_origin: str) -> str:
    """Return the policy of a page: it loads from its own origin only, and media from `media_origin`, too.

    It runs no script that is in its text, and sends forms by its scripts only.
    """
    media = " ".join(filter(None, ("'self'", media_origin)))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; manifest-src 'self'; "
        f"worker-src 'self'; img-src {media}; media-src {media} blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@dataclass(frozen=True)
class Pages:
    """All pages and files, read once; `base` is the path of the service, which ends with a slash."""

    base: str = "/"
    media_origin: str = ""
    takes_guests: bool = True
    sends_mail: bool = True
    same_styling: bool = True
    files: Mapping[str, StaticFile] = field(
        default_factory=lambda: {name: StaticFile.read(name) for name in LOADED}
    )

    @classmethod
    def of(cls, settings: Settings) -> "Pages":
        """Return the pages for these settings."""
        media = urlsplit(settings.s3.public_endpoint)
        return cls(
            base=urlsplit(settings.server.public_url).path.rstrip("/") + "/",
            media_origin=f"{media.scheme}://{media.netloc}" if media.netloc else "",
            takes_guests=settings.accounts.takes_guests,
            sends_mail=settings.mail.backend == "smtp",
            same_styling=settings.studio_makes_both_faces,
        )

    @cached_property
    def version(self) -> str:
        """A name that changes with the content of any file or template: files below it can be kept for ever."""
        digest = hashlib.sha256()
        for path in sorted(STATIC.rglob("*.*")):
            digest.update(f"{path.relative_to(STATIC).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:12]

    @property
    def policy(self) -> str:
        """The `Content-Security-Policy` of each page and file."""
        return content_policy(self.media_origin)

    def page(self, address: str, language: Language) -> StaticFile:
        """Return the page at an address; the one of unknown addresses has none."""
        return self._templates.page(PARTS.get(address, NOT_FOUND), address, language)

    def root_file(self, name: str, language: Language) -> StaticFile:
        """Return a file at the root of the service."""
        return self.files[f"icons/{name}"] if name == FAVICON else self._templates.file(name, language)

    @property
    def _templates(self) -> Templates:
        return Templates(self.base, self.version, self.takes_guests, self.sends_mail, self.same_styling)

    def handlers(self) -> Sequence[HTTPRouteHandler]:
        """Return a handler for each address."""
        pages = {address: self._in_both(self.page, address) for address in PARTS}
        roots = {f"/{name}": self._in_both(self.root_file, name) for name in (*ROOT_FILES, FAVICON)}
        return [*(self._send(*pair) for pair in {**pages, **roots}.items()), self._send_file()]

    @staticmethod
    def _in_both(make: Callable[[str, Language], StaticFile], name: str) -> Translations:
        return {language: make(name, language) for language in Language}

    def _send(self, address: str, files: Translations) -> HTTPRouteHandler:
        is_translated = len(set(files.values())) > 1

        @get(address, include_in_schema=False, sync_to_thread=False)
        def send_page(request: Request[Any, Any, Any]) -> Response[Any]:
            language = page_language(request)
            fields = self._translated_fields(language) if is_translated else self._fields(ASK_AGAIN)
            return files[language].answer(request.headers, fields)

        return send_page

    def _send_file(self) -> HTTPRouteHandler:
        current = self.version

        @get(FILES, include_in_schema=False, sync_to_thread=False)
        def send_file(
            request: Request[Any, Any, Any],
            version: FromPath[str],
            file_name: FromPath[str],
        ) -> Response[Any]:
            file = self.files.get(file_name.lstrip("/"))
            if file is None:
                raise NotFoundException
            # A page of an earlier version that is still open gets today's file, which it must not keep.
            lifetime = FOR_EVER if version == current else ASK_AGAIN
            return file.answer(request.headers, self._fields(lifetime))

        return send_file

    def answering_unknown_pages(self, otherwise: AnswerError) -> AnswerError:
        """Return a handler for unknown addresses: a browser gets the page for them, and other clients `otherwise`."""
        pages = self._in_both(self.page, "")

        def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
            wants_page = "text/html" in request.headers.get("accept", "")
            path = request.scope["path"]
            if not wants_page or request.method != "GET" or path.startswith(NO_PAGES):
                return otherwise(request, error)
            language = page_language(request)
            return pages[language].answer(request.headers, self._translated_fields(language), status=404)

        return answer

    def _fields(self, lifetime: str) -> Mapping[str, str]:
        return {"Cache-Control": lifetime, "Content-Security-Policy": self.policy}

    def _translated_fields(self, language: Language) -> Mapping[str, str]:
        return {
            **self._fields(ASK_AGAIN),
            "Content-Language": language.value,
            "Vary": "Accept-Encoding, Accept-Language, Cookie",
        }


def page_language(request: Request[Any, Any, Any]) -> Language:
    """Return the language that the reader has chosen on the page, else the one that the browser prefers."""
    chosen = request.cookies.get("language", "")
    return Language(chosen) if chosen in KNOWN else language_of(request)
