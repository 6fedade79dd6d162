"""Magnetic stripes with tracks 1 and 2 (ISO/IEC 7813), as a card of the laboratory carries them."""

from __future__ import annotations

from conformance.model.terminal import Stripe


def stripe(
    *,
    pan: str = "6210948000000011",
    name: str = "TEST/CARD",
    expires: str = "3012",
    service_code: str = "201",
    discretionary: str = "0000000000",
) -> Stripe:
    """A stripe with both tracks; a service code that begins with 2 or 6 says that the card has a chip too.

    `expires` is YYMM.
    """
    return Stripe(
        track1=f"%B{pan}^{name}^{expires}{service_code}{discretionary}?",
        track2=f";{pan}={expires}{service_code}{discretionary}?",
    )
