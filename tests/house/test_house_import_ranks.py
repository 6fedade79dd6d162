"""The house: imports go to lower ranks only, and the few rules besides."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "conformance"

RANKS = {
    5: {"plugin", "cli", "api"},
    4: {"runner", "report", "programme", "store", "field"},
    3: {"catalogue", "sim"},
    2: {"kernel", "expect"},
    1: {"link", "record"},
    0: {"model", "codec", "crypto", "text"},
}
RANK = {room: rank for rank, rooms in RANKS.items() for room in rooms}

# Within one rank: bytes build upon plain values, keys and messages upon bytes; the command starts pytest
# through the one file that knows it.
WITHIN_A_RANK = {
    ("codec", "model"),
    ("crypto", "model"),
    ("crypto", "codec"),
    ("text", "model"),
    ("text", "codec"),
    ("cli", "plugin"),
}
NARROWER = {"report": {"model", "codec", "crypto", "text", "record"}, "model": set(), "codec": {"model"}}
ENTRANCE = {"__main__": {"cli"}}  # `python -m conformance`


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a file imports, wherever in the file it does so."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(path, node)
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def absolute(path: Path, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    package = path.relative_to(ROOT).parent.parts
    return ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])


def room(name: str) -> str | None:
    """conformance.link.card.CardLink lies in link; what lies in no room is None."""
    parts = name.split(".")
    return parts[1] if parts[0] == "conformance" and len(parts) > 1 and parts[1] in RANK else None


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def allowed(own: str, other: str) -> bool:
    if own in ENTRANCE:
        return other in ENTRANCE[own]
    if own == other:
        return True
    if own in NARROWER and other not in NARROWER[own]:
        return False
    return RANK[other] < RANK[own] or (own, other) in WITHIN_A_RANK


def violations(paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line}: {room_of(path)} imports {name}"
        for path in paths
        for line, name in imports(path)
        if (other := room(name)) is not None and not allowed(room_of(path), other)
    ]


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def cases() -> list[Path]:
    return sorted((ROOT / "cases").rglob("*.py"))


def test_every_room_has_a_rank() -> None:
    assert {room_of(path) for path in modules()} <= RANK.keys() | ENTRANCE.keys()


def test_imports_go_to_lower_ranks_only() -> None:
    assert violations(modules()) == []


def test_only_the_plugin_imports_pytest() -> None:
    others = [path for path in modules() if path != PACKAGE / "plugin.py"]
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in others
        for line, name in imports(path)
        if name.split(".")[0] in {"pytest", "_pytest", "allure_pytest"}
    ]
    assert found == []


def test_a_simulated_card_never_imports_the_kernel() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in modules()
        if path.parent in {PACKAGE / "sim" / "card", PACKAGE / "sim" / "sector_card"}
        for line, name in imports(path)
        if room(name) == "kernel"
    ]
    assert found == []


def test_a_case_imports_from_the_api_alone() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in cases()
        for line, name in imports(path)
        if not name.startswith(("conformance.api.", "__future__."))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("link", "record"),
        ("record", "link"),
        ("kernel", "expect"),
        ("expect", "kernel"),
        ("report", "programme"),
        ("report", "link"),
        ("model", "codec"),
        ("codec", "crypto"),
        ("sim", "catalogue"),
        ("runner", "report"),
        ("catalogue", "runner"),
    ],
)
def test_the_rule_itself_forbids(own: str, other: str) -> None:
    assert not allowed(own, other)
