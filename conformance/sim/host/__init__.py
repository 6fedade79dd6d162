"""Simulated hosts behind a terminal: issuer, acquirer, hospital information system.

Each keeps a ledger of its own that only grows, and is built with a table of rules, of which a defect replaces
one entry. The acquirer answers frames of `codec.iso8583`, in process or over TCP.
"""

from __future__ import annotations

from conformance.sim.host.acquirer import Acquirer, AcquirerRules
from conformance.sim.host.hospital import Bill, Hospital, HospitalRules
from conformance.sim.host.issuer import Account, Issuer, IssuerRules, Script, put_data
from conformance.sim.host.pin import pin_block
from conformance.sim.host.tcp import AcquirerServer, HostSilent, HostUnreachable, exchange

__all__ = [
    "Account",
    "Acquirer",
    "AcquirerRules",
    "AcquirerServer",
    "Bill",
    "Hospital",
    "HospitalRules",
    "HostSilent",
    "HostUnreachable",
    "Issuer",
    "IssuerRules",
    "Script",
    "exchange",
    "pin_block",
    "put_data",
]
