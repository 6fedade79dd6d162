"""The desk as a small page for a tablet: one question at a time, photos, undo, the person's name."""

from conformance.link.operator.page.desk import PageDesk

__all__ = ["PageDesk"]
