"""Loopback is open; anywhere else a token and TLS are required, of both sides."""

from __future__ import annotations

import socket

import pytest
from certificates import certified
from small_card import ECHO, SmallCard
from small_terminal import SmallTerminal, raw, request, serving

from conformance.link.control import ControlServer, ControlTerminal
from conformance.link.control.access import Guard, Trust, is_loopback, read_token, server_context
from conformance.link.memory import MemoryCard
from conformance.link.outcomes import TerminalUnreachable

EVERYWHERE = "0.0.0.0"  # noqa: S104  that it is refused, or guarded, is the test
TOKEN = "a token of the laboratory"


@pytest.fixture(name="files", scope="module")
def files_fixture(tmp_path_factory):
    return certified(tmp_path_factory.mktemp("own"))


@pytest.fixture(name="port", scope="module")
def port_fixture(files):
    guard = Guard(TOKEN, server_context(files.certificate, files.key))
    with serving(SmallTerminal(), guard=guard) as server:
        yield server.port


@pytest.fixture(name="reached")
def reached_fixture(port):
    terminals = []

    def reach(**known):
        terminals.append(ControlTerminal("127.0.0.1", port, 5, apdu=True, trust=Trust(TOKEN, **known)))
        return terminals[-1]

    yield reach
    for each in terminals:
        each.close()


@pytest.mark.parametrize("way", ["ca", "fingerprint"])
def test_a_terminal_behind_tls_is_known_by(reached, files, way):
    card = SmallCard()
    terminal = reached(**{way: getattr(files, way)})
    terminal.present(MemoryCard(card))
    assert card.seen == [ECHO]
    assert terminal.alive()


def test_a_fingerprint_needs_no_colons(reached, files):
    assert reached(fingerprint=files.fingerprint.replace(":", "").lower()).identify().vendor == "示例"


def test_a_terminal_with_another_ca_is_not_spoken_to(reached, tmp_path):
    with pytest.raises(TerminalUnreachable, match=r"TLS: .*certificate"):
        reached(ca=certified(tmp_path).ca).identify()


def test_a_terminal_with_another_certificate_is_not_spoken_to(reached):
    with pytest.raises(TerminalUnreachable, match="certificate has the fingerprint"):
        reached(fingerprint="00" * 32).identify()


def test_a_certificate_for_another_address_is_refused(tmp_path):
    files = certified(tmp_path, "192.0.2.7")
    guard = Guard(TOKEN, server_context(files.certificate, files.key))
    with serving(SmallTerminal(), guard=guard) as server:
        terminal = ControlTerminal("127.0.0.1", server.port, trust=Trust(TOKEN, files.ca))
        with pytest.raises(TerminalUnreachable, match=r"TLS: .*127\.0\.0\.1"):
            terminal.identify()


def test_who_speaks_no_tls_hears_nothing(port):
    with raw(port, greet=False) as line:
        assert line.ask(request("ping")) is None


def test_a_terminal_that_speaks_no_tls_is_not_spoken_to():
    with serving(SmallTerminal()) as server:
        terminal = ControlTerminal("127.0.0.1", server.port, 1, trust=Trust(TOKEN, fingerprint="00" * 32))
        with pytest.raises(TerminalUnreachable):
            terminal.identify()


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        (EVERYWHERE, False),
        ("::", False),
        ("192.0.2.7", False),
        ("validator", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_only_loopback_is_this_machine(host, own):
    assert is_loopback(host) is own


@pytest.mark.parametrize("trust", [None, Trust(), Trust(TOKEN), Trust(None, fingerprint="00" * 32)], ids=repr)
def test_the_suite_connects_nowhere_else_without_token_and_tls(trust):
    with pytest.raises(ValueError, match=r"192\.0\.2\.7 is not on this machine"):
        ControlTerminal("192.0.2.7", 7816, trust=trust)


def test_with_both_it_would():
    trust = Trust(TOKEN, fingerprint="00" * 32)
    assert ControlTerminal("192.0.2.7", 7816, trust=trust) is not None


@pytest.mark.parametrize("token", [None, TOKEN])
def test_nobody_listens_elsewhere_without_token_and_tls(token):
    with pytest.raises(ValueError, match="a token and TLS are required"):
        ControlServer(SmallTerminal(), host=EVERYWHERE, guard=Guard(token))


def test_with_both_one_listens(files):
    guard = Guard(TOKEN, server_context(files.certificate, files.key))
    server = ControlServer(SmallTerminal(), host=EVERYWHERE, guard=guard)
    assert server.address[0] == EVERYWHERE
    server.close()


@pytest.mark.parametrize(
    "content", ["", "short", "x" * 257, "no\u00a0ASCII, but long", "two lines\nof a token"]
)
def test_a_file_without_a_token_is_refused(tmp_path, content):
    (tmp_path / "token").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="holds no token of 16 to 256"):
        read_token(tmp_path / "token")


def test_a_tokens_file_may_end_with_its_line(tmp_path):
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    assert read_token(tmp_path / "token") == TOKEN


def test_files_that_are_no_certificate_are_refused(files, tmp_path):
    (tmp_path / "no.pem").write_text("no certificate", encoding="utf-8")
    with pytest.raises(ValueError, match="are no certificate and its key"):
        server_context(tmp_path / "no.pem", files.key)


def test_a_handshake_that_does_not_come_ends(files, monkeypatch):
    monkeypatch.setattr("conformance.link.control.server.HELLO_S", 0.2)
    guard = Guard(TOKEN, server_context(files.certificate, files.key))
    with serving(SmallTerminal(), guard=guard) as server, socket.socket() as silent:
        silent.connect(("127.0.0.1", server.port))
        silent.settimeout(5)
        assert silent.recv(1) == b""
