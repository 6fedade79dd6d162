"""Decoded traces: what card and terminal said, by name and meaning, with certificates checked."""

from __future__ import annotations

from conformance.report.trace.load import SessionError
from conformance.report.trace.terminal import is_record, render_file

__all__ = ["SessionError", "is_record", "render_file"]
