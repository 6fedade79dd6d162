"""An acquirer with its issuer, and a counter in front of them."""

from __future__ import annotations

import pytest
from sim_host_counter import OTHER_PAN, PAN, Calendar, Counter

from conformance.sim.host import Account, Acquirer, AcquirerRules, Issuer, IssuerRules


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def counter_with(calendar: Calendar):
    def made(
        rules: AcquirerRules | None = None, issuer_rules: IssuerRules | None = None, pin: str = ""
    ) -> Counter:
        accounts = (Account(PAN, 100_000, pin=pin), Account(OTHER_PAN, 100_000))
        issuer = Issuer(accounts, issuer_rules or IssuerRules())
        return Counter(Acquirer(issuer, rules or AcquirerRules(), now=calendar), issuer)

    return made


@pytest.fixture
def counter(counter_with) -> Counter:
    return counter_with()
