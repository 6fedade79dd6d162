"""A change questionnaire decides what must be tested again."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from conformance.catalogue.delta import delta, questionnaire, read_answers, read_changes
from conformance.catalogue.load import load_catalogue
from conformance.catalogue.published import PublishedPlan, published
from conformance.codec.documents import DocumentErrors

ROOT = Path(__file__).resolve().parents[2]
CHANGES = read_changes(ROOT / "cases" / "proforma")
PLAN = PublishedPlan(
    "transit-bus", "terminal", (), (), ("TRN-BUS-110",), tuple(f"TRN-BUS-{n:03}@1" for n in (10, 40, 110))
)


def again(*changed: str, certified: PublishedPlan = PLAN):
    return delta(tuple(CHANGES[name] for name in changed), certified, PLAN).again


def test_a_new_kernel_repeats_everything():
    assert set(again("kernel")) == set(PLAN.revisions)


def test_a_change_repeats_what_it_touches_and_the_floor():
    assert again("storage_and_host") == {"TRN-BUS-040": ("storage_and_host",), "TRN-BUS-110": ("floor",)}


def test_what_is_not_repeated_stands():
    assert delta((CHANGES["storage_and_host"],), PLAN, PLAN).kept == ("TRN-BUS-010",)


@pytest.mark.parametrize("harmless", ["display_and_print", "housing"])
def test_a_harmless_change_repeats_nothing(harmless):
    assert again(harmless) == {}


def test_what_is_new_or_revised_in_the_plan_is_repeated_whatever_changed():
    earlier = PublishedPlan("transit-bus", "terminal", (), (), (), ("TRN-BUS-010@2", "TRN-BUS-110@1"))
    assert again("housing", certified=earlier) == {
        "TRN-BUS-010": ("revised",), "TRN-BUS-040": ("new",), "TRN-BUS-110": ("floor",),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["terminal", "card"])
def test_the_questionnaire_asks_every_change_of_its_kind_and_must_be_filled_in(kind, tmp_path):
    path = tmp_path / "answers.yaml"
    path.write_text(questionnaire(CHANGES, kind), encoding="utf-8")
    asked = {name for name, each in CHANGES.items() if each.kind == kind}
    assert set(yaml.safe_load(path.read_text(encoding="utf-8"))["changed"]) == asked
    with pytest.raises(DocumentErrors):
        read_answers(path, CHANGES, kind)


def test_an_answer_left_out_or_misspelt_is_named(tmp_path):
    path = tmp_path / "answers.yaml"
    path.write_text("changed:\n  kernal: true\n", encoding="utf-8")
    with pytest.raises(DocumentErrors, match=r'did you mean "kernel"\?(.|\n)*does not answer housing'):
        read_answers(path, CHANGES, "terminal")


def test_every_terminal_and_card_profile_is_repeated_whole_by_what_matters_most():
    catalogue = load_catalogue(ROOT / "cases")
    most = {"terminal": "kernel", "card": "card_application"}
    for name, profile in catalogue.proforma.profiles.items():
        plan = published(catalogue, name)
        assert set(delta((CHANGES[most[profile.kind]],), plan, plan).again) == set(profile.cases)
