"""Simulated hosts behind a terminal: issuer, acquirer, hospital information system.

Each keeps a ledger of its own that only grows, and is built with a table of rules, of which a defect replaces
one entry. The acquirer answers frames of `codec.iso8583`, the hospital calls or JSON lines; both in process
or over TCP.
"""

from __future__ import annotations

from conformance.sim.host.acquirer import Acquirer, AcquirerRules
from conformance.sim.host.hospital import Bill, Hospital, HospitalDown, HospitalRefused, HospitalRules
from conformance.sim.host.hospital_tcp import RemoteHospital, hospital_server
from conformance.sim.host.issuer import Account, Issuer, IssuerRules, Script, put_data
from conformance.sim.host.pin import pin_block
from conformance.sim.host.tcp import HostServer, HostSilent, HostUnreachable, acquirer_server, exchange

__all__ = [
    "Account",
    "Acquirer",
    "AcquirerRules",
    "Bill",
    "Hospital",
    "HospitalDown",
    "HospitalRefused",
    "HospitalRules",
    "HostServer",
    "HostSilent",
    "HostUnreachable",
    "Issuer",
    "IssuerRules",
    "RemoteHospital",
    "Script",
    "acquirer_server",
    "exchange",
    "hospital_server",
    "pin_block",
    "put_data",
]
