"""Decoded exchanges as HTML.

In a report, what many exchanges share is written once: the tree of an exchange is a `<template>` that all
exchanges with the same bytes point at (`data-t`) and that the page's script puts in place. A page of one case
alone, such as an attachment, has everything in place and in one language.
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
    from conformance.report.wording import Wording

    Say = Callable[[Words], str]
    Seen = tuple[bytes, bytes | None, str, Known, tuple[Redaction, ...]]


class TraceStore:
    """Trees of one page, each kept once, in the order in which they were first needed."""

    def __init__(self, masks: Masks, wording: Wording) -> None:
        self._masks = masks
        self._wording = wording
        self._trees: dict[str, int] = {}
        self._seen: dict[Seen, tuple[str, int]] = {}

    def row(self, exchange: Exchange, known: Known, *, opened: bool = False) -> Markup:
        """One exchange, folded; its tree is put in when it is opened."""
        key = (exchange.command, exchange.response, exchange.outcome, known, exchange.redacted)
        if key not in self._seen:
            summary = _summary(exchange, known, self._masks, self._wording.both)
            tree = _tree(exchange, known, self._masks, self._wording.pointed_at)
            self._seen[key] = summary, self._trees.setdefault(tree, len(self._trees))
        summary, index = self._seen[key]
        return Markup(  # noqa: S704  every value in it was escaped
            f"<details id=exchange-{exchange.number} data-t={index}{' open' if opened else ''}>"
            f"<summary><b>{exchange.number}</b>{summary}<i>{_time(exchange)}</i></summary></details>"
        )

    def trees(self) -> list[Markup]:
        return [Markup(tree) for tree in self._trees]  # noqa: S704  every value in it was escaped


def standing_row(exchange: Exchange, known: Known, masks: Masks, language: str) -> Markup:
    """One exchange, folded, with its tree in place and in one language."""

    def say(words: Words) -> str:
        return str(escape(words.in_language(language)))

    return Markup(  # noqa: S704  every value in it was escaped
        f"<details id=exchange-{exchange.number}>"
        f"<summary><b>{exchange.number}</b>{_summary(exchange, known, masks, say)}"
        f"<i>{_time(exchange)}</i></summary>{_tree(exchange, known, masks, say)}</details>"
    )


def _summary(exchange: Exchange, known: Known, masks: Masks, say: Say) -> str:
    """The line that names an exchange: command, what it asks for, status word, outcome."""
    sent, received = decode(exchange, known)
    asks = f" <small>{say(_masked(sent.meaning, masks))}</small>" if sent.meaning.en else ""
    summary = f"<span>{say(sent.detail)}{asks}</span>"
    if received is not None:
        summary += f"<u{'' if received.detail.en == '9000' else ' class=w'}>{say(received.detail)}</u>"
    if exchange.outcome != "answered":
        summary += f"<u class=x>{say(Words(phrase(exchange.outcome, 'zh'), exchange.outcome))}</u>"
    return summary


def _tree(exchange: Exchange, known: Known, masks: Masks, say: Say) -> str:
    """Command and answer with everything in them."""
    return "".join(
        _apdu(arrow, node, masks, say)
        for arrow, node in zip("→←", decode(exchange, known), strict=True)
        if node is not None
    )


def _apdu(arrow: str, node: Node, masks: Masks, say: Say) -> str:
    head = f"<p>{arrow} <q>{masks.hex(node.value_hex)}</q> {say(_masked(node.meaning, masks))}"
    return head + _list(node.children, masks, say)


def _list(nodes: Iterable[Node], masks: Masks, say: Say) -> str:
    items = "".join(_item(node, masks, say) for node in nodes)
    return f"<ul>{items}</ul>" if items else ""


def _item(node: Node, masks: Masks, say: Say) -> str:
    meaning = say(_masked(node.meaning, masks))
    if not (node.label or node.detail.en or node.value_hex):
        return f"<li>{meaning}"
    label = f"<b>{escape(node.label)}</b> " if node.label else ""
    value = f" <q>{masks.hex(node.value_hex)}</q>" if node.value_hex else ""
    says = f" <em>{meaning}</em>" if meaning else ""
    return f"<li>{label}{say(node.detail)}{value}{says}{_list(node.children, masks, say)}"


def _masked(words: Words, masks: Masks) -> Words:
    if words.zh == words.en:
        return same(masks.words(words.zh)) if words.zh else words
    return Words(masks.words(words.zh), masks.words(words.en))


def _time(exchange: Exchange) -> str:
    """Milliseconds with one decimal; a modelled latency is marked."""
    tenths = (exchange.duration + 50) // 100
    return f"{'≈' if exchange.modelled else ''}{tenths // 10}.{tenths % 10}"
