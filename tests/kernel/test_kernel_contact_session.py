"""The real contact session of PB-6.1, followed to its end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from contact_cards import ONLINE_APPROVED, SESSION_TERMS, paid, session, session_terminal

from conformance.codec.bits import Tsi, Tvr
from conformance.kernel.contact import STANDARD, Stage
from conformance.kernel.transaction import Cryptogram, Outcome
from conformance.link.replay import ReplayCard, ReplayDiverged

# The recorded terminal asked for the counters before it authenticated the card.
AS_RECORDED = replace(
    STANDARD, order=(Stage.RESTRICTIONS, Stage.CARDHOLDER, Stage.RISK, Stage.AUTHENTICATION)
)


@pytest.fixture(scope="module")
def ended():
    return paid(
        ReplayCard(session()),
        session_terminal(),
        SESSION_TERMS,
        lambda _request: ONLINE_APPROVED,
        rules=AS_RECORDED,
    )


def test_the_session_ends_with_the_tc_of_the_trace(ended):
    assert ended.answer[0x9F26].hex().upper() == "E5869B494D460AB4"
    assert ended.cryptograms == (Cryptogram.ARQC, Cryptogram.TC)


def test_the_session_ends_approved_online(ended):
    assert ended.outcome is Outcome.ONLINE_APPROVED


def test_a_refused_external_authenticate_is_issuer_authentication_failed(ended):
    assert ended.tvr == Tvr.FLOOR_LIMIT | Tvr.ISSUER_AUTHENTICATION_FAILED


def test_the_tsi_shows_everything_but_scripts(ended):
    assert ended.tsi == Tsi(0xF800)


def test_the_cvm_results_name_the_signature(ended):
    assert ended.own[0x9F34] == bytes.fromhex("5E0300")


def test_every_recorded_command_was_sent():
    card = ReplayCard(session())
    paid(card, session_terminal(), SESSION_TERMS, lambda _request: ONLINE_APPROVED, rules=AS_RECORDED)
    with pytest.raises(ReplayDiverged, match="past its end"):
        paid(card, session_terminal(), SESSION_TERMS)


def test_the_request_to_the_issuer_holds_the_arqc():
    requests = []

    def host(request):
        requests.append(request)
        return ONLINE_APPROVED

    paid(ReplayCard(session()), session_terminal(), SESSION_TERMS, host, rules=AS_RECORDED)
    assert requests[0].values[0x9F26].hex().upper() == "B04398D218017BF9"
