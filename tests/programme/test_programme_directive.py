from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from programme_samples import PROGRAMMES

from conformance.codec.documents import DocumentErrors
from conformance.model.programme import Binding, Certainty, Milestone, Validity
from conformance.programme.load import load_programme

if TYPE_CHECKING:
    from conformance.model.programme import Programme

DIRECTIVE = (Path(__file__).parent / "anshun-2014-33.txt").read_text(encoding="utf-8")
MILESTONES = load_programme(PROGRAMMES / "anshun").directive.milestones


@pytest.mark.parametrize("milestone", MILESTONES, ids=lambda each: each.id)
def test_the_words_of_a_milestone_stand_in_the_directive(milestone: Milestone) -> None:
    quoted = [*milestone.words, *(each.words for each in milestone.responsible)]
    assert [words for words in quoted if words not in DIRECTIVE] == []


@pytest.mark.parametrize("milestone", MILESTONES, ids=lambda each: each.id)
def test_the_responsible_department_stands_in_the_directive(milestone: Milestone) -> None:
    assert all(each.department in DIRECTIVE for each in milestone.responsible)


@pytest.mark.parametrize(
    ("words", "deadline", "binding"),
    [
        ("5A级景区可刷卡通过景区闸口", "2014-12-31", Binding.BINDING),
        ("高速公路收费系统可刷卡收费", "2014-12-31", Binding.BINDING),
        ("主要公立医院实现现金收费环节可刷卡支付", "2014-12-31", Binding.BINDING),
        ("物业管理费、水费及煤气费等可刷卡缴纳", "2014-12-31", Binding.BINDING),
        ("4A级景区可刷卡通过景区", "2015-12-31", Binding.BINDING),
        ("力争实现全市50%以上公交车可刷卡乘车", "2015-12-31", Binding.BEST_EFFORT),
        ("三个率先", None, Binding.DUTY),
        ("公交、出租、高速公路为突破口", None, Binding.DUTY),
        ("一卡多用", None, Binding.DUTY),
        ("加快发行加载金融功能的社保卡", None, Binding.DUTY),
        ("城市公共交通及高速公路上的运用", None, Binding.DUTY),
        ("购物、餐饮住宿", None, Binding.DUTY),
        ("医疗机构现金收费环节可刷卡支付", None, Binding.DUTY),
        ("居民健康卡", None, Binding.DUTY),
        ("校园卡的有益补充", None, Binding.DUTY),
        ("各县（区）人民政府（管委会）要结合本地实际", None, Binding.DUTY),
        ("完善受理环境", None, Binding.DUTY),
        ("受理机具的改造、布放", None, Binding.DUTY),
        ("善行卡", None, Binding.DUTY),
    ],
)
def test_what_the_directive_asks_for_is_a_milestone(
    words: str, deadline: str | None, binding: Binding
) -> None:
    due = None if deadline is None else date.fromisoformat(deadline)
    found = [each for each in MILESTONES if any(words in said for said in each.words)]
    assert {(each.deadline, each.binding) for each in found} == {(due, binding)}


def test_utilities_are_property_water_and_gas_and_never_electricity() -> None:
    assert [each.id for each in MILESTONES if each.sector == "UTL"] == [
        "utl-property",
        "utl-water",
        "utl-gas",
    ]


def test_only_buses_have_a_threshold_below_everything() -> None:
    assert {each.id: each.threshold for each in MILESTONES if each.threshold != 100} == {"trn-bus": 50}


def test_a_total_that_nobody_published_is_unknown() -> None:
    counts = {each.id: each.population.count for each in MILESTONES if each.population}
    assert {name: count for name, count in counts.items() if count is not None} == {
        "tou-gate-5a": 2,
        "tou-gate-4a": 4,
    }


def test_the_page_of_the_directive_contradicts_itself_and_we_say_so(anshun: Programme) -> None:
    notes = "".join(note["zh"] for note in anshun.directive.notes)
    assert all(odd in notes for odd in ("〔2016〕35号", "市交通运输局", "5月15日", "5月20日"))


def test_no_real_row_is_synthetic(anshun: Programme) -> None:
    rows = [*anshun.units, *anshun.sites, *anshun.deployments]
    assert all(row.certainty is not Certainty.SYNTHETIC for row in rows)


def test_every_row_of_the_example_is_synthetic(programme: Programme) -> None:
    rows = [*programme.units, *programme.sites, *programme.deployments]
    assert {row.certainty for row in rows} == {Certainty.SYNTHETIC}


def test_nothing_is_invented_about_what_anshun_has_installed(anshun: Programme) -> None:
    assert (anshun.deployments, anshun.coverage) == ((), "none")


def test_only_divisions_carry_national_codes(anshun: Programme) -> None:
    assert {unit.kind for unit in anshun.units if "-" not in unit.id} == {"division"}


