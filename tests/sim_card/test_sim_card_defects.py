from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sim_card_contact_reader import AAC, ARQC, CDA, PSE, TC, contact
from sim_card_extended import extended_session
from sim_card_reader import LAST, PPSE, Reader, objects, reader, value

from conformance.codec import apdu, tlv
from conformance.codec.tags import Tag
from conformance.crypto import authority
from conformance.crypto.certificates import CertificateError, fdda_terminal_data, verify_sdad
from conformance.sim.card import CardRules
from conformance.sim.defects import card as card_defects
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule, entries

ROOT = Path(__file__).parents[2]
DEFECTS = {defect.id: defect for defect in card_defects.DEFECTS}


def defective(name: str, **particulars: Any) -> Reader:
    return reader(rules=DEFECTS[name].applied_to(CardRules()), **particulars)


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
def test_a_defect_replaces_exactly_one_rule(defect: Defect) -> None:
    rules, defective = CardRules(), defect.applied_to(CardRules())
    was, now = entries(rules), entries(defective)
    assert [name for name in was if was[name] != now[name]] == [defect.replaces]


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
def test_a_defect_breaks_the_clause_of_the_rule_that_it_replaces(defect: Defect) -> None:
    assert defect.clause == entries(CardRules())[defect.replaces].clause == defect.rule.clause


@pytest.mark.parametrize(("name", "rule"), entries(CardRules()).items(), ids=entries(CardRules()))
def test_every_rule_has_a_clause(name: str, rule: Rule[Any]) -> None:
    assert re.fullmatch(r"PB-[0-9]+(\.[0-9]+)?", rule.clause), name


def test_the_facts_hold_every_clause_that_a_rule_cites() -> None:
    facts = (ROOT / "docs" / "facts" / "pboc.md").read_text(encoding="utf-8")
    held = set(re.findall(r"^\| (PB-[0-9.]+) \|", facts, re.MULTILINE))
    assert {rule.clause for rule in entries(CardRules()).values()} <= held


def test_the_card_acts_by_every_rule_of_its_table() -> None:
    asked: set[str] = set()

    def noting(name: str, rule: Rule[Any]) -> Rule[Any]:
        def apply(*arguments: object) -> object:
            asked.add(name)
            return rule.apply(*arguments)

        return Rule(rule.clause, apply)

    names, rules = entries(CardRules()), CardRules()
    for name, rule in names.items():
        defect = Defect(name, "", "", "", "card", name, noting(name, rule), "Notes that it was asked.")
        rules = defect.applied_to(rules)
    _over_contacts(rules)
    extended_session(rules)
    one = reader(rules=rules)
    one.select(PPSE)
    one.pay()
    one.begin(t5F2A="0840", t9F66="2A000080")
    one.select()
    one.read(*LAST)
    one.read(9, 1)
    one.get(Tag.EC_BALANCE)
    one.card.process(apdu.CommandApdu(0x00, 0x01, 0, 0))
    assert asked == set(names)


def _over_contacts(rules: CardRules) -> None:
    """Debit and credit with everything that an issuer can do, then electronic cash and a load."""
    one = contact(rules=rules)
    one.select(PSE)
    one.read(1, 1)
    one.begin()
    one.card.process(apdu.get_challenge())
    one.send(0x00, 0x88, 0, 0, bytes(4))
    one.send(0x00, 0x20, 0, 0x88, bytes(144))
    one.verify()
    one.first(ARQC)
    one.authenticate()
    one.second()
    one.script(0x84, 0x1E, 0, 0)
    one.script(0x84, 0x18, 0, 0)
    one.change_pin("4321")
    one.put(0x9F58, "05")
    one.script(0x04, 0xDC, 1, 1 << 3 | 4, b"\x70\x00")
    one.pay(ARQC)
    one.second(t8A=b"Z3".hex())
    one.begin()
    one.generate(TC | CDA)
    one.pay(AAC)
    one = contact("electronic-cash", rules=rules)
    one.cash()
    one.first()
    one.cash()
    one.first(ARQC)
    one.put(Tag.EC_BALANCE, "000000000001")
    one.read(12, 0)
    one.script(0x84, 0x16, 0, 0)


def test_a_rule_that_does_not_exist_names_the_nearest() -> None:
    defect = Defect("x", "PB-1", "CRD-SEL-010", "y", "card", "select_fcl", Rule("PB-1", len), "Wrong name.")
    with pytest.raises(ValueError, match="did you mean select_fci"):
        defect.applied_to(CardRules())


def test_fci_names_another_df() -> None:
    fci = tlv.decode_one(defective("fci-names-another-df").select().data)
    assert not value(fci, Tag.DF_NAME).startswith(bytes.fromhex("A000000333"))


def test_gpo_takes_short_data() -> None:
    one = defective("gpo-takes-short-data")
    one.select()
    assert one.card.process(apdu.get_processing_options(bytes.fromhex("26000080"))).ok


def test_record_past_end_empty() -> None:
    one = defective("record-past-end-empty")
    one.select()
    answer = one.read(2, 4)
    assert (answer.ok, answer.data) == (True, b"")


def test_balance_without_tag() -> None:
    one = defective("balance-without-tag", balance=5000)
    one.select()
    assert one.card.process(apdu.get_data(Tag.EC_BALANCE)).data.hex() == "000000005000"


def test_fdda_ignores_unpredictable_number() -> None:
    one = defective("fdda-ignores-unpredictable-number")
    found, key = objects(one.pay()), authority.demonstration().icc.public
    sent = one.terminal
    bound = (sent[0x9F02], sent[0x5F2A], found[0x9F69])
    with pytest.raises(CertificateError):
        verify_sdad(key, found[0x9F4B], fdda_terminal_data(1, sent[0x9F37], *bound))
    assert verify_sdad(key, found[0x9F4B], fdda_terminal_data(1, bytes(4), *bound))


def test_debits_at_gpo() -> None:
    one = defective("debits-at-gpo", balance=5000)
    one.begin()
    one.afresh().select()
    assert one.get(Tag.EC_BALANCE).hex() == "000000004900"


def test_debits_at_gpo_still_debits_once_when_nothing_is_torn() -> None:
    one = defective("debits-at-gpo", balance=5000)
    one.pay()
    assert one.get(Tag.EC_BALANCE).hex() == "000000004900"
