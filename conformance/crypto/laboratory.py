"""What certifies cards: an RSA and an SM2 authority with the master keys of their issuers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.crypto import authority, sm_authority

if TYPE_CHECKING:
    from conformance.crypto.authority import Authority
    from conformance.crypto.sm_authority import SmAuthority


@dataclass(frozen=True, slots=True)
class Laboratory:
    """The authorities that a card is personalised under."""

    rsa: Authority
    sm: SmAuthority


def demonstration() -> Laboratory:
    """The built-in authorities. Their private keys are published: they prove nothing outside a simulation."""
    return Laboratory(authority.demonstration(), sm_authority.demonstration())
