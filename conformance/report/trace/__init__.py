"""Decoded traces: what card and terminal said, by name and meaning; certificates, cryptograms checked."""

from __future__ import annotations

from conformance.crypto.issuer_keys import IssuerKeys
from conformance.record.spied.session_error import SessionError
from conformance.report.trace.gather import Session, demonstration_keys, gather, is_record
from conformance.report.trace.page import page
from conformance.report.trace.script import script
from conformance.report.trace.terminal import render

__all__ = [
    "IssuerKeys",
    "Session",
    "SessionError",
    "demonstration_keys",
    "gather",
    "is_record",
    "page",
    "render",
    "script",
]
