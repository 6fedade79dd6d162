"""The operator's page as a peer sees it: nothing without the token, and nothing without bounds."""

from __future__ import annotations

import http.client
import re
import socket
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from test_operator_desk import APP0, jpeg

from conformance.link.operator.page import PageDesk
from conformance.link.operator.page.desk import MOST_FORM_BYTES
from conformance.link.operator.photos import MOST_BYTES
from conformance.link.operator.seen import entries
from conformance.link.outcomes import OperatorAbsent, TerminalUnreachable
from conformance.model.operator import Line, Question

QUESTION = Question(
    "present", (Line("do.present-contactless", {"serial": "S-01"}),), entries({"O5": "screen"}, "contactless")
)
SEEN = {"ending": "done", "signal": "accepted"}
TOKEN = "a-token-of-the-lab"


class Peer:
    """Somebody who knows the address, and perhaps the token."""

    def __init__(self, desk, token) -> None:
        self.port = int(re.search(r":(\d+)/", desk.address)[1])
        self.cookie = f"conformance-operator={token}"

    def send(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, body, {"Cookie": self.cookie, **headers})
        answer = connection.getresponse()
        shown = answer.status, answer.read().decode(errors="replace")
        connection.close()
        return shown

    def post(self, path, **form):
        return self.send("POST", path, urlencode(form))[0]

    @property
    def version(self):
        return re.search(r'data-version="(\d+)"', self.send("GET", "/")[1])[1]

    def answer(self, **form):
        return self.post("/answer", version=self.version, **form)


class Asked:
    """A question put in another thread, and what came of it."""

    def __init__(self, desk) -> None:
        self.answer = self.outcome = None
        self.thread = threading.Thread(target=self._ask, args=(desk,), daemon=True)
        self.thread.start()
        while desk.board.shown.state != "asked":
            time.sleep(0.01)

    def _ask(self, desk):
        try:
            self.answer = desk.ask(QUESTION)
        except OperatorAbsent as outcome:
            self.outcome = outcome

    def end(self):
        self.thread.join(10)
        return self.answer


@contextmanager
def serving(evidence, deadline_s=20.0, undo_s=20.0):
    desk = PageDesk("zh", deadline_s=deadline_s, undo_s=undo_s, evidence=evidence)
    try:
        yield desk, Peer(desk, desk.token)
    finally:
        desk.close()


def test_nothing_is_shown_and_nothing_taken_without_the_token(tmp_path):
    with serving(tmp_path, deadline_s=1.0) as (desk, _):
        asked, stranger = Asked(desk), Peer(desk, "guessed")
        paths = ("/", "/?token=guessed", "/news?after=0", "/evidence/0123456789abcdef.jpg")
        seen = [stranger.send("GET", path) for path in paths]
        assert {status for status, _ in seen} == {403}
        assert not any("S-01" in text for _, text in seen)
        assert stranger.post("/answer", version=desk.board.shown.version, **SEEN) == 403
        assert stranger.send("POST", "/photo?version=1", jpeg(APP0))[0] == 403
        asked.end()
        assert isinstance(asked.outcome, OperatorAbsent)
        assert list(tmp_path.iterdir()) == []


def test_the_token_of_the_address_opens_the_page_and_leaves_its_bar(tmp_path):
    with serving(tmp_path) as (desk, _):
        connection = http.client.HTTPConnection("127.0.0.1", Peer(desk, "").port)
        connection.request("GET", f"/?token={desk.token}")
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        assert "HttpOnly" in answer.headers["Set-Cookie"]


def test_a_form_of_another_site_is_refused(tmp_path):
    with serving(tmp_path) as (desk, peer):
        asked = Asked(desk)
        form = urlencode({"version": peer.version, **SEEN})
        assert peer.send("POST", "/answer", form, Origin="http://elsewhere.example")[0] == 403
        peer.answer(**SEEN)
        peer.post("/go-on")
        assert asked.end().values == {"signal": "accepted"}


def test_an_answer_waits_for_its_undo_and_says_how_often(tmp_path):
    with serving(tmp_path) as (desk, peer):
        asked = Asked(desk)
        peer.answer(**SEEN)
        assert asked.answer is None
        peer.post("/undo")
        peer.answer(ending="done", signal="declined")
        peer.post("/go-on")
        assert (asked.end().values, asked.answer.undone) == ({"signal": "declined"}, 1)


def test_an_answer_stands_by_itself_when_its_time_is_over(tmp_path):
    with serving(tmp_path, undo_s=0.1) as (desk, peer):
        asked = Asked(desk)
        peer.answer(**SEEN)
        assert asked.end().values == {"signal": "accepted"}


