from __future__ import annotations

import pytest

from conformance.model.terminal import Receipt
from conformance.sim.terminal.parts.printer import OutOfPaper, Printer


def test_receipts_stand_on_paper_in_order():
    printer = Printer()
    printer.print(7, ["消费", "1.00"])
    printer.print(7, ["退款"])
    assert printer.receipts == (Receipt(7, ("消费", "1.00")), Receipt(7, ("退款",)))


def test_a_receipt_ends_where_the_paper_ends():
    printer = Printer(paper=3)
    printer.print(7, ["消费", "1.00"])
    with pytest.raises(OutOfPaper):
        printer.print(7, ["退款", "1.00"])
    assert printer.receipts == (Receipt(7, ("消费", "1.00")), Receipt(7, ("退款",), whole=False))


def test_without_paper_nothing_is_printed():
    printer = Printer(paper=0)
    with pytest.raises(OutOfPaper):
        printer.print(7, ["消费"])
    assert printer.receipts == ()


def test_the_last_line_of_paper_is_used():
    printer = Printer(paper=1)
    printer.print(7, ["消费"])
    assert printer.paper == 0
