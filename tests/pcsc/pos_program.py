"""The simulated point of sale as a program that knows no protocol: one sale, with what it is told in a file.

pos_program.py READER TOLD [DEFECT]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from conformance.codec.values import yuan
from conformance.link.message import structured
from conformance.link.pcsc import Chaining, PcscCard
from conformance.model.terminal import Operation, Parameters, TransactionRecord
from conformance.sim import terminal
from conformance.sim.defects import DEFECTS


def main(reader, told, defect=None):
    given = json.loads(Path(told).read_text(encoding="utf-8"))
    rules = terminal.rules_of("pos")
    pos = terminal.build("pos", rules=DEFECTS[defect].applied_to(rules) if defect else rules)
    pos.load(structured(given["parameters"], Parameters))
    pos.operate(structured(given["operation"], Operation))
    pos.present(PcscCard(reader, chaining=Chaining.ISO7816_T0), "contact")
    records = pos.observe(TransactionRecord)
    sys.stdout.write("\n".join(lines(records[-1])) if records else "NO RECORD\n")


def lines(record):
    yield f"{record.kind.upper()} {yuan(record.amount)} {record.details['outcome'].upper()}"
    yield f"TVR {record.tvr} TSI {record.details['tsi']} AID {record.details['aid'] or '-'}"
    yield f"CVM {record.details['cvm']}"


main(*sys.argv[1:])
