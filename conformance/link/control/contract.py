"""Whether a terminal keeps the control protocol: named checks, each of a section of the protocol's document.

`conformance terminal check` runs them. Words stand in text/contract.yaml, by a check's name and by what was
observed instead. Nothing here says whether the terminal serves cards as it should.
"""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from conformance.link.control import methods
from conformance.link.control.bounds import MOST_CONNECTIONS
from conformance.link.control.client import ControlTerminal
from conformance.link.control.methods import TO_TERMINAL, Greeting, Page
from conformance.link.control.talk import Broken, Peer, Talk, answers, instead, is_a, member
from conformance.link.message import MOST_BYTES, MOST_DEPTH
from conformance.link.outcomes import LinkOutcome, TerminalUnreachable
from conformance.model.terminal import OBSERVABLES, Presentation, TerminalIdentity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


_ATR: Final = {"atr": "3B80800101"}
_NOT_FOUND: Final = {"apdu": "6A82"}
_ANOTHER: Final = "another token, of nobody"


@dataclass(frozen=True, slots=True)
class Check:
    """A rule of a section of the document; `needs` is what a terminal need not offer."""

    name: str
    section: int
    perform: Callable[[Peer], None]
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """PASS, FAIL with what was observed, or N/A with what is not offered."""

    check: Check
    verdict: str
    observed: Broken | None = None


def run(peer: Peer) -> Iterator[Outcome]:
    """Every check, on connections of its own; TerminalUnreachable where nobody listens to begin with."""
    knowing = replace(peer, offers=_offers(peer))
    for check in CHECKS:
        yield performed(check, knowing)


def _offers(peer: Peer) -> tuple[str, ...]:
    """What the terminal offers; nothing, where it cannot even say so: the checks will tell why."""
    try:
        with peer.talk() as talk:
            identity: TerminalIdentity = talk.result("identify", TerminalIdentity)
    except Broken:
        return ()
    return identity.offers


def performed(check: Check, peer: Peer) -> Outcome:
    """What comes of one check; whatever the terminal does, this does not raise."""
    given = {*peer.offers, *(["token"] if peer.trust.token is not None else [])}
    if check.needs and check.needs not in given:
        return Outcome(check, "N/A")
    try:
        check.perform(peer)
    except Broken as broken:
        return Outcome(check, "FAIL", broken)
    except TerminalUnreachable as gone:
        return Outcome(check, "FAIL", Broken("gone", problem=str(gone)))
    return Outcome(check, "PASS")


def _a_ping_before_hello(peer: Peer) -> None:
    with peer.talk(greet=False) as talk:
        talk.pong()


