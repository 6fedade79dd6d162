"""Opens a bench for one product, and closes everything that it started.

What a bench offers stands in `bench`; `terminals` and `cards` are the doors to the two kinds of product;
`firmware` says which one is tested and how that is known; `keys` is the laboratory's.
"""

from __future__ import annotations

from conformance.runner.opening.bench import OpenBench, opened, with_nobody
from conformance.runner.opening.firmware import Firmware, check_identity
from conformance.runner.opening.keys import ca_keys, issuer_keys, sm_ca_keys

__all__ = [
    "Firmware",
    "OpenBench",
    "ca_keys",
    "check_identity",
    "issuer_keys",
    "opened",
    "sm_ca_keys",
    "with_nobody",
]
