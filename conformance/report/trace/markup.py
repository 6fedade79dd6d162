"""Decoded exchanges as HTML.

In a report, what many exchanges share is written once: the tree of an exchange is a `<template>` that all
exchanges with the same bytes point at (`data-t`), and words that differ between the languages stand in one list
that elements point into (`data-w`). The page's script puts both in place. A page of one case alone, such as an
attachment, has everything in place and in one language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from conformance.report.trace.decode import decode
from conformance.report.trace.node import Node, Words, same
from conformance.text import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.model.run import Exchange, Redaction
    from conformance.report.masking import Masks
    from conformance.report.trace.known import Known

    Wording = Callable[[Words], str]
    Seen = tuple[bytes, bytes | None, str, Known, tuple[Redaction, ...]]


class TraceStore:
    """Trees and words of one page, each kept once, in the order in which they were first needed."""

    def __init__(self, masks: Masks) -> None:
        self._masks = masks
        self._trees: dict[str, int] = {}
        self._words: dict[Words, int] = {}
        self._seen: dict[Seen, tuple[str, int]] = {}

    def row(self, exchange: Exchange, known: Known, *, opened: bool = False) -> Markup:
        """One exchange, folded; its tree is put in when it is opened."""
        key = (exchange.command, exchange.response, exchange.outcome, known, exchange.redacted)
        if key not in self._seen:
            summary, tree = _parts(exchange, known, self._masks, self._refer)
            self._seen[key] = summary, self._trees.setdefault(tree, len(self._trees))
        summary, index = self._seen[key]
        return Markup(  # noqa: S704  every value in it was escaped
            f"<details id=exchange-{exchange.number} data-t={index}{' open' if opened else ''}>"
            f"<summary><b>{exchange.number}</b>{summary}<i>{_time(exchange)}</i></summary></details>"
        )

    def trees(self) -> list[Markup]:
        return [Markup(tree) for tree in self._trees]  # noqa: S704  every value in it was escaped

    def words(self) -> list[Words]:
        return list(self._words)

    def _refer(self, words: Words) -> str:
        if words.zh == words.en:
            return str(escape(words.zh))
        return f"<s data-w={self._words.setdefault(words, len(self._words))}></s>"


def standing_row(exchange: Exchange, known: Known, masks: Masks, language: str) -> Markup:
    """One exchange, folded, with its tree in place and in one language."""
    summary, tree = _parts(exchange, known, masks, lambda words: str(escape(words.in_language(language))))
    return Markup(  # noqa: S704  every value in it was escaped
        f"<details id=exchange-{exchange.number}>"
        f"<summary><b>{exchange.number}</b>{summary}<i>{_time(exchange)}</i></summary>{tree}</details>"
    )


def _parts(exchange: Exchange, known: Known, masks: Masks, wording: Wording) -> tuple[str, str]:
    """The inside of the line that names an exchange, and its tree."""
    sent, received = decode(exchange, known)
    tree = _apdu("→", sent, masks, wording)
    summary = f"<span>{wording(sent.detail)} <small>{wording(_masked(sent.meaning, masks))}</small></span>"
    if received is not None:
        tree += _apdu("←", received, masks, wording)
        summary += f"<u{'' if received.detail.en == '9000' else ' class=w'}>{wording(received.detail)}</u>"
    if exchange.outcome != "answered":
        summary += f"<u class=x>{wording(Words(phrase(exchange.outcome, 'zh'), exchange.outcome))}</u>"
    return summary, tree


def _apdu(arrow: str, node: Node, masks: Masks, wording: Wording) -> str:
    head = f"<p>{arrow} <q>{masks.hex(node.value_hex)}</q> {wording(_masked(node.meaning, masks))}"
    return head + _list(node.children, masks, wording)


def _list(nodes: Iterable[Node], masks: Masks, wording: Wording) -> str:
    items = "".join(_item(node, masks, wording) for node in nodes)
    return f"<ul>{items}</ul>" if items else ""


def _item(node: Node, masks: Masks, wording: Wording) -> str:
    meaning = wording(_masked(node.meaning, masks))
    if not (node.label or node.detail.en or node.value_hex):
        return f"<li>{meaning}"
    label = f"<b>{escape(node.label)}</b> " if node.label else ""
    value = f" <q>{masks.hex(node.value_hex)}</q>" if node.value_hex else ""
    says = f" <em>{meaning}</em>" if meaning else ""
    return f"<li>{label}{wording(node.detail)}{value}{says}{_list(node.children, masks, wording)}"


def _masked(words: Words, masks: Masks) -> Words:
    if words.zh == words.en:
        return same(masks.words(words.zh)) if words.zh else words
    return Words(masks.words(words.zh), masks.words(words.en))


def _time(exchange: Exchange) -> str:
    """Milliseconds with one decimal; a modelled latency is marked."""
    tenths = (exchange.duration + 50) // 100
    return f"{'≈' if exchange.modelled else ''}{tenths // 10}.{tenths % 10}"
