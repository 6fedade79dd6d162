"""The terminal control protocol, client and server: docs/terminal-control-protocol.md.

JSON-RPC 2.0 over TCP, one UTF-8 line for each message, in both directions while a card is served. `methods`
says what there is to say, `bounds` how much of it, `access` who may say it; protocol.schema.json is all of
it as a JSON schema.
"""

from conformance.link.control.client import ControlTerminal
from conformance.link.control.server import ControlServer

__all__ = ["ControlServer", "ControlTerminal"]
