"""The site as people use it: opened from a folder in Chromium; axe finds nothing, it fits 320 px, and works without scripts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import browser as programs
from tests import papers
from xlsync.publication.published_year import LeftOutSheet, PublicPredecessor, PublishedYear
from xlsync.publication.write_publication import PublicationContents, publish

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIRST = papers.KEYS[0]


@pytest.fixture
def site(year: PublishedYear, tmp_path: Path) -> Path:
    """A published site with a correction, a sheet left out, and a page that is not published any more."""
    target = tmp_path / "公表"
    publish(target, PublicationContents(year))
    out, corrected, *others = year.public_sheets
    sheet = corrected.sheet.with_values(
        {"costs.2017-settled.personnel_cost": 1, "strategic_plan.name": "Ⅰ 市民に開かれた市政"}
    )
    left_out = LeftOutSheet(out.sheet, out.unit_names, "対象外", "内部事務", is_counted=False)
    later = replace(
        year,
        public_sheets=(replace(corrected, sheet=sheet), *others),
        left_out_sheets=(left_out,),
        budget_names={"01-02": "総務費"},
        public_predecessors=(
            PublicPredecessor(
                corrected.sheet.id, others[0].sheet.id, 2017, "01", "前の事業", "統合", Decimal(40)
            ),
        ),
    )
    publish(target, PublicationContents(later))
    return target


def test_every_kind_of_page_is_accessible_fits_and_is_found_with_and_without_scripts(
    site: Path, chromium: Browser
) -> None:
    pages = [
        *("index.html", "about.html", "corrections.html"),
        next((site / "departments").iterdir()).relative_to(site).as_posix(),
        next((site / "lists").rglob("*.html")).relative_to(site).as_posix(),
        f"projects/{papers.KEYS[1]}.html",
        f"projects/{FIRST}.html",
    ]
    page = chromium.new_page(viewport={"width": 320, "height": 640})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in pages:
        page.goto((site / path).as_uri())
        page.evaluate(programs.AXE.read_text(encoding="utf-8"))
        found = page.evaluate("rules => axe.run(document, {runOnly: rules, preload: false})", RULES)
        said += [
            f"{path} {fault['id']}: {[node['html'][:120] for node in fault['nodes'][:3]]}"
            for fault in found["violations"]
        ]
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, (path, width)
    assert said == []
    page.goto((site / "index.html").as_uri())
    page.get_by_role("searchbox").fill("ﾈｯﾄﾜｰｸ 情報政策課")
    page.get_by_role("link", name="情報通信ネットワーク運営業務").click()
    assert page.url.endswith(".html")
    assert "情報通信ネットワーク運営業務" in page.get_by_role("heading", level=1).inner_text()
    plain = chromium.new_context(java_script_enabled=False).new_page()
    plain.goto((site / "index.html").as_uri())
    assert not plain.get_by_role("searchbox").is_visible()
    plain.get_by_role("link", name="政策イノベーション部").click()
    plain.get_by_role("link", name="情報通信ネットワーク運営業務").click()
    assert "情報通信ネットワーク運営業務" in plain.inner_text("h1")
