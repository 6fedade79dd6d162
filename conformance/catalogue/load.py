"""Loads the catalogue: every case file below `cases/`, its Chinese, its proforma, all checked."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

from conformance.catalogue.applicability import ExpressionError, UnknownIcsItemError, items
from conformance.catalogue.declare import DeclarationError
from conformance.catalogue.declared import declared_case
from conformance.catalogue.proforma import read_proforma
from conformance.model.case import CaseText, TestCase
from conformance.model.refused import CatalogueError
from conformance.model.run import CaseEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    from conformance.model.iut import Proforma


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All cases by id, the proforma they rest on, their Chinese, and one digest over everything."""

    root: Path
    cases: Mapping[str, TestCase]
    proforma: Proforma
    chinese: Mapping[str, CaseText]
    digest: str

    def entry(self, case_id: str) -> CaseEntry:
        """The case as a run's header keeps it, in both languages."""
        case = self.cases[case_id]
        zh = self.chinese[case_id]
        return CaseEntry(
            id=case.id,
            revision=case.revision,
            digest=case.digest,
            refs=case.refs,
            sources=case.sources,
            title={"zh": zh.title, "en": case.text.title},
            purpose={"zh": zh.purpose, "en": case.text.purpose},
            steps={"zh": zh.steps, "en": case.text.steps},
        )


def load_catalogue(root: Path) -> Catalogue:
    """Load and check everything below `root`; a contradiction raises CatalogueError before anything runs."""
    proforma = read_proforma(root / "proforma")
    cases: dict[str, TestCase] = {}
    for path in case_files(root):
        for case in cases_of(path):
            if case.id in cases:
                raise CatalogueError(
                    f"{case.path}:{case.line}: {case.id} stands in {cases[case.id].path} too"
                )
            cases[case.id] = case
    problems = [*_contradictions(cases, proforma)]
    translations = _translations(root)
    chinese = {case.id: _in_chinese(case, translations) for case in cases.values()}
    if problems:
        raise CatalogueError("\n".join(problems))
    return Catalogue(root, cases, proforma, chinese, _digest(root))


def case_files(root: Path) -> Sequence[Path]:
    """The files that hold cases, in Python and in YAML, in a stable order."""
    found = (path for path in root.rglob("*") if path.suffix in (".py", ".yaml"))
    return sorted(path for path in found if "proforma" not in path.relative_to(root).parts)


def cases_of(path: Path) -> Sequence[TestCase]:
    """The cases that one file declares."""
    return [declared_case(path)] if path.suffix == ".yaml" else cases_in(load_module(path))


def load_module(path: Path) -> ModuleType:
    """Import a case file by its path; it belongs to no package."""
    name = f"conformance_case_{path.parent.name}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise CatalogueError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise CatalogueError(f"{path}:{error.lineno}: {error.msg}") from error
    except (ImportError, DeclarationError) as error:
        raise CatalogueError(f"{path}: {error}") from error
    return module


def cases_in(module: ModuleType) -> Sequence[TestCase]:
    """The cases that a case file declares, in its order."""
    return [value for value in vars(module).values() if isinstance(value, TestCase)]


def _contradictions(cases: Mapping[str, TestCase], proforma: Proforma) -> Iterator[str]:
    for case in cases.values():
        yield from _contradictions_of(case, cases, proforma)
    for path in sorted({case.path for case in cases.values() if case.path.suffix == ".py"}):
        declared = {ref for case in cases.values() if case.path == path for ref in case.refs}
        for line, ref in _refs_judged_by(path):
            if ref not in declared:
                yield f"{path}:{line}: judges by {ref}, which its case does not declare among its refs"
    for profile in proforma.profiles.values():
        exempt = (name for names in profile.exempt.values() for name in names)
        for case_id in (*profile.cases, *profile.floor, *exempt):
            if case_id not in cases:
                yield f"profile {profile.name}: there is no case {case_id}"
    yield from _asked_wrongly(proforma)
    for each in proforma.suspended.values():
        if each.case not in cases or cases[each.case].revision != each.revision:
            yield f"proforma/suspended.yaml: there is no case {each.case}@{each.revision} to suspend"


def _asked_wrongly(proforma: Proforma) -> Iterator[str]:
    """Conditions of ICS and IXIT items that name what is not asked, or are no expressions."""
    conditions = [(item.name, item.condition) for item in proforma.items.values()]
    conditions += [(each.name, each.when) for each in proforma.statements.values()]
    for name, condition in conditions:
        try:
            for item in sorted(items(condition) - set(proforma.items)):
                yield str(UnknownIcsItemError(item, proforma.items, f"the condition of {name}"))
        except ExpressionError as error:
            yield f"the condition of {name} is not an expression of items, and, or, not: {error}"


def _contradictions_of(case: TestCase, cases: Mapping[str, TestCase], proforma: Proforma) -> Iterator[str]:
    place = f"{case.path}:{case.line}: {case.id}"
    try:
        for item in sorted(items(case.applies_if) - set(proforma.items)):
            yield str(UnknownIcsItemError(item, proforma.items, place))
    except ExpressionError as error:
        yield f"{place}: applies_if is not an expression of items, and, or, not: {error}"
    for ref in case.refs:
        if ref not in proforma.references:
            yield f"{place}: {ref} is not listed in proforma/references.yaml"
    if case.sample is not None and case.sample not in proforma.samples:
        yield f"{place}: {case.sample} is not listed in proforma/samples.yaml"
    if case.control is not None and case.control not in cases:
        yield f"{place}: its control case {case.control} does not exist"


def _refs_judged_by(path: Path) -> Iterator[tuple[int, str]]:
    """Every clause that a case file names at a point of judgement, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "ref" and isinstance(node.value, ast.Constant):
            yield node.value.lineno, str(node.value.value)


def _translations(root: Path) -> Mapping[tuple[str, str], str]:
    """(case id, English sentence) -> Chinese, from every `zh_CN.po` below the root."""
    found: dict[tuple[str, str], str] = {}
    for path in sorted(root.rglob("zh_CN.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_CN"):
                if message.context and message.string:
                    found[message.context, str(message.id)] = str(message.string)
    return found


def _in_chinese(case: TestCase, translations: Mapping[tuple[str, str], str]) -> CaseText:
    """The case's Chinese; a sentence without a translation stands in English, and a test refuses that."""

    def say(sentence: str) -> str:
        return translations.get((case.id, sentence), sentence)

    return CaseText(
        title=say(case.text.title),
        purpose=say(case.text.purpose),
        steps=tuple(say(step) for step in case.text.steps),
    )


def _digest(root: Path) -> str:
    """SHA-256 over every file of the catalogue with its relative name."""
    total = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix in (".py", ".yaml", ".po"):
            total.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()
