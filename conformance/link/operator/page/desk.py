"""Serves the operator's page, on loopback unless told otherwise with a token of its own."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import socket
import time
from base64 import b64encode
from functools import cache
from hmac import compare_digest
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from threading import BoundedSemaphore, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from conformance import text
from conformance.link.operator.form import MOST_TEXT, cleaned
from conformance.link.operator.page.board import Board
from conformance.link.operator.photos import MOST_BYTES as MOST_PHOTO_BYTES
from conformance.link.operator.photos import PhotoRefusedError
from conformance.link.outcomes import TerminalUnreachable

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.model.operator import Answer, Place, Question

MOST_FORM_BYTES = 1 << 16
MOST_FIELDS = 64
MOST_CONNECTIONS = 32
TOKEN_LEAST = 16  # characters of a token that somebody chose
_NEWS_S = 20.0
_READ_S = 15.0
_FAREWELL_S = 5.0
_POLL_S = 0.05
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  these are compared with, and served only with a token of their own
_SOMEBODY = ("192.0.2.1", 9)  # of a network that is only for documentation (RFC 5737)
_COOKIE = "conformance-operator"
_LANGUAGE = "conformance-language"
_PHOTO_NAME = re.compile(r"/evidence/([0-9a-f]{16}\.(?:jpg|png))")
_PHOTO_TYPES = {"jpg": "image/jpeg", "png": "image/png"}


class PageDesk:
    """Asks on a page in `language` at `host` and `port`, which only who has the token can open.

    `evidence` is the folder that takes photos, None to take none. Raises TerminalUnreachable where the
    address cannot be served.
    """

    def __init__(  # noqa: PLR0913  a page, its person and its bounds
        self,
        language: str,
        *,
        deadline_s: float,
        undo_s: float,
        evidence: Path | None,
        operator: str = "",
        host: str = "127.0.0.1",
        port: int = 0,
        token: str | None = None,
    ) -> None:
        self.board = Board(deadline_s, undo_s, evidence, operator)
        self.token = token or secrets.token_urlsafe(18)
        try:
            self._server = _Server((host, port), self.board, self.token, language)
        except OSError as error:
            reason = error.strerror or str(error)
            raise TerminalUnreachable(f"the operator's page cannot be served: {reason}") from error
        Thread(target=self._server.serve_forever, args=(_POLL_S,), name="page", daemon=True).start()

    @property
    def address(self) -> str:
        """What a person opens, token included; of a server on every address, one that others reach."""
        host, port = str(self._server.server_address[0]), self._server.server_address[1]
        shown = _own_address() if host in _EVERYWHERE else host
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/?token={self.token}"

    def ask(self, question: Question) -> Answer:
        return self.board.put(question)

    def at(self, place: Place) -> None:
        self.board.at(place)

    def wait(self, seconds: float) -> None:
        if seconds > 0:
            self.board.pause(seconds)

    def close(self) -> None:
        """Tell who looks that the run has ended, and stop serving."""
        self.board.end(_FAREWELL_S)
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    """One thread for each connection, and a bound on how many."""

    daemon_threads = True
    request_queue_size = MOST_CONNECTIONS
    block_on_close = False

    def __init__(self, address: tuple[str, int], board: Board, token: str, language: str) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Page)
        self.board, self.token, self.language = board, token, language
        self._room = BoundedSemaphore(MOST_CONNECTIONS)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        """A connection that breaks off is no event."""


class _Page(BaseHTTPRequestHandler):
    """One request to the page. Nothing is given to, or taken from, who does not show the token."""

    server: _Server
    timeout = _READ_S
    server_version = "conformance"
    sys_version = ""

    def do_GET(self) -> None:
        target = urlsplit(self.path)
        asked = dict(parse_qsl(target.query, max_num_fields=8))
        if "token" in asked and target.path == "/" and self._is_token(asked["token"]):
            self._see_other({_COOKIE: self.server.token})
        elif not self._is_known():
            self._forbid()
        elif target.path == "/" and asked.get("language") in text.LANGUAGES:
            self._see_other({_LANGUAGE: asked["language"]})
        elif target.path == "/":
            self._send(HTTPStatus.OK, "text/html; charset=utf-8", self._page().encode())
        elif target.path == "/news":
            self._news(asked.get("after", ""))
        elif (named := _PHOTO_NAME.fullmatch(target.path)) is not None:
            self._photo(named[1])
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        if not self._is_known() or not self._is_own_form():
            self._forbid()
        elif self.path.startswith("/photo?"):
            self._take_photo()
        elif (form := self._form()) is None:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._take(form)
            self._see_other({})

    def log_message(self, *_: object) -> None:
        """Requests are no part of a run's output."""

    def _is_token(self, said: str) -> bool:
        return compare_digest(said.encode(), self.server.token.encode())

    def _is_known(self) -> bool:
        return self._is_token(self._cookie(_COOKIE))

    def _cookie(self, name: str) -> str:
        try:
            held = SimpleCookie(self.headers.get("Cookie", "")).get(name)
        except CookieError:
            return ""
        return held.value if held else ""

    def _is_own_form(self) -> bool:
        """A form of this very page; another site's has its own origin."""
        origin = self.headers.get("Origin")
        return origin is None or origin == f"http://{self.headers.get('Host')}"

    @property
    def _language(self) -> str:
        chosen = self._cookie(_LANGUAGE)
        return chosen if chosen in text.LANGUAGES else self.server.language

    def _body(self, most: int) -> bytes | None:
        """What was sent, None for what is too much or does not say how much."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or len(length) > 9 or int(length) > most:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def _form(self) -> dict[str, str] | None:
        raw = self._body(MOST_FORM_BYTES)
        if raw is None:
            return None
        try:
            fields = parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            return None
        return {name: values[-1] for name, values in fields.items()}

    def _take(self, form: dict[str, str]) -> None:
        board = self.server.board
        match urlsplit(self.path).path:
            case "/answer":
                ending = form.pop("ending", "")
                version = form.pop("version", "")
                if ending in ("done", "refused", "skipped") and version.isdecimal():
                    board.answer(int(version), ending, form)
            case "/undo":
                board.undo()
            case "/go-on":
                board.go_on()
            case "/leave":
                board.took_leave()
            case "/operator":
                if name := cleaned(form.get("operator", ""))[:MOST_TEXT]:
                    board.rename(name)

    def _take_photo(self) -> None:
        version = dict(parse_qsl(urlsplit(self.path).query)).get("version", "")
        raw = self._body(MOST_PHOTO_BYTES)
        if raw is None or not version.isdecimal():
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        try:
            photo = self.server.board.attach(int(version), raw)
        except PhotoRefusedError:
            self.send_error(HTTPStatus.UNPROCESSABLE_ENTITY)
            return
        self._send(HTTPStatus.OK, "application/json", json.dumps({"file": photo.file}).encode())

    def _photo(self, name: str) -> None:
        folder = self.server.board.evidence
        if folder is None or not (folder / name).is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self._send(HTTPStatus.OK, _PHOTO_TYPES[name[-3:]], (folder / name).read_bytes())

    def _news(self, after: str) -> None:
        shown = self.server.board.news(int(after) if after.isdecimal() else -1, _NEWS_S)
        told = {"version": shown.version, "ended": shown.state == "ended"}
        self._send(HTTPStatus.OK, "application/json", json.dumps(told).encode())

    def _page(self) -> str:
        board, language = self.server.board, self._language
        shown = board.shown
        groups: dict[str, list[Any]] = {}
        for entry in shown.question.entries if shown.question else ():
            groups.setdefault(entry.group, []).append(entry)
        return (
            _environment()
            .get_template("page.html.j2")
            .render(
                language=language,
                shown=shown,
                groups=groups,
                operator=board.operator,
                photos=board.photos,
                takes_photos=board.evidence is not None,
                left_s=max(0.0, shown.until - time.monotonic()),
                undo_s=board.undo_s,
                bound=_bound(board.deadline_s),
                told=lambda key, **values: text.asked(key, values, language),
                line=lambda each: text.asked(each.key, each.arguments, language),
                phrase=lambda words: text.phrase(words, language),
            )
        )

    def _forbid(self) -> None:
        words = "\n".join(text.asked("page.forbidden", {}, language) for language in text.LANGUAGES)
        self._send(HTTPStatus.FORBIDDEN, "text/plain; charset=utf-8", words.encode())

    def _see_other(self, cookies: dict[str, str]) -> None:
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", "/")
        for name, value in cookies.items():
            self.send_header("Set-Cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Lax")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "same-origin")
        self.send_header("Content-Security-Policy", _policy())
        self.end_headers()
        self.wfile.write(body)


def _bound(seconds: float) -> tuple[str, str]:
    """A deadline in the unit that a person thinks in: its sentence and its number."""
    if seconds < 120:
        return "page.seconds", f"{seconds:g}"
    return "page.minutes", f"{seconds / 60:.0f}"


def _own_address() -> str:
    """The address by which this machine would reach another one; nothing is sent to learn it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_SOMEBODY)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("conformance.link.operator.page", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = _asset
    environment.filters["named"] = lambda entry, line: line(entry.label)
    return environment


@cache
def _policy() -> str:
    """What the page may do: its own script alone, and nothing from elsewhere."""
    script = b64encode(hashlib.sha256(_asset("page.js").encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{script}'; style-src 'unsafe-inline'; img-src 'self' data:;"
        " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


@cache
def _asset(name: str) -> Markup:
    """A file of the page's own that goes into it as it is."""
    return Markup(files(__package__).joinpath(name).read_text(encoding="utf-8"))  # noqa: S704
