"""The HTML page in a real browser: nothing in it runs but its filter, and nothing leaves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import Browser, browser
from every_report import REPORTS
from keyscan import i18n
from keyscan.formats import Show
from keyscan.formats.html import render

pytestmark = pytest.mark.external
CARDS = "return [...document.querySelectorAll('article')].filter((o) => o.checkVisibility()).length"
TEXT = "return document.body.innerText"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.choose("en")
    yield
    i18n.choose("")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as one:
        yield one


def shown(one: Browser, folder: Path, kind: str) -> Path:
    """The report's page, opened."""
    page = folder / f"{kind}.html"
    page.write_text(render(REPORTS[kind], Show()), "utf-8")
    one.open(page)
    return page


@pytest.mark.parametrize("kind", sorted(REPORTS))
def test_the_page_asks_for_nothing_and_breaks_nothing(
    chromium: Browser, tmp_path: Path, kind: str
) -> None:
    chromium.requests()
    chromium.complaints()
    page = shown(chromium, tmp_path, kind)
    assert [page.as_uri()] == chromium.requests()
    assert chromium.complaints() == []
    assert len(REPORTS[kind].findings) == chromium.run(CARDS)


def test_hostile_names_are_text(chromium: Browser, tmp_path: Path) -> None:
    shown(chromium, tmp_path, "hostile")
    assert chromium.run("return document.scripts.length") == 1
    assert chromium.run("return document.images.length") == 0
    text = chromium.run(TEXT)
    assert "<img src=x onerror=alert(1)>" in text
    assert "</script><script>alert(1)</script>" in text
    assert "&amp;&lt;" in text


def test_the_policy_stops_a_script_that_is_not_the_page_s(
    chromium: Browser, tmp_path: Path
) -> None:
    """Would an escape be forgotten, the policy still stands."""
    page = tmp_path / "broken.html"
    bad = "<script>document.title = 'owned'</script><img src='http://127.0.0.1:9/x.png'>"
    page.write_text(render(REPORTS["findings"], Show()).replace("<h1>", bad + "<h1>"), "utf-8")
    chromium.complaints()
    chromium.open(page)
    assert chromium.run("return document.title") == "keyscan report"
    complaints = chromium.complaints()
    assert sum("Content Security Policy" in one for one in complaints) == 2, complaints


def test_the_filter_narrows_the_list(chromium: Browser, tmp_path: Path) -> None:
    shown(chromium, tmp_path, "everything")
    every = len(REPORTS["everything"].findings)
    count = "return document.querySelector('output').textContent"
    assert f"{every} / {every}" == chromium.run(count)
    chromium.type(".filter input", "accepted LIVE.py")
    assert (1, f"1 / {every}") == (chromium.run(CARDS), chromium.run(count))
    chromium.type(".filter input", "\ue009a\ue000\ue003")  # Ctrl+A, then Backspace
    assert every == chromium.run(CARDS)
    chromium.click(".filter label:nth-of-type(1) select option[value=dead]")
    assert chromium.run(CARDS) == 1
    chromium.click(".filter label:nth-of-type(1) select option[value='']")
    chromium.click(".filter label:nth-of-type(2) select option[value=unknown]")
    assert chromium.run(CARDS) == 2  # the unknown issuer's key, and the note


def test_a_key_leads_to_its_steps(chromium: Browser, tmp_path: Path) -> None:
    shown(chromium, tmp_path, "findings")
    chromium.click("article a")
    assert chromium.run("return location.hash") == "#steps-1"
    assert "Delete the old key" in chromium.run(
        "return document.querySelector(':target').innerText"
    )


def test_the_timeline_draws_what_the_table_says(chromium: Browser, tmp_path: Path) -> None:
    shown(chromium, tmp_path, "everything")
    bars = chromium.run(
        "return [...document.querySelectorAll('#timeline rect')]"
        ".map((o) => o.getBoundingClientRect().width)"
    )
    assert len(bars) == 1
    assert bars[0] > 300
    row = chromium.run("return document.querySelector('#timeline tbody tr').innerText")
    assert [one for one in row.split() if one.startswith("2026")] == ["2026-01-02", "2026-03-02"]


def test_dark_and_light(chromium: Browser, tmp_path: Path) -> None:
    shown(chromium, tmp_path, "everything")
    colors = {}
    for scheme in ("dark", "light"):
        media = [{"name": "prefers-color-scheme", "value": scheme}]
        chromium.tell("Emulation.setEmulatedMedia", features=media)
        colors[scheme] = chromium.run(CONTRAST)
    chromium.tell("Emulation.setEmulatedMedia", features=[])
    assert colors["dark"]["back"] < 40 < 200 < colors["light"]["back"]
    for scheme in colors.values():
        assert scheme["worst"] >= 4.5, scheme  # WCAG 2.1, AA


# Lightness of the page's background, and the worst contrast of a word with what is behind it.
CONTRAST = """
const parse = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
const light = (rgb) => rgb
  .map((one) => one / 255)
  .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
  .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
const behind = (node) => {
  const color = getComputedStyle(node).backgroundColor;
  return color !== "rgba(0, 0, 0, 0)" || !node.parentElement ? color : behind(node.parentElement);
};
const worst = [...document.querySelectorAll("h1, h2, h3, p, li, dt, dd, a, td, .badge, label")]
  .filter((node) => node.checkVisibility())
  .map((node) => {
    const pair = [getComputedStyle(node).color, behind(node)].map(parse).map(light);
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  });
return {
  back: Math.max(...parse(getComputedStyle(document.body).backgroundColor)),
  worst: Math.min(...worst),
};
"""


def test_it_is_readable_without_scripts(tmp_path: Path) -> None:
    with browser(scripts=False) as one:
        shown(one, tmp_path, "everything")
        assert len(REPORTS["everything"].findings) == one.run(CARDS)
        text = one.run(TEXT)
        assert not one.run("return document.querySelector('.filter').checkVisibility()")
        for words in ("Not scanned", "accepted but LIVE", "Delete the old key", "many/59.py:59:2"):
            assert words in text


def test_it_fits_a_narrow_screen(chromium: Browser, tmp_path: Path) -> None:
    shown(chromium, tmp_path, "hostile")
    size = {"width": 360, "height": 700, "deviceScaleFactor": 1, "mobile": True}
    chromium.tell("Emulation.setDeviceMetricsOverride", **size)
    wide = chromium.run("return document.documentElement.scrollWidth")
    chromium.tell("Emulation.clearDeviceMetricsOverride")
    assert wide <= 360


def test_chinese(chromium: Browser, tmp_path: Path) -> None:
    i18n.choose("zh_CN")
    shown(chromium, tmp_path, "everything")
    assert chromium.run("return document.documentElement.lang") == "zh-Hans"
    assert "签发方" in chromium.run(TEXT)