def test_an_answer_to_another_question_is_passed_over(tmp_path):
    with serving(tmp_path, deadline_s=0.5) as (desk, peer):
        asked = Asked(desk)
        for version in ("0", "999", "-1", "x", ""):
            peer.post("/answer", version=version, **SEEN)
        asked.end()
        assert isinstance(asked.outcome, OperatorAbsent)


def test_an_answer_that_is_not_whole_is_asked_for_again(tmp_path):
    with serving(tmp_path, deadline_s=0.5) as (desk, peer):
        asked = Asked(desk)
        peer.answer(ending="done", balance="49,00")
        shown = peer.send("GET", "/")[1]
        asked.end()
    assert "请填写" in shown
    assert "格式不对" in shown


def test_photos_belong_to_the_answer_and_are_bounded(tmp_path):
    with serving(tmp_path) as (desk, peer):
        asked = Asked(desk)
        path = f"/photo?version={peer.version}"
        assert peer.send("POST", path, jpeg(APP0))[0] == 200
        assert peer.send("POST", path, b"<svg/>")[0] == 422
        assert peer.send("POST", path, b"", **{"Content-Length": str(MOST_BYTES + 1)})[0] == 413
        for number in range(8):
            peer.send("POST", path, jpeg(APP0, (0xDB, bytes([number]))))
        peer.answer(**SEEN)
        peer.post("/go-on")
        assert len(asked.end().photos) == 6
        assert peer.send("GET", f"/evidence/{asked.answer.photos[0].file}")[0] == 200
        assert peer.send("GET", "/evidence/../run.jsonl")[0] == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Length": str(MOST_FORM_BYTES + 1)},
        {"Content-Length": "-1"},
        {"Content-Length": "1" * 400},
        {"Transfer-Encoding": "chunked"},
    ],
)
def test_a_form_beyond_bounds_is_not_read(tmp_path, headers):
    with serving(tmp_path) as (desk, peer):
        with socket.create_connection(("127.0.0.1", peer.port), 10) as connection:
            lines = [f"{name}: {value}" for name, value in {"Cookie": peer.cookie, **headers}.items()]
            connection.sendall("\r\n".join(["POST /answer HTTP/1.0", *lines, "", ""]).encode())
            assert b" 413 " in connection.recv(4096)
        assert desk.board.shown.version == 0


def test_silent_and_noisy_connections_leave_the_page_alive(tmp_path):
    with serving(tmp_path) as (desk, peer):
        asked = Asked(desk)
        silent = [socket.create_connection(("127.0.0.1", peer.port), 10) for _ in range(20)]
        for noise in (b"\x00" * 100, b"GET\r\n\r\n", b"POST / HTTP/1.0\r\n" + b"a: b\r\n" * 200 + b"\r\n"):
            with socket.create_connection(("127.0.0.1", peer.port), 10) as connection:
                connection.sendall(noise)
        peer.answer(**SEEN)
        peer.post("/go-on")
        assert asked.end().values == {"signal": "accepted"}
        for connection in silent:
            connection.close()


def test_another_person_takes_over(tmp_path):
    with serving(tmp_path) as (desk, peer):
        asked = Asked(desk)
        peer.post("/operator", operator="李四")
        peer.answer(**SEEN)
        peer.post("/go-on")
        assert asked.end().by == "李四"


def test_the_page_speaks_both_languages(tmp_path):
    with serving(tmp_path, deadline_s=0.5) as (desk, peer):
        asked = Asked(desk)
        chinese = peer.send("GET", "/")[1]
        peer.cookie += "; conformance-language=en"
        english = peer.send("GET", "/")[1]
        asked.end()
    assert "将样品 S-01 贴近感应区" in chinese
    assert "Hold sample S-01 to the reader" in english


@pytest.mark.parametrize(
    ("host", "opened"),
    [
        ("::1", r"http://\[::1\]:"),
        ("0.0.0.0", r"http://(?!0\.0\.0\.0)[\d.]+:"),  # noqa: S104  every address is what is tested
    ],
)
def test_the_address_that_is_told_can_be_opened(host, opened):
    try:
        desk = PageDesk("zh", deadline_s=1, undo_s=0, evidence=None, host=host, token=TOKEN)
    except TerminalUnreachable:
        pytest.skip(f"this machine serves nothing on {host}")
    try:
        assert re.match(opened, desk.address)
        assert build_opener(HTTPCookieProcessor()).open(desk.address).status == 200
    finally:
        desk.close()


def test_an_address_that_is_taken_is_the_benchs_fault(tmp_path):
    with serving(tmp_path) as (_, peer), pytest.raises(TerminalUnreachable):
        PageDesk("zh", deadline_s=1, undo_s=0, evidence=None, port=peer.port)
