"""A test that lacks a tool skips and says which; where CONFORMANCE_REQUIRE names the tool, it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_lacking_tool_skips_and_is_named(
    monkeypatch: pytest.MonkeyPatch, lacking: Callable[[str, str], None]
) -> None:
    monkeypatch.setenv("CONFORMANCE_REQUIRE", "browser")
    with pytest.raises(pytest.skip.Exception, match="needs pcsc: no pcscd"):
        lacking("pcsc", "no pcscd")


def test_a_lacking_tool_that_is_required_fails(
    monkeypatch: pytest.MonkeyPatch, lacking: Callable[[str, str], None]
) -> None:
    monkeypatch.setenv("CONFORMANCE_REQUIRE", "browser, pcsc")
    with pytest.raises(pytest.fail.Exception, match="CONFORMANCE_REQUIRE names pcsc, but: no pcscd"):
        lacking("pcsc", "no pcscd")


def test_a_required_tool_that_nobody_knows_is_refused(
    monkeypatch: pytest.MonkeyPatch, lacking: Callable[[str, str], None]
) -> None:
    monkeypatch.setenv("CONFORMANCE_REQUIRE", "browsr")
    with pytest.raises(pytest.UsageError, match="browsr"):
        lacking("browser", "no Chromium on PATH")