def test_where_a_site_lies_and_who_manages_it_are_two_things(anshun: Programme) -> None:
    waterfall = anshun.site("huangguoshu")
    assert (waterfall.division, waterfall.managed_by) == ("520423", "520400-M1")


def test_two_committees_became_one(anshun: Programme) -> None:
    assert {unit.successor for unit in anshun.units if unit.id in ("520400-M1", "520400-M2")} == {"520400-M4"}


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        ("2014-05-15", {"520421"}),
        ("2014-12-15", {"520421", "520403"}),
        ("2015-01-01", {"520403"}),
    ],
)
def test_pingba_changed_its_code_in_a_month_of_which_no_day_is_known(
    anshun: Programme, day: str, codes: set[str]
) -> None:
    pingba = [anshun.unit("520421"), anshun.unit("520403")]
    assert {unit.id for unit in pingba if unit.validity.covers(date.fromisoformat(day))} == codes


def test_a_row_without_dates_always_holds() -> None:
    assert Validity().covers(date(1900, 1, 1))


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        (
            "directive.yaml",
            "    threshold: 50\n",
            "    treshold: 50\n",
            'directive.yaml:26: milestones[0].treshold is not known; did you mean "threshold"?',
        ),
        (
            "directive.yaml",
            "binding: best-effort",
            "binding: best-efort",
            (
                'directive.yaml:27: milestones[0].binding is "best-efort", '
                "not one of binding, best-effort, duty; "
                'did you mean "best-effort"?'
            ),
        ),
        (
            "directive.yaml",
            "deadline: 2030-12-31",
            "deadline: 2030-02-31",
            (
                'directive.yaml:28: milestones[0].deadline is "2030-02-31", '
                "not a date such as 2014-12-31, or null"
            ),
        ),
        (
            "directive.yaml",
            "deadline: 2030-12-31",
            "deadline: null",
            (
                "directive.yaml:28: milestones[0].deadline does not fit its binding: "
                "a duty has no deadline, everything else has one"
            ),
        ),
        (
            "sites.yaml",
            "milestone: trn-bus",
            "milestone: trn-bsu",
            'sites.yaml:6: sites[0].milestone is "trn-bsu", which is not there; did you mean "trn-bus"?',
        ),
        (
            "sites.yaml",
            "    certainty: SYNTHETIC\n    source: 虚构\n  - id: example-lake",
            "    source: 虚构\n  - id: example-lake",
            "sites.yaml:2: sites[0].certainty is missing",
        ),
        (
            "units.yaml",
            "id: 990100-M1",
            'id: "990101"',
            (
                'units.yaml:13: units[2].id is "990101": '
                "a division has a bare code, anything else a local suffix"
            ),
        ),
        (
            "deployments.yaml",
            "site: bus-fleet",
            "site: bus-flet",
            (
                'deployments.yaml:7: deployments[0].site is "bus-flet", which is not there; '
                'did you mean "bus-fleet"?'
            ),
        ),
        (
            "deployments.yaml",
            "- {version: 1.0.0, since: 2026-01-12}",
            "- {version: 1.0, since: 2026-01-12}",
            (
                "deployments.yaml:16: deployments[0].groups[0].firmware[0].version is 1.0, "
                "which YAML readers take differently; put it in quotes"
            ),
        ),
        (
            "deployments.yaml",
            "- {version: 1.0.0, since: 2026-01-12}",
            "- {version: 1.0.0, since: 2026-01-12}\n          - {version: 1.0.1, since: 2026-01-01}",
            (
                "deployments.yaml:15: deployments[0].groups[0].firmware is not in the order of its days, "
                "or has two versions since one day"
            ),
        ),
    ],
)
def test_a_malformed_file_names_file_line_item_and_nearest_name(
    example: Path, file: str, before: str, after: str, said: str
) -> None:
    path = example / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DocumentErrors) as caught:
        load_programme(example)
    assert said in [str(problem).removeprefix(f"{example}/") for problem in caught.value.problems]


def test_a_missing_file_is_named(example: Path) -> None:
    (example / "units.yaml").unlink()
    with pytest.raises(DocumentErrors, match=r"units\.yaml:1: the file is not there"):
        load_programme(example)


def test_all_files_are_refused_at_once(example: Path) -> None:
    for name in ("units.yaml", "sites.yaml"):
        path = example / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("source:", "sorce:"), encoding="utf-8")
    with pytest.raises(DocumentErrors) as caught:
        load_programme(example)
    assert {Path(each.source).name for each in caught.value.problems} == {"units.yaml", "sites.yaml"}


def test_a_synthetic_row_is_refused_in_a_real_programme(example: Path) -> None:
    path = example / "directive.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("synthetic: true", "synthetic: false"), encoding="utf-8")
    with pytest.raises(DocumentErrors, match="is SYNTHETIC, which a real programme does not take"):
        load_programme(example)
