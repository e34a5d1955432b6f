"""The auditor's page as people use it: in a browser."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from offices import sample
from selenium.webdriver.common.by import By
from test_html_browser import browser as browser
from test_html_browser import show

from jixiao.export.answers_html import page

pytestmark = pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("chromedriver")) and not os.environ.get("CI"),
    reason="no chromium with its driver here",
)


def indicators(browser: Any) -> list[str]:
    """What stands in the rows that are to be seen."""
    rows = [row for row in browser.find_elements(By.CSS_SELECTOR, "tr.row") if row.is_displayed()]
    # the table of those without an answer begins with the level
    place = [1 if row.get_attribute("data-v") == "unanswered" else 0 for row in rows]
    return [row.find_elements(By.TAG_NAME, "td")[at].text for row, at in zip(rows, place, strict=True)]


def press(browser: Any, verdict: str) -> None:
    browser.find_element(By.CSS_SELECTOR, f".figure[data-v={verdict}]").click()


def told(browser: Any) -> str:
    return str(browser.find_element(By.ID, "shown").text)


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Any:
    show(browser, tmp_path, page([sample(), sample("禾丰县水利局")], "通行办法"))
    return browser


ALL = ["新增床位", "改造户数", "发放金额", "队伍建设", "高龄津贴"]


def test_a_figure_filters_by_its_verdict_and_twice_shows_all(opened: Any) -> None:
    assert indicators(opened) == ALL * 2
    assert told(opened) == "显示 10 / 10 个目标"
    press(opened, "unmet")
    assert indicators(opened) == ["新增床位", "改造户数"] * 2
    assert not any(head.is_displayed() for head in opened.find_elements(By.TAG_NAME, "h3"))
    press(opened, "unanswered")
    assert len(indicators(opened)) == 8
    press(opened, "unmet")
    assert indicators(opened) == ["队伍建设", "高龄津贴"] * 2
    press(opened, "unanswered")
    assert told(opened) == "显示 10 / 10 个目标"


def test_rows_to_check_are_told_apart(opened: Any) -> None:
    press(opened, "check")
    assert indicators(opened) == ["新增床位", "改造户数"] * 2


def test_words_filter_and_offices_without_a_row_go(opened: Any) -> None:
    find = opened.find_element(By.ID, "find")
    find.send_keys("水利局 发放金额")
    assert indicators(opened) == ["发放金额"]
    assert sum(office.is_displayed() for office in opened.find_elements(By.CLASS_NAME, "office")) == 1
    assert [link.text for link in opened.find_elements(By.CSS_SELECTOR, "nav a") if link.is_displayed()] == [
        "禾丰县水利局　2022年度"
    ]
    find.clear()
    find.send_keys("没有这个词")
    assert opened.find_element(By.ID, "none").is_displayed()
    opened.find_element(By.ID, "reset").click()
    assert indicators(opened) == ALL * 2
    assert not opened.find_element(By.ID, "none").is_displayed()


def test_levels_without_a_row_are_hidden(opened: Any) -> None:
    press(opened, "met")
    levels = [line.text for line in opened.find_elements(By.CSS_SELECTOR, "tr.level") if line.is_displayed()]
    assert levels == ["产出指标 · 成本指标"] * 2


def test_the_page_is_not_wider_than_a_telephone(opened: Any) -> None:
    size = opened.get_window_size()
    opened.set_window_size(500, 900)
    width = opened.execute_script("return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    opened.set_window_size(size["width"], size["height"])
    assert width[0] <= width[1]


def test_nothing_is_refused_by_the_policy(opened: Any) -> None:
    assert [line for line in opened.get_log("browser") if line["level"] == "SEVERE"] == []
