"""A reader's way through the Allure page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import OpenPage

CASE = "TRN-BUS-050"


def test_a_reader_clicks_through_the_allure_page_to_the_exchanges(page: OpenPage, allure: Path) -> None:
    page.open(allure).click(CASE).shows("FAIL · 被测实现不符合")
    page.click("交互轨迹").shows_framed("9000")
    page.screenshot("allure-desktop", full=True)
    assert page.left == []


def test_the_allure_page_opens_on_a_phone(phone: OpenPage, allure: Path) -> None:
    phone.open(allure).shows(CASE)
    phone.screenshot("allure-phone")
    assert "金融IC卡符合性测试" in phone.text
