"""Who may speak: loopback is open to this machine; any other address needs a token, and TLS to carry it."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.link.control.bounds import LEAST_TOKEN, MOST_TOKEN

if TYPE_CHECKING:
    import socket
    from pathlib import Path


def is_loopback(host: str) -> bool:
    """Whether what is sent to a host stays on this machine; of names, only localhost does."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_token(path: Path) -> str:
    """The token that a file holds, without white space around it; ValueError for one that is none."""
    token = path.read_text(encoding="utf-8").strip()
    if not (LEAST_TOKEN <= len(token) <= MOST_TOKEN and token.isascii() and token.isprintable()):
        raise ValueError(f"{path} holds no token of {LEAST_TOKEN} to {MOST_TOKEN} printable ASCII characters")
    return token


@dataclass(frozen=True, slots=True)
class Trust:
    """What the suite shows a terminal, and by what it knows it: a CA's file, or the certificate's SHA-256.

    A fingerprint is hexadecimal, with or without colons. Without either the connection is plain.
    """

    token: str | None = None
    ca: Path | None = None
    fingerprint: str | None = None

    def check(self, host: str) -> None:
        """ValueError for a host elsewhere without token and TLS."""
        if not is_loopback(host) and (self.token is None or not self._is_tls):
            raise ValueError(f"{host} is not on this machine: the bench must give a token and TLS for it")

    @property
    def _is_tls(self) -> bool:
        return self.ca is not None or self.fingerprint is not None

    def secured(self, connection: socket.socket, host: str) -> socket.socket:
        """The connection with TLS, where there is any, to the terminal that is meant; OSError."""
        if not self._is_tls:
            return connection
        context = ssl.create_default_context(cafile=self.ca)
        if self.ca is None:  # the certificate itself is known, whoever signed it and for whatever name
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        secured = context.wrap_socket(connection, server_hostname=host)
        if self.fingerprint is not None:
            self._recognise(secured)
        return secured

    def _recognise(self, connection: ssl.SSLSocket) -> None:
        shown = hashlib.sha256(connection.getpeercert(binary_form=True) or b"").hexdigest()
        expected = (self.fingerprint or "").replace(":", "").lower()
        if not hmac.compare_digest(shown, expected):
            connection.close()
            raise ssl.SSLCertVerificationError(f"the terminal's certificate has the fingerprint {shown}")


@dataclass(frozen=True, slots=True)
class Guard:
    """What a served terminal asks of who connects."""

    token: str | None = None
    tls: ssl.SSLContext | None = None

    def check(self, host: str) -> None:
        """ValueError for listening elsewhere without token and TLS."""
        if not is_loopback(host) and (self.token is None or self.tls is None):
            raise ValueError(f"{host} is not loopback: a token and TLS are required to listen there")

    def secured(self, connection: socket.socket) -> socket.socket:
        """The connection with TLS, where there is any; OSError."""
        return connection if self.tls is None else self.tls.wrap_socket(connection, server_side=True)

    def admits(self, token: str | None) -> bool:
        """Whether hello brings the right token; where none is needed, any is."""
        return self.token is None or hmac.compare_digest((token or "").encode(), self.token.encode())


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS with this certificate and its private key, both PEM; ValueError where they are none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key)
    except ssl.SSLError as error:
        raise ValueError(f"{certificate} and {key} are no certificate and its key: {error.reason}") from None
    return context
