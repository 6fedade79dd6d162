"""Reads what a vendor declares: the product, its ICS and its IXIT."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.catalogue.applicability import applies, items
from conformance.catalogue.folders import shipped
from conformance.catalogue.proforma import checked
from conformance.codec.documents import DocumentErrors
from conformance.codec.names import instead, nearest
from conformance.model.iut import Product
from conformance.model.refused import UnknownProductError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.codec.documents import Document, DocumentError
    from conformance.model.iut import IcsItem, ParameterDefinition, Proforma, Statement


def find_product(name: str) -> Path:
    """Find the file `name`, or `products/<name>.yaml`."""
    folder = shipped("products")
    for path in (Path(name), folder / f"{name}.yaml"):
        if path.suffix in (".yaml", ".yml") and path.is_file():
            return path
    known = sorted(str(each.relative_to(folder).with_suffix("")) for each in folder.rglob("*.yaml"))
    raise UnknownProductError(f"no product {name} under {folder}; {instead(name, known)}")


def product_id(name: str) -> str:
    """The id of the product whose file this is, or the name as it stands; for what only needs its run."""
    path = Path(name)
    if path.suffix not in (".yaml", ".yml") or not path.is_file():
        return name
    return checked(path, "product").value["product"].get("id") or _identifier(path)


def read_product(path: Path, proforma: Proforma) -> Product:
    """Read a product and review its ICS statically; every contradiction is named with its line."""
    document = checked(path, "product")
    value: Mapping[str, Any] = document.value
    product = value["product"]
    problems = [*_review_profile(document, product, proforma)] or [*_review(document, value, proforma)]
    if problems:
        raise DocumentErrors(problems)
    return Product(
        id=product.get("id") or _identifier(path),
        ics=value["ics"],
        ixit={name: each for name, each in value["ixit"].items() if name not in proforma.statements},
        statements={name: each for name, each in value["ixit"].items() if name in proforma.statements},
        path=path,
        device=product.get("device"),
        firmware_digest=product.get("firmware_digest"),
        serials=tuple(product["serials"]),
        **{key: product[key] for key in _PLAIN},
    )


_PLAIN = ("kind", "vendor", "model", "hardware", "firmware", "firmware_origin", "profile")


def _identifier(path: Path) -> str:
    folder = shipped("products")
    inside = path.is_relative_to(folder)
    return str(path.relative_to(folder).with_suffix("")) if inside else path.stem


def _review_profile(
    document: Document, product: Mapping[str, Any], proforma: Proforma
) -> Iterator[DocumentError]:
    profile = proforma.profiles.get(product["profile"])
    if profile is None:
        name = product["profile"]
        sentence = f"names the profile {name}, which the proforma does not have"
        yield document.problem(
            ("product", "profile"), "unknown-profile", sentence, nearest(name, proforma.profiles)
        )
    elif profile.kind != product["kind"]:
        sentence = f"is {product['kind']}, but the profile {profile.name} is for a {profile.kind}"
        yield document.problem(("product", "kind"), "kind-differs-from-profile", sentence)


def _review(document: Document, value: Mapping[str, Any], proforma: Proforma) -> Iterator[DocumentError]:
    product, ics = value["product"], value["ics"]
    asked = {name for name, item in proforma.items.items() if item.kind == product["kind"]}
    for name in ics:
        if name not in asked:
            sentence = f"is not an ICS item of a {product['kind']}"
            yield document.problem(("ics", name), "unknown-ics-item", sentence, nearest(name, asked))
    for name in sorted(asked - set(ics)):
        yield document.problem(("ics",), "unanswered-ics-item", f"does not answer {name}")
    for name in proforma.profiles[product["profile"]].mandatory_items:
        if ics.get(name) is False:
            sentence = f"is denied, but the profile {product['profile']} demands it"
            yield document.problem(("ics", name), "mandatory-item-denied", sentence)
    if asked <= set(ics):
        yield from _review_conditions(document, ics, [proforma.items[name] for name in sorted(asked)])
    for name, setting in value["ixit"].items():
        if name in proforma.statements:
            yield from _review_statement(document, value, proforma.statements[name])
        else:
            yield from _review_parameter(document, name, setting, proforma)


def _review_conditions(
    document: Document, ics: Mapping[str, bool], asked: Sequence[IcsItem]
) -> Iterator[DocumentError]:
    """Hold each conditional item against the other answers."""
    for item in asked:
        holds = applies(item.condition, ics)
        status = (item.when_true if holds else item.when_false) if item.status == "c" else "o"
        if status == "m" and not ics[item.name]:
            sentence = f"is denied, but {item.condition} makes it mandatory"
            yield document.problem(("ics", item.name), "conditional-item-denied", sentence)
        if status == "x" and ics[item.name]:
            sentence = f"is claimed, which {item.condition} alone allows, and that does not hold"
            yield document.problem(("ics", item.name), "conditional-item-claimed", sentence)


def _review_statement(
    document: Document, value: Mapping[str, Any], statement: Statement
) -> Iterator[DocumentError]:
    """Hold an answer in words against its form, and against the ICS."""
    name, given = statement.name, value["ixit"][statement.name]
    if statement.kind != value["product"]["kind"]:
        sentence = f"is asked of a {statement.kind}, not of a {value['product']['kind']}"
        yield document.problem(("ixit", name), "statement-out-of-place", sentence)
    elif not set(items(statement.when)) <= set(value["ics"]):
        return  # the unanswered item is named already
    elif not applies(statement.when, value["ics"]):
        sentence = f"is stated, but {statement.when} does not hold"
        yield document.problem(("ixit", name), "statement-out-of-place", sentence)
    elif not _has_form(given, statement):
        pattern = f" matching {statement.pattern}" if statement.pattern else ""
        sentence = f"is not {_FORMS[statement.form]}{pattern}"
        yield document.problem(("ixit", name), "statement-malformed", sentence)


_FORMS = {"text": "a text", "hex": "a text of hexadecimal digits", "list": "a list of texts"}


def _has_form(given: object, statement: Statement) -> bool:
    texts = [each for each in (given if isinstance(given, list) else [given]) if isinstance(each, str)]
    if isinstance(given, list) != (statement.form == "list") or not texts:
        return False
    pattern = r"([0-9A-Fa-f]{2})+" if statement.form == "hex" else statement.pattern
    return pattern is None or all(re.fullmatch(pattern, each) for each in texts)


def unstated(product: Product, proforma: Proforma) -> tuple[Statement, ...]:
    """What the IXIT asks of this product in words and has no answer to."""
    return tuple(
        each
        for each in proforma.statements.values()
        if each.kind == product.kind
        and applies(each.when, product.ics)
        and each.name not in product.statements
    )


def _review_parameter(
    document: Document, name: str, setting: object, proforma: Proforma
) -> Iterator[DocumentError]:
    definition = proforma.parameters.get(name)
    if definition is None:
        sentence = "is not a parameter of the catalogue, nor a statement that it asks for"
        close = nearest(name, [*proforma.parameters, *proforma.statements])
        yield document.problem(("ixit", name), "unknown-parameter", sentence, close)
    elif not isinstance(setting, int | float):
        yield document.problem(("ixit", name), "parameter-malformed", "is not a number")
    elif not definition.minimum <= setting <= definition.maximum:
        sentence = f"is {setting}; it must lie between {definition.minimum} and {definition.maximum}"
        yield document.problem(("ixit", name), "parameter-out-of-range", sentence)
    elif _loosened(definition, setting):
        sentence = (
            f"is {setting}; a vendor may only tighten the default {definition.default} {definition.unit}"
        )
        yield document.problem(("ixit", name), "parameter-loosened", sentence)


def _loosened(definition: ParameterDefinition, setting: float) -> bool:
    loosened = {
        "lower": setting > definition.default,
        "higher": setting < definition.default,
        "none": False,
    }
    return loosened[definition.stricter]
