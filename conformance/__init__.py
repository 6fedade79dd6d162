"""Conformance tests and certification for the PBOC financial IC card in public services."""

__version__ = "0.1.0"
