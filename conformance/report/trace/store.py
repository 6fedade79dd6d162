"""Decoded exchanges as data for a page's script: what many of them share is written once.

A report may hold ten thousand exchanges and shall stay small enough to send, and quick to open. The page
lists the exchanges of each step, with number, time, and the number of a tree; equal exchanges have the same.
Trees are made of numbered nodes, and nodes of words, numbered too. static/report.js puts them together when
somebody looks. A large store is packed, which only a page of many hundred cases needs.
"""

from __future__ import annotations

import base64
import gzip
import json
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from conformance.report.trace.decode import decode
from conformance.report.trace.node import Node, Words
from conformance.text import phrase

if TYPE_CHECKING:
    from conformance.model.run import Exchange, Redaction
    from conformance.report.masking import Masks
    from conformance.report.trace.known import Known
    from conformance.report.wording import Wording

    Seen = tuple[bytes, bytes | None, str, Known, tuple[Redaction, ...]]
    Branch = int | list[Any]  # a node's number, or that and its children's branches


LARGE = 1 << 20  # characters of JSON, from which on it is packed; below, anything can read and compare it


class TraceStore:
    """Trees and nodes of one page, each kept once, in the order in which they were first needed."""

    def __init__(self, masks: Masks, wording: Wording) -> None:
        self._masks = masks
        self._wording = wording
        self._seen: dict[Seen, int] = {}
        self._nodes: dict[tuple[int | str, ...], int] = {}
        self._trees: list[list[Branch | None]] = []
        self._sayings: dict[Words, int | str] = {}

    def place(self, exchange: Exchange, known: Known, *, opened: bool = False) -> str:
        """An exchange as it stands among its like: number, tree, milliseconds, and "open" where it is so."""
        key = (exchange.command, exchange.response, exchange.outcome, known, exchange.redacted)
        if key not in self._seen:
            self._seen[key] = len(self._trees)
            self._trees.append(self._tree(exchange, known))
        place = f"{exchange.number}:{self._seen[key]}:{milliseconds(exchange)}"
        return f"{place}:open" if opened else place

    def element(self) -> Markup:
        """The script element with nodes and trees: JSON that cannot end it, or that in gzip and Base64."""
        stored = {"nodes": list(self._nodes), "trees": self._trees}
        listed = json.dumps(stored, ensure_ascii=False, separators=(",", ":"))
        media, content = "application/json", Markup(listed.replace("<", "\\u003c"))  # noqa: S704  escaped
        if len(listed) > LARGE:
            packed = gzip.compress(listed.encode("utf-8"), compresslevel=6, mtime=0)
            media, content = "application/gzip", escape(base64.b64encode(packed).decode("ascii"))
        return Markup('<script type="{}" id="store">{}</script>').format(media, content)

    def _tree(self, exchange: Exchange, known: Known) -> list[Branch | None]:
        """Command, answer, and the outcome where it is not simply an answer."""
        sent, received = decode(exchange, known)
        tree = [self._branch(sent), None if received is None else self._branch(received)]
        if exchange.outcome != "answered":
            tree.append(self._node(Node("", meaning=Words(phrase(exchange.outcome, "zh"), exchange.outcome))))
        return tree

    def _branch(self, node: Node) -> Branch:
        number = self._node(node)
        return [number, *map(self._branch, node.children)] if node.children else number

    def _node(self, node: Node) -> int:
        """Label, name, hex digits, meaning; without the empty ones at the end."""
        parts = [
            node.label,
            self._said(node.detail),
            self._masks.hex(node.value_hex),
            self._said(node.meaning),
        ]
        while parts and parts[-1] == "":
            parts.pop()
        return self._nodes.setdefault(tuple(parts), len(self._nodes))

    def _said(self, words: Words) -> int | str:
        """A number in the page's list of words, or what is the same in both languages."""
        said = self._sayings.get(words)
        if said is None:
            covered = Words(*map(self._masks.words, words))
            said = covered.zh if covered.zh == covered.en else self._wording.number(covered)
            self._sayings[words] = said
        return said


def milliseconds(exchange: Exchange) -> str:
    """With one decimal; a modelled latency is marked."""
    tenths = (exchange.duration + 50) // 100
    if exchange.duration and not tenths:
        return "<0.1"
    return f"{'≈' if exchange.modelled else ''}{tenths // 10}.{tenths % 10}"
