"""The pages in a real browser: without scripts, by keyboard, on a phone, and read aloud."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.integration.browser.conftest import Site
from tests.pages import done, drafted, received

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Enter = Callable[["Page", str], None]

PATHS = ("/worklist", "/dossiers", "/dossiers/new", "/procedures", "/figures")


def test_a_person_without_scripts_accepts_a_nomination(
    browser_page_without_scripts: "Page", site: Site, enter: Enter
) -> None:
    unit = site.world.visitor("an")
    code = done(unit, drafted(unit), "submit")
    page = browser_page_without_scripts
    enter(page, "binh")

    row = page.get_by_role("row").filter(has_text=code)
    row.get_by_role("link", name="Tiếp nhận").click()
    act = page.locator("#act-accept")
    if act.get_attribute("open") is None:
        act.locator("summary").first.click()
    act.get_by_label("Ngày nhận đủ hồ sơ hợp lệ").fill("03/11/2025")
    act.get_by_role("button", name="Tiếp nhận", exact=True).click()

    page.get_by_role("status").get_by_text("Đã ghi nhận.").wait_for()
    assert "Đang xử lý" in page.inner_text("main")


def test_a_refused_form_stands_open_with_what_was_typed(
    browser_page_without_scripts: "Page", site: Site, enter: Enter
) -> None:
    code = received(site.world)
    page = browser_page_without_scripts
    enter(page, "chi")
    page.goto(f"{site.address}/dossiers/{code}")
    act = page.locator("#act-ask")
    act.locator("summary").first.click()
    act.get_by_label("Các cơ quan được hỏi ý kiến").fill("Công an tỉnh")
    act.get_by_label("Số cơ quan được hỏi ý kiến").fill("hai")

    act.get_by_role("button", name="Gửi văn bản hỏi ý kiến").click()

    field = page.get_by_label("Số cơ quan được hỏi ý kiến")
    assert field.is_visible()
    assert field.input_value() == "hai"
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby") or ""
    assert "Phải là số nguyên" in page.inner_text(f"#{described.split()[-1]}")


def test_the_first_key_offers_to_skip_to_the_content(
    browser_page: "Page", site: Site, enter: Enter
) -> None:
    enter(browser_page, "chi")

    browser_page.keyboard.press("Tab")
    focused = browser_page.evaluate("document.activeElement.textContent")
    browser_page.keyboard.press("Enter")

    assert focused == "Đến nội dung chính"
    assert browser_page.evaluate("document.activeElement.id") == "main"


def test_a_dossier_is_worked_on_by_keyboard_alone(
    browser_page: "Page", site: Site, enter: Enter
) -> None:
    code = received(site.world)
    page = browser_page
    enter(page, "chi")
    page.goto(f"{site.address}/dossiers/{code}")

    page.locator("#act-waive > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("#act-waive").get_by_role("button").focus()
    page.keyboard.press("Enter")

    page.get_by_role("status").wait_for()
    assert "Không phải lấy ý kiến" in page.inner_text(".way")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_page_is_wider_than_a_phone(
    chromium_browser: "Browser", site: Site, enter: Enter, lang: str
) -> None:
    code = received(site.world)
    with chromium_browser.new_context(viewport={"width": 360, "height": 720}) as context:
        page = context.new_page()
        for login, paths in {
            "an": PATHS,
            "chi": (f"/dossiers/{code}", f"/dossiers/{code}/clocks/resolution"),
            "kiem": ("/audit", f"/audit/{code}"),
            "quan": ("/users", "/health", "/procedures/check"),
        }.items():
            context.clear_cookies()
            enter(page, login)
            page.goto(f"{site.address}/language/{lang}")
            for path in paths:
                page.goto(site.address + path)
                assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_every_page_has_landmarks_a_heading_and_names_for_all_that_is_filled_in(
    browser_page: "Page", site: Site, enter: Enter
) -> None:
    code = received(site.world)
    page = browser_page
    enter(page, "chi")
    for path in (*PATHS, f"/dossiers/{code}"):
        page.goto(site.address + path)

        assert page.locator("main h1").count() == 1, path
        assert page.get_by_role("banner").count() == 1
        assert page.get_by_role("navigation").count() == 1
        assert page.get_by_role("contentinfo").count() == 1
        nameless = page.evaluate(NAMELESS)
        assert nameless == [], path
        assert page.evaluate(TWICE) == [], path


NAMELESS = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
    .filter(e => !(e.labels && e.labels.length) && !e.getAttribute('aria-label'))
    .map(e => e.outerHTML)"""
TWICE = """() => {
    const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
    return ids.filter((id, i) => ids.indexOf(id) !== i);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(
    chromium_browser: "Browser", site: Site, enter: Enter, scheme: str
) -> None:
    code = received(site.world)
    with chromium_browser.new_context(color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        enter(page, "chi")
        for path in ("/worklist", f"/dossiers/{code}", "/procedures"):
            page.goto(site.address + path)

            assert page.evaluate(FAINT) == [], path


# Contrast as WCAG 2.2 computes it, of every element that holds words of its own: 4.5 to 1.
FAINT = """() => {
    const rgb = c => (c.match(/[\\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = e => {
        for (; e; e = e.parentElement) {
            const c = rgb(getComputedStyle(e).backgroundColor);
            if (c.length === 3 || c[3] === 1) return c;
        }
        return [255, 255, 255];
    };
    return [...document.querySelectorAll('body *')]
        .filter(e => e.checkVisibility() && [...e.childNodes]
            .some(n => n.nodeType === 3 && n.textContent.trim()))
        .filter(e => {
            const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))];
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
        })
        .map(e => e.outerHTML.slice(0, 120));
}"""


def test_nothing_that_a_page_needs_is_refused_by_its_own_policy(
    browser_page: "Page", site: Site, enter: Enter
) -> None:
    code = received(site.world)
    said: list[str] = []
    browser_page.on("console", lambda message: said.append(message.text))
    browser_page.on("pageerror", lambda error: said.append(str(error)))
    enter(browser_page, "chi")

    for path in (*PATHS, f"/dossiers/{code}", "/procedures/provincial-award/2025-07"):
        browser_page.goto(site.address + path, wait_until="load")

    assert said == []


def test_the_chart_of_an_edition_is_seen(browser_page: "Page", site: Site, enter: Enter) -> None:
    enter(browser_page, "chi")

    browser_page.goto(f"{site.address}/procedures/provincial-award/2025-07", wait_until="load")

    width = browser_page.evaluate("document.querySelector('img.chart').naturalWidth")
    assert width > 100


def test_a_dossier_is_printed_without_what_can_only_be_clicked(
    browser_page: "Page", site: Site, enter: Enter
) -> None:
    code = received(site.world)
    enter(browser_page, "chi")
    browser_page.goto(f"{site.address}/dossiers/{code}")

    browser_page.emulate_media(media="print")

    assert not browser_page.get_by_role("navigation").is_visible()
    assert browser_page.locator("button:visible").count() == 0
    assert browser_page.get_by_role("heading", name="Thời hạn", exact=True).is_visible()
