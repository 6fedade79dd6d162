"""Everything that a case may import, gathered in one place."""

from conformance import expect
from conformance.catalogue.declare import case
from conformance.codec.bits import Cvr
from conformance.runner import probe as sim
from conformance.runner.acquirer import LaboratoryAcquirer as Acquirer
from conformance.runner.card import Card
from conformance.runner.hospital import LaboratoryHospital as Hospital
from conformance.runner.overheard import Session
from conformance.runner.run import CaseRun
from conformance.runner.terminal import Terminal

__all__ = ["Acquirer", "Card", "CaseRun", "Cvr", "Hospital", "Session", "Terminal", "case", "expect", "sim"]
