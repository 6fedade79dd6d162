"""Allure: results written while the run goes on, and the page that Allure 3 makes of them."""

from __future__ import annotations

from conformance.report.allure.listener import STATUS, AllureListener
from conformance.report.allure.page import AllureOutcome, render

__all__ = ["STATUS", "AllureListener", "AllureOutcome", "render"]
