"""A product file to fill in: every question of the proforma, asked in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model.iut import IcsItem, ParameterDefinition, Profile, Proforma, Statement

_HEAD = """\
# 产品申报表。逐项填写后用 conformance ics check --product FILE 检查；未填的项目会逐行指出。
# A product's declaration. Fill in every item; `conformance ics check --product FILE` names what is left.
"""
# What is asked of the product itself: name in the file -> what it means.
PRODUCT: Mapping[str, str] = {
    "vendor": "厂商 / vendor",
    "model": "型号 / model",
    "hardware": "硬件版本 / hardware revision",
    "firmware": "固件版本 / firmware version",
    "firmware_origin": "固件版本的来源 / where the firmware version comes from: computed, read, declared",
    "serials": "样品编号，如 [S-001, S-002] / the samples' serial numbers, such as [S-001, S-002]",
}
_DIGEST = """\
  # 固件文件的 SHA-256，可选 / SHA-256 of the firmware file, optional
  # firmware_digest:
"""
_ICS = """\
# 实现一致性声明：每项填 true 或 false。[m] 必备，[o] 可选，[c] 有条件（x：不得声明）。
# Implementation conformance statement: true or false for each item. [m] mandatory, [o] optional,
# [c] conditional (x: must not be claimed).
ics:
"""
_IXIT = """\
# 测试附加信息：只写与默认值不同的参数，如 {T1: 8}；只能比默认值更严格。
# Extra information for testing: only what differs from the default, such as {T1: 8}; it may only be stricter.
"""
_STATEMENTS = """\
# 以下内容如实填写在 ixit 下，未填写的在报告中注明“未申报”。
# State these under ixit as well; what is left out is printed as not stated.
"""


def template(proforma: Proforma, kind: str) -> str:
    """The file for a "terminal" or a "card"; LookupError for a kind that no profile is for."""
    profiles = [profile for profile in proforma.profiles.values() if profile.kind == kind]
    if not profiles:
        known = sorted({profile.kind for profile in proforma.profiles.values()})
        raise LookupError(f"no profile is for a {kind}; there are: {', '.join(known)}")
    items = [item for item in proforma.items.values() if item.kind == kind]
    return "".join(
        [
            _HEAD,
            f"product:\n  kind: {kind}\n",
            *(f"  # {meaning}\n  {name}:\n" for name, meaning in PRODUCT.items()),
            _DIGEST,
            *_profiles(profiles),
            _ICS,
            *(_item(item, profiles) for item in items),
            _IXIT,
            *(_parameter(each) for each in proforma.parameters.values()),
            _STATEMENTS,
            *(_statement(each) for each in proforma.statements.values() if each.kind == kind),
            "ixit: {}\n",
        ]
    )


def _profiles(profiles: list[Profile]) -> Iterator[str]:
    yield "  # 测试项目集，取其一 / the profile, one of:\n"
    for profile in profiles:
        yield f"  #   {profile.name}: {profile.title['zh']} / {profile.title['en']}\n"
    yield "  profile:\n"


def _item(item: IcsItem, profiles: list[Profile]) -> str:
    demanding = [profile.name for profile in profiles if item.name in profile.mandatory_items]
    by = f" ({', '.join(demanding)})" if demanding else ""
    question = f"{item.question['zh']} / {item.question['en']}"
    condition = f": {item.condition} ? {item.when_true} : {item.when_false}" if item.condition else ""
    return f"  # [{item.status}{condition}{by}] {question}\n  {item.name}:\n"


def _statement(each: Statement) -> str:
    condition = f" [{each.when}]" if each.when else ""
    return f"#   {each.name} ({each.form}){condition}: {each.question['zh']} / {each.question['en']}\n"


def _parameter(each: ParameterDefinition) -> str:
    return (
        f"#   {each.name}: {each.default} {each.unit} ({each.minimum}–{each.maximum})"
        f"  {each.reason['zh']} / {each.reason['en']}\n"
    )