def _not_json(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.raw(b"hello\n")
        talk.refused(None, methods.PARSE_ERROR)
        talk.pong()


def _no_request(peer: Peer) -> None:
    with peer.talk() as talk:
        for line in (b"[]\n", b'{"jsonrpc":"2.0","method":"ping"}\n', b'{"id":1,"method":"ping"}\n'):
            talk.raw(line)
            message = talk.hear()
            if member(message, "error", "code") != methods.INVALID_REQUEST:
                raise instead(message)


def _unknown_method(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.refused(talk.ask("explode"), methods.METHOD_NOT_FOUND)


def _string_id(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.say(methods.asked("x-1", "ping", {}))
        talk.answered("x-1", TO_TERMINAL["ping"].result)


def _in_two_parts(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.raw(b'{"jsonrpc":"2.0","id":"parts","met')
        time.sleep(0.05)
        talk.raw(b'hod":"ping","params":{}}\n')
        talk.answered("parts", TO_TERMINAL["ping"].result)


def _hello(peer: Peer) -> None:
    with peer.talk(greet=False) as talk:
        talk.greet()


def _choice(peer: Peer) -> None:
    with peer.talk(greet=False) as talk:
        greeting = talk.result("hello", Greeting, versions=[99, 1], token=peer.trust.token)
        if greeting.version != 1:
            raise Broken("answered", answer=f"version {greeting.version}")


def _no_version(peer: Peer) -> None:
    with peer.talk(greet=False) as talk:
        asked = talk.ask("hello", versions=[98, 99], token=peer.trust.token)
        error = talk.refused(asked, methods.NO_COMMON_VERSION)
        versions = member(error, "data", "versions")
        if not isinstance(versions, list) or 1 not in versions:
            raise instead(error)
        talk.greet()


def _before_hello(peer: Peer) -> None:
    with peer.talk(greet=False) as talk:
        talk.refused(talk.ask("identify"), methods.HELLO_FIRST)


def _wrong_token(peer: Peer) -> None:
    with peer.talk(greet=False) as talk:
        talk.refused(talk.ask("hello", versions=[1], token=_ANOTHER), methods.TOKEN_REFUSED)
        talk.ends()


def _identity(peer: Peer) -> None:
    with peer.talk() as talk:
        identity = talk.result("identify", TerminalIdentity)
        if not {"apdu", "reader"} & set(identity.offers):
            raise Broken("answered", answer=f"offers {', '.join(identity.offers)}")


def _missing_param(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.refused(talk.ask("clock"), methods.INVALID_PARAMS)


def _another_param(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.refused(talk.ask("identify", colour="red"), methods.INVALID_PARAMS)


def _wrong_type(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.refused(talk.ask("clock", wait_s="1"), methods.INVALID_PARAMS)


def _unknown_member(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.refused(talk.ask("load", parameters={"colour": "red"}), methods.INVALID_PARAMS, methods.REFUSED)


def _load(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.result("load", None, parameters={})


def _idle(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.result("operate", None, operation={"name": "idle"})


def _unknown_operation(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.refused(talk.ask("operate", operation={"name": "explode"}), methods.REFUSED)


def _clock(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.result("clock", None, wait_s=0)


def _stripe(peer: Peer) -> None:
    """A stripe without tracks is drawn, or refused where there is no reader for it."""
    with peer.talk() as talk:
        asked = talk.ask("swipe", stripe={"track1": None, "track2": None})
        message = talk.hear()
        refused = member(message, "error", "code") in (methods.REFUSED, methods.READER_AT_FAULT)
        if not (answers(message, asked) and (refused or is_a(member(message, "result"), Presentation))):
            raise instead(message)


def _another_channel(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.refused(talk.present("magnet"), methods.INVALID_PARAMS)


def _unknown_card(peer: Peer) -> None:
    with _under_way(peer) as (talk, asked, reset):
        talk.say(methods.answered(reset, _ATR))
        talk.card(asked, {"result": _NOT_FOUND})


def _lost_card(code: int) -> Callable[[Peer], None]:
    def perform(peer: Peer) -> None:
        with _under_way(peer) as (talk, asked, reset):
            talk.say(methods.answered(reset, _ATR))
            talk.card(asked, {"error": {"code": code, "message": "no answer"}})

    return perform


def _no_card(peer: Peer) -> None:
    with _under_way(peer) as (talk, asked, reset):
        talk.say(methods.failed(reset, methods.CARD_WITHDRAWN, "no card"))
        talk.card(asked, {"error": {"code": methods.CARD_WITHDRAWN, "message": "no card"}})


def _empty_reader(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.refused(talk.present("reader"), methods.READER_AT_FAULT)


def _nothing_to_cancel(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.result("cancel", None)


def _ping_meanwhile(peer: Peer) -> None:
    with _under_way(peer), peer.talk(greet=False) as other:
        other.pong()


@contextmanager
def _under_way(peer: Peer) -> Iterator[tuple[Talk, int, int | str]]:
    """A presentation whose card has not answered yet: its id, and that of the request to the card."""
    with peer.talk() as talk:
        asked = talk.present()
        yield talk, asked, talk.reset()


def _cancel(peer: Peer) -> None:
    with _under_way(peer) as (talk, asked, _), peer.talk() as other:
        if (abandoned := other.result("cancel", str)) != "present":
            raise Broken("answered", answer=abandoned)
        talk.refused(asked, methods.CANCELLED)


def _late_answer(peer: Peer) -> None:
    with _under_way(peer) as (talk, asked, reset), peer.talk() as other:
        other.result("cancel", str)
        talk.refused(asked, methods.CANCELLED)
        talk.say(methods.answered(reset, _ATR))
        talk.pong()


def _waits_its_turn(peer: Peer) -> None:
    with _under_way(peer) as (talk, asked, reset), peer.talk() as other:
        waiting = other.ask("identify")
        talk.say(methods.answered(reset, _ATR))
        talk.card(asked, {"result": _NOT_FOUND})
        other.answered(waiting, TerminalIdentity)


def _observed(peer: Peer) -> None:
    for each in OBSERVABLES.values():
        if each.letter in peer.offers:
            _values(peer, each.kind)


def _values(peer: Peer, kind: type) -> Sequence[Any]:
    """All values of one kind, as the suite itself takes them."""
    terminal = ControlTerminal(*peer.address, peer.within_s, trust=peer.trust)
    try:
        return terminal.observe(kind)
    except LinkOutcome as outcome:
        raise Broken("unkept", problem=str(outcome)) from None
    finally:
        terminal.close()


def _skipped(peer: Peer) -> None:
    for name, each in _logs(peer):
        total = len(_values(peer, each))
        with peer.talk() as talk:
            page = talk.result("observe", Page, kind=name, skip=total)
        if page.values:
            raise Broken("pages", kind=name, count=str(len(page.values)), total=str(page.total))


def _times_rise(peer: Peer) -> None:
    for name, each in _logs(peer):
        times = [value.at_ms for value in _values(peer, each)]
        if times != sorted(times):
            raise Broken("steps-back", kind=name)


def _logs(peer: Peer) -> Sequence[tuple[str, type]]:
    """The logs that the terminal offers."""
    return [
        (name, each.kind) for name, each in OBSERVABLES.items() if each.logged and each.letter in peer.offers
    ]


def _unknown_kind(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.refused(talk.ask("observe", kind="gold", skip=0), methods.REFUSED)


def _unknown_fault(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.refused(talk.ask("disturb", fault={"name": "earthquake"}), methods.REFUSED)


def _too_deep(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.raw(b"[" * (MOST_DEPTH + 1) + b"]" * (MOST_DEPTH + 1) + b"\n")
        talk.refused(None, methods.PARSE_ERROR)
        talk.pong()


def _too_long(peer: Peer) -> None:
    """The terminal may end the connection before it has taken all of the line."""
    with peer.talk() as talk:
        try:
            talk.raw(b" " * MOST_BYTES + b"\n")
            talk.refused(None, methods.INVALID_REQUEST)
        except Broken as broken:
            if broken.code != "ended":
                raise
        else:
            talk.ends()
    _a_ping_before_hello(peer)


def _too_large(peer: Peer) -> None:
    with peer.talk() as talk:
        talk.refused(talk.ask("observe", kind="indication", skip=2**64), methods.INVALID_PARAMS)


def _too_many(peer: Peer) -> None:
    """Connections that say nothing keep nobody out once they are gone."""
    for silent in [socket.create_connection(peer.address) for _ in range(2 * MOST_CONNECTIONS)]:
        silent.close()
    until = time.monotonic() + peer.within_s
    while True:
        try:
            _hello(peer)
        except (Broken, TerminalUnreachable):
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


CHECKS: Final = (
    Check("string-id", 1, _string_id),
    Check("in-two-parts", 1, _in_two_parts),
    Check("not-json", 1, _not_json),
    Check("no-request", 1, _no_request),
    Check("unknown-method", 1, _unknown_method),
    Check("ping-meanwhile", 1, _ping_meanwhile, "apdu"),
    Check("waits-its-turn", 1, _waits_its_turn, "apdu"),
    Check("hello", 2, _hello),
    Check("hello-choice", 2, _choice),
    Check("hello-no-version", 2, _no_version),
    Check("hello-first", 2, _before_hello),
    Check("hello-ping", 2, _a_ping_before_hello),
    Check("hello-token", 2, _wrong_token, "token"),
    Check("identity", 3, _identity),
    Check("missing-param", 3, _missing_param),
    Check("another-param", 3, _another_param),
    Check("wrong-type", 3, _wrong_type),
    Check("unknown-member", 3, _unknown_member),
    Check("load", 3, _load),
    Check("clock", 3, _clock),
    Check("swipe", 3, _stripe),
    Check("card-channel", 4, _another_channel),
    Check("card-unknown", 4, _unknown_card, "apdu"),
    Check("card-mute", 4, _lost_card(methods.CARD_MUTE), "apdu"),
    Check("card-withdrawn", 4, _lost_card(methods.CARD_WITHDRAWN), "apdu"),
    Check("card-absent", 4, _no_card, "apdu"),
    Check("reader-empty", 4, _empty_reader, "reader"),
    Check("cancel-nothing", 5, _nothing_to_cancel),
    Check("cancel", 5, _cancel, "apdu"),
    Check("cancel-late-answer", 5, _late_answer, "apdu"),
    Check("observe", 6, _observed),
    Check("observe-skip", 6, _skipped),
    Check("observe-times", 6, _times_rise),
    Check("observe-unknown", 6, _unknown_kind),
    Check("idle", 7, _idle),
    Check("unknown-operation", 7, _unknown_operation),
    Check("unknown-fault", 7, _unknown_fault),
    Check("line-too-deep", 9, _too_deep),
    Check("line-too-long", 9, _too_long),
    Check("number-too-large", 9, _too_large),
    Check("connections", 9, _too_many),
)
