"""ICS expressions: `TERMINAL.EC and not TERMINAL.ONLINE`, evaluated totally and loudly."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from conformance.codec.names import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping


class UnknownIcsItemError(ValueError):
    """An expression or a declaration names an item that the proforma does not have."""

    def __init__(self, item: str, known: Collection[str], place: str) -> None:
        close = nearest(item, known)
        hint = f"; did you mean {close}?" if close else ""
        super().__init__(f"{place}: the ICS has no item {item}{hint}")
        self.item = item


class ExpressionError(ValueError):
    """An expression is not made of items, and, or, not and parentheses."""


def items(expression: str) -> frozenset[str]:
    """All items that an expression names; an empty expression names none and always applies."""
    if not expression:
        return frozenset()
    seen: set[str] = set()

    def note(item: str) -> bool:
        seen.add(item)
        return False

    _evaluate(_parse(expression), note, expression)
    return frozenset(seen)


def applies(expression: str, answers: Mapping[str, bool]) -> bool:
    """Evaluate over all terms, without short cut, so that an unanswered item always surfaces."""
    return not expression or _evaluate(_parse(expression), answers.__getitem__, expression)


def refused_by(expression: str, answers: Mapping[str, bool]) -> tuple[str, ...]:
    """The items whose answer makes the expression false, for the list of what is not applicable."""
    return tuple(
        item
        for item in sorted(items(expression))
        if applies(expression, {**answers, item: not answers[item]}) != applies(expression, answers)
    ) or tuple(sorted(item for item in items(expression) if not answers[item]))


def _parse(expression: str) -> ast.expr:
    try:
        return ast.parse(expression, mode="eval").body
    except SyntaxError:
        raise ExpressionError(expression) from None


def _evaluate(node: ast.expr, resolve: Callable[[str], bool], expression: str) -> bool:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return all([_evaluate(value, resolve, expression) for value in values])  # noqa: C419  no short cut
        case ast.BoolOp(op=ast.Or(), values=values):
            return any([_evaluate(value, resolve, expression) for value in values])  # noqa: C419  no short cut
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _evaluate(operand, resolve, expression)
        case ast.Attribute(value=ast.Name(id=group), attr=name):
            return resolve(f"{group}.{name}")
    raise ExpressionError(expression)
