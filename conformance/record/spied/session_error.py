"""What a file that is no session is refused with."""

from __future__ import annotations


class SessionError(ValueError):
    """A file that is no session; the text names the file and the place in it."""
