"""What either side takes from the other and no more: the table "Bounds" of the protocol's document.

A line's own bounds (bytes, depth, values) stand in `link.message`. Times in seconds.
"""

from __future__ import annotations

from typing import Final

from conformance.link.message import MOST_REASON

PAGE: Final = 500  # values in one answer to observe
MOST_OBSERVED: Final = 100_000  # values of one kind, over all pages
OBSERVE_S: Final = 120.0  # all pages of one kind

MOST_EXCHANGES: Final = 1000  # requests to the card in one presentation, resets included
PRESENT_S: Final = 300.0  # one presentation, whatever passes in it
MOST_APDU: Final = 65_544  # bytes: the longest extended command; no answer is longer
CARD_S: Final = 30.0  # until the suite has answered a request to the card

MOST_RECEIVED: Final = 1 << 26  # bytes that the terminal may send for one request, or one observation
MOST_MESSAGE: Final = MOST_REASON  # characters of an error's message; what is longer is cut

MOST_CONNECTIONS: Final = 8  # at one time; one more is closed at once
HELLO_S: Final = 10.0  # from connection to hello, the handshake of TLS included
LINE_S: Final = 30.0  # from the first byte of a line to its end, and to send one

MOST_VERSIONS: Final = 16  # that hello names
MOST_TOKEN: Final = 256  # characters
LEAST_TOKEN: Final = 16
MOST_ID: Final = 64  # characters of a request's id, where that is a string
MOST_WAIT_S: Final = 366 * 86_400.0
MOST_CARD_WITHIN_S: Final = 3600.0
