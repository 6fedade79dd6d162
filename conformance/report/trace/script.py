"""A session as a script that sends the same commands again.

One command a line in hex, comments behind `#`: the form that scriptor of pcsc-tools reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report.trace.decode import decode_bytes
from conformance.report.trace.known import Known, answer, learn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.model.run import Exchange
    from conformance.report.trace.gather import Session


def script(sessions: Iterable[Session], language: str) -> str:
    """All sessions one behind the other, the card reset before each; the recorded answers as comments."""
    return "\n".join(line for session in sessions for line in _session(session, language)) + "\n"


def _session(session: Session, language: str) -> Iterator[str]:
    if session.title:
        yield f"# {session.title}"
    yield "reset"
    known = Known()
    for exchange in session.exchanges:
        yield from _exchange(exchange, known, language)
        known = learn(known, exchange.command, exchange.response)


def _exchange(exchange: Exchange, known: Known, language: str) -> Iterator[str]:
    if exchange.redacted and any(each.side == "command" for each in exchange.redacted):
        yield f"# {exchange.number}: a part of this command was kept back by privacy"
    sent, received = decode_bytes(exchange.command, exchange.response, known)
    said = " ".join(filter(None, (words.in_language(language) for words in (sent.detail, sent.meaning))))
    yield f"# {exchange.number} {said}"
    yield exchange.command.hex().upper()
    response = answer(exchange.response)
    if response is None or received is None:
        yield f"# -> {exchange.outcome}"
    else:
        data = response.data.hex().upper()
        yield f"# -> {' '.join(filter(None, (data, received.detail.en)))}"
