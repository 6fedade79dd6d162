"""The facade `terminal` of a case: a terminal under test, operated and observed through its link.

What every terminal does stands in `facade`; what one kind of device does besides is a file and a member of
`Terminal` named after it: `terminal.bus`, `terminal.gate`, `terminal.lane`.
"""

from __future__ import annotations

from conformance.runner.terminal.door import Dialogue
from conformance.runner.terminal.facade import Terminal

__all__ = ["Dialogue", "Terminal"]
