"""The pages that stand beside a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report import html, junit

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.model.run import RunRecord


def write_pages(record: RunRecord, folder: Path, language: str) -> None:
    """Write report.html and junit.xml of a record into its folder."""
    (folder / "report.html").write_text(html.render(record, language), encoding="utf-8", newline="\n")
    (folder / "junit.xml").write_text(junit.render(record, language), encoding="utf-8", newline="\n")
