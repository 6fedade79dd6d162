"""Coverage-guided fuzzing of the simulated card, until it is stopped or `-atheris_runs` are done.

tox run -e soak -- -max_total_time=3600
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["conformance.sim.card", "conformance.codec"]):
    from sim_card_session import session


def main() -> None:
    atheris.Setup(sys.argv, session)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
