from __future__ import annotations

import pytest

from conformance.codec.bits import Ttq
from conformance.kernel.preprocess import OFFLINE_QPBOC, Limits, preprocess
from conformance.kernel.termination import TerminatedError

ONLINE_QPBOC = Ttq.QPBOC | Ttq.ONLINE_PIN


def test_an_offline_only_validator_sends_qpboc_offline_only_and_fdda_01():
    assert preprocess(100, Limits()).to_bytes().hex() == "28000080"


def test_amount_zero_is_refused_offline():
    with pytest.raises(TerminatedError, match="other-interface"):
        preprocess(0, Limits())


def test_amount_zero_is_allowed_with_the_extended_application():
    assert preprocess(0, Limits(), extended_application=True) == OFFLINE_QPBOC


def test_amount_zero_is_sent_online_where_that_is_possible():
    assert Ttq.ONLINE_CRYPTOGRAM_REQUIRED in preprocess(0, Limits(), ONLINE_QPBOC)


@pytest.mark.parametrize(("amount", "allowed"), [(199, True), (200, False)])
def test_an_amount_that_reaches_the_transaction_limit_is_refused(amount, allowed):
    try:
        preprocess(amount, Limits(transaction=200))
    except TerminatedError:
        assert not allowed
    else:
        assert allowed


@pytest.mark.parametrize(("amount", "required"), [(199, False), (200, True)])
def test_an_amount_that_reaches_the_cvm_limit_requires_a_cvm(amount, required):
    assert (Ttq.CVM_REQUIRED in preprocess(amount, Limits(cvm=200), ONLINE_QPBOC)) is required


@pytest.mark.parametrize(("amount", "required"), [(200, False), (201, True)])
def test_an_amount_above_the_floor_limit_requires_going_online(amount, required):
    ttq = preprocess(amount, Limits(floor=200), ONLINE_QPBOC)
    assert (Ttq.ONLINE_CRYPTOGRAM_REQUIRED in ttq) is required
