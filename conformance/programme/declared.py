"""Reads what a room's schema describes: one file, held against the schema of its name."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from conformance.codec.documents import DocumentError, DocumentErrors, check, parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conformance.codec.documents import Document


def schema(name: str) -> Mapping[str, Any]:
    """Load `<name>.schema.json`, which lies beside this module."""
    text = files("conformance.programme").joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def read(path: Path, name: str) -> Document:
    """Read a file as the schema `name` describes it; raises `DocumentErrors`, also where there is no file."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise DocumentErrors([DocumentError(str(path), 1, "the file", "absent", "is not there")]) from None
    document = parse(raw, str(path))
    check(document, schema(name))
    return document
