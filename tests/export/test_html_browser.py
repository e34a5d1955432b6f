"""The page as people use it: in a browser, with mouse and keyboard."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from test_html_page import HOSTILE, hostile, large

from builders import report
from jixiao.export.html import page

# In continuous integration a browser that is missing is a failure.
pytestmark = pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("chromedriver")) and not os.environ.get("CI"),
    reason="no chromium with its driver here",
)
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    profile = tempfile.mkdtemp()
    for flag in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1400,1000",
        "--force-prefers-reduced-motion",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    yield driver
    driver.quit()
    shutil.rmtree(profile, ignore_errors=True)


def show(browser: Any, tmp_path: Path, html: str) -> None:
    file = tmp_path / "page.html"
    file.write_text(html, encoding="utf-8")
    browser.get(file.as_uri())


def explanation(browser: Any) -> str:
    box = browser.find_element(By.ID, "explain")
    return box.text if box.is_displayed() else ""


def rows(browser: Any) -> list[str]:
    found = browser.find_elements(By.CSS_SELECTOR, "#claims tbody tr")
    return [row.find_element(By.TAG_NAME, "a").text for row in found if row.is_displayed()]


def mark(browser: Any, n: int) -> Any:
    return browser.find_element(By.ID, f"m{n}")


def test_hovering_a_claim_explains_it_and_leaving_hides_it(browser: Any, tmp_path: Path) -> None:
    show(browser, tmp_path, page(report()))
    assert explanation(browser) == ""
    ActionChains(browser).move_to_element(mark(browser, 1)).perform()
    told = explanation(browser)
    for part in ("慰问金", "发放", "82.50万元", "825,000 元", "资金", "2022", "一、履职情况", "第 4 行"):
        assert part in told
    ActionChains(browser).move_to_element(browser.find_element(By.TAG_NAME, "h1")).perform()
    WebDriverWait(browser, 5).until(lambda _: explanation(browser) == "")


def test_the_keyboard_explains_too(browser: Any, tmp_path: Path) -> None:
    show(browser, tmp_path, page(report()))
    browser.execute_script("document.getElementById('m0').focus()")
    assert "劳资纠纷" in explanation(browser)
    ActionChains(browser).send_keys(Keys.TAB).perform()
    assert "慰问金" in explanation(browser)
    ActionChains(browser).send_keys(Keys.ESCAPE).perform()
    assert explanation(browser) == ""


def test_filters_narrow_the_table_and_dim_the_text(browser: Any, tmp_path: Path) -> None:
    show(browser, tmp_path, page(report()))
    assert rows(browser) == ["1", "2", "3", "4"]
    chip = browser.find_element(By.CSS_SELECTOR, ".chip.c0")
    chip.click()
    assert rows(browser) == ["1", "4"]
    assert "off" in mark(browser, 1).get_attribute("class").split()
    assert browser.find_element(By.ID, "shown").text == "显示 2 / 4 条"
    browser.find_element(By.ID, "find").send_keys("1513")
    assert rows(browser) == ["1"]
    browser.find_element(By.ID, "find").send_keys(" 不存在")
    assert rows(browser) == []
    assert browser.find_element(By.ID, "none").is_displayed()
    browser.find_element(By.ID, "reset").click()
    assert rows(browser) == ["1", "2", "3", "4"]
    assert "off" not in mark(browser, 1).get_attribute("class").split()


def test_heads_sort_both_ways(browser: Any, tmp_path: Path) -> None:
    show(browser, tmp_path, page(report()))
    button = browser.find_element(By.CSS_SELECTOR, "th.h-value button")
    button.click()
    assert rows(browser) == ["3", "4", "1", "2"]
    button.click()
    assert rows(browser) == ["2", "1", "4", "3"]
    assert browser.find_element(By.CSS_SELECTOR, "th.h-value").get_attribute("aria-sort") == "descending"
    browser.find_element(By.CSS_SELECTOR, "th.h-n button").click()
    assert rows(browser) == ["1", "2", "3", "4"]


def test_a_row_leads_to_its_place_and_a_place_to_its_row(browser: Any, tmp_path: Path) -> None:
    show(browser, tmp_path, page(large()))
    assert not in_sight(browser, mark(browser, 600))
    browser.execute_script("document.querySelectorAll('#claims tbody tr')[600].click()")
    WebDriverWait(browser, 5).until(lambda _: in_sight(browser, mark(browser, 600)))
    assert browser.switch_to.active_element == mark(browser, 600)
    browser.execute_script("document.getElementById('m20').click()")
    here = browser.find_elements(By.CSS_SELECTOR, "#claims tr.here")
    assert [row.find_element(By.TAG_NAME, "a").text for row in here] == ["21"]
    assert in_sight(browser, here[0])


def in_sight(browser: Any, element: Any) -> bool:
    script = "const r = arguments[0].getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight"
    return bool(browser.execute_script(script, element))


def test_claims_of_the_same_fact_lead_to_each_other(browser: Any, tmp_path: Path) -> None:
    made = report()
    again = msgspec.structs.replace(made.claims[3], same_as=made.claims[0].claim_id)
    show(browser, tmp_path, page(msgspec.structs.replace(made, claims=(*made.claims[:3], again))))
    ActionChains(browser).move_to_element(mark(browser, 3)).perform()
    assert "同一事实" in explanation(browser)
    browser.find_element(By.CSS_SELECTOR, "#explain a").click()
    assert browser.switch_to.active_element == mark(browser, 0)


def test_a_hostile_report_runs_nothing(browser: Any, tmp_path: Path) -> None:
    show(browser, tmp_path, page(hostile()))
    assert browser.title == HOSTILE
    ActionChains(browser).move_to_element(mark(browser, 0)).perform()
    assert HOSTILE in explanation(browser)
    browser.find_element(By.ID, "find").send_keys("<img")
    assert browser.title == HOSTILE
    assert browser.find_elements(By.TAG_NAME, "img") == []
    assert browser.get_log("browser") == []


def test_a_script_that_slipped_in_would_be_stopped(browser: Any, tmp_path: Path) -> None:
    slipped = page(report()).replace("</main>", "<script>document.title='owned'</script></main>")
    show(browser, tmp_path, slipped)
    assert browser.title != "owned"
    assert any("Content Security Policy" in entry["message"] for entry in browser.get_log("browser"))


def test_a_large_page_filters_at_once(browser: Any, tmp_path: Path) -> None:
    show(browser, tmp_path, page(large()))
    spent = browser.execute_script(
        "const box = document.getElementById('find'); const began = performance.now();"
        "box.value = '1200'; box.dispatchEvent(new Event('input')); document.body.offsetHeight;"
        "return performance.now() - began"
    )
    assert rows(browser) == ["401", "402"]
    assert spent < 500


def test_nothing_sticks_out_of_a_narrow_window(browser: Any, tmp_path: Path) -> None:
    show(browser, tmp_path, page(large()))
    try:
        for width in (1400, 1000, 600):
            browser.set_window_size(width, 900)
            assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    finally:
        browser.set_window_size(1400, 1000)


def test_the_page_prints(browser: Any, tmp_path: Path) -> None:
    show(browser, tmp_path, page(report()))
    assert len(browser.print_page()) > 10_000
