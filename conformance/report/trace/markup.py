"""Decoded exchanges as HTML in one language, for a page of their own that needs no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from conformance.report.trace.decode import decode
from conformance.report.trace.store import milliseconds
from conformance.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model.run import Exchange
    from conformance.report.masking import Masks
    from conformance.report.trace.known import Known
    from conformance.report.trace.node import Node, Words


class TraceMarkup:
    """Writes exchanges, folded, with PANs covered; without masks they stay readable."""

    def __init__(self, masks: Masks | None, language: str) -> None:
        self._masks = masks
        self._language = language

    def exchange(self, exchange: Exchange, known: Known) -> Markup:
        """One exchange: a line that names it, and its tree."""
        sent, received = decode(exchange, known)
        outcome, status = Markup(""), Markup("")
        if exchange.outcome != "answered":
            outcome = Markup(" <u class=x>{}</u>").format(phrase(exchange.outcome, self._language))
        if received is not None:
            status = Markup("<u{}>{}</u>").format(warning(received), received.detail.en)
        return Markup(
            "<details id=exchange-{0}>"
            "<summary><b>{0}</b><span>{1} <small>{2}</small>{3}</span>{4}<i>{5}</i></summary>{6}{7}</details>"
        ).format(
            exchange.number,
            self.say(sent.detail),
            self.say(sent.meaning),
            outcome,
            status,
            milliseconds(exchange),
            self.apdu("→", sent),
            self.apdu("←", received) if received is not None else "",
        )

    def apdu(self, arrow: str, node: Node) -> Markup:
        """Command or answer: its bytes, what it says, its tree."""
        head = Markup("<p>{} <q>{}</q> {}</p>").format(arrow, self._hex(node), self.say(node.meaning))
        return head + self.listed(node.children)

    def listed(self, nodes: Iterable[Node]) -> Markup:
        """Nodes with all that is in them."""
        items = Markup("").join(map(self._item, nodes))
        return Markup("<ul>{}</ul>").format(items) if items else Markup("")

    def _item(self, node: Node) -> Markup:
        parts = (
            Markup("<b>{}</b>").format(node.label) if node.label else "",
            escape(self.say(node.detail)),
            Markup("<q>{}</q>").format(self._hex(node)) if node.value_hex else "",
            Markup("<em>{}</em>").format(self.say(node.meaning)) if node.meaning.en else "",
        )
        return Markup("<li>{}{}</li>").format(
            Markup(" ").join(filter(None, parts)), self.listed(node.children)
        )

    def say(self, words: Words) -> str:
        """Words in the page's language, PANs covered."""
        said = words.in_language(self._language)
        return said if self._masks is None else self._masks.words(said)

    def _hex(self, node: Node) -> str:
        return node.value_hex if self._masks is None else self._masks.hex(node.value_hex)


def warning(received: Node) -> Markup:
    """A status word other than 9000 stands out."""
    return Markup("") if received.detail.en == "9000" else Markup(" class=w")
