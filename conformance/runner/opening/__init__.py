"""Opens a bench for one product, and closes everything that it started.

What a bench offers stands in `bench`; `terminals` and `cards` are the doors to the two kinds of product;
`keys` is the laboratory's.
"""

from __future__ import annotations

from conformance.runner.opening.bench import OpenBench, opened
from conformance.runner.opening.keys import ca_keys, issuer_keys, sm_ca_keys

__all__ = ["OpenBench", "ca_keys", "issuer_keys", "opened", "sm_ca_keys"]
