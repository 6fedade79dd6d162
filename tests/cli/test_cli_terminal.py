"""`conformance terminal serve`, `check` and `schema`, as a user calls them."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from conformance.link.control.schema import protocol

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "a token of the laboratory"


def conformance(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "conformance", *words], capture_output=True, text=True, check=False, timeout=60
    )


@contextmanager
def served(*words: str):
    """The port of a terminal in a process of its own."""
    command = [sys.executable, "-m", "conformance", "terminal", "serve", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        said = program.stdout.readline()
        yield int(said.split(":")[1].split(",")[0])
        program.terminate()


def test_our_terminal_keeps_the_protocol_and_each_rule_is_told(tmp_path):
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    with served("bus-validator", "--token-file", str(tmp_path / "token")) as port:
        words = ("terminal", "check", f"127.0.0.1:{port}")
        done = conformance(*words, "--token-file", str(tmp_path / "token"), "--language", "en")
        without = conformance(*words)
    lines = done.stdout.splitlines()
    assert (done.returncode, without.returncode) == (0, 1)
    assert lines[0] == "PASS  string-id           section 1  An id that is a string comes back as it was."
    assert lines[-1] == f"127.0.0.1:{port}: 40 of 41 checks passed, 0 failed, 1 do not apply"
    assert "FAIL  hello               第 2 节  以版本 1 问候（hello），应答为版本 1。" in without.stdout
    assert "观察到：应答为" in without.stdout


def test_a_terminal_that_wants_an_operation_first_is_given_it():
    with served("pos") as port:
        words = ("terminal", "check", f"127.0.0.1:{port}")
        done = conformance(*words, "--before", "sale amount=100")
        without = conformance(*words, "--language", "en")
    assert (done.returncode, without.returncode) == (0, 1)
    assert "FAIL  card-unknown " in without.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("check", "127.0.0.1:1"), 3, "no terminal at 127.0.0.1:1: Connection refused"),
        (("check", "here"), 2, "here is not HOST:PORT"),
        (("check", "192.0.2.7:7816"), 2, "the bench must give a token and TLS for it"),
        (("check", "127.0.0.1:1", "--before", "sale 100"), 2, "no operation such as"),
        (("serve", "bus-validator", "--host", "192.0.2.1"), 2, "a token and TLS are required"),
        (("serve", "bus-validator", "--tls-cert", __file__), 2, "--tls-cert and --tls-key belong together"),
        (("serve", "bus-validator", "--token-file", "/dev/null"), 2, "holds no token of 16 to 256"),
        (("serve", "bus-validator", "--tls-cert", __file__, "--tls-key", __file__), 2, "no certificate"),
        (("serve", "bus-valdator"), 2, "bus-validator"),
    ],
)
def test_what_cannot_be_is_refused_in_words(words, code, said):
    done = conformance("terminal", *words)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_the_schema_is_printed():
    assert json.loads(conformance("terminal", "schema").stdout) == protocol()


BENCH = """
bench:
  laboratory: 实验室
  location: elsewhere
  channel: control
  grade: simulated
  time_base: virtual
  counts: quick
  terminal:
    address: 127.0.0.1:{port}
    card: apdu
    token_file: token
    tls: {{fingerprint: "{fingerprint}"}}
"""


def test_a_bench_reaches_a_terminal_behind_token_and_tls(tmp_path):
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    files = tls_files(tmp_path)
    guard = ("--token-file", "token", "--tls-cert", "server.pem", "--tls-key", "server.key")
    words = [str(tmp_path / each) if "." in each or each == "token" else each for each in guard]
    with served("bus-validator", *words) as port:
        bench = BENCH.format(port=port, fingerprint=files)
        (tmp_path / "bench.yaml").write_text(bench, encoding="utf-8")
        options = ("--product", "simulated/bus-validator", "--reports", str(tmp_path))
        done = conformance("run", "TRN-BUS-050", *options, "--bench", str(tmp_path / "bench.yaml"))
        (tmp_path / "token").write_text("another token of nobody", encoding="utf-8")
        refused = conformance("run", "TRN-BUS-050", *options, "--bench", str(tmp_path / "bench.yaml"))
    assert "bus-validator: PASS 1, NOT RUN" in done.stdout
    assert (refused.returncode, "does not let the suite in" in refused.stderr) == (3, True)


def tls_files(folder: Path) -> str:
    """A self-signed certificate and its key; the certificate's fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "validator")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "server.key").write_bytes(plain)
    return certificate.fingerprint(hashes.SHA256()).hex(":")
