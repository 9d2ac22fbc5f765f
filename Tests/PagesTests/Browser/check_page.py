"""Clicks through the page that the test wrote: check_page.py PAGE SINGLE EXPECTED.json SHOTS"""
import json
import sys

from browser import Browser, Checks
from selenium.webdriver.common.keys import Keys

page, single, expected_file, shots = sys.argv[1:5]
with open(expected_file, encoding="utf-8") as file:
    expected = json.load(file)
checks = Checks()


def overview(browser):
    browser.open(page + "/index.html")
    body = browser.one("body").text
    for word in ["Scores", "Ledger", "PARTIAL", "other evaluators", "Who answered"]:
        checks.expect(word in body, f"the overview lacks {word!r}")
    checks.expect("<script>x</script>" in body, "the title is not shown as text")
    browser.one("#ledger a[href*='show=failed']").click()
    browser.wait_for_sample()
    checks.equal(browser.js("return proxyv.browser.selection.show"), "failed",
                 "a link of the ledger")
    checks.equal(len(browser.listed()), expected["failed"], "failed samples")
    checks.equal(browser.problems(), [], "complaints of the overview")


def hostile(browser):
    browser.open(page + "/docvqa.html", "#sort=order")
    browser.wait_for_sample()
    for id, text in expected["hostile"].items():
        browser.js("proxyv.browser.open(proxyv.browser.unitOf(arguments[0]))", id)
        browser.wait(lambda: browser.js(
            "return document.querySelector('#sample section.asked').dataset.id") == id, id)
        shown = browser.js("""
          const said = document.querySelectorAll('#sample .answer')[1].querySelector('.said');
          const copy = said.cloneNode(true);
          for (const unseen of copy.querySelectorAll('.unseen')) {
            unseen.replaceWith(String.fromCodePoint(parseInt(unseen.title.slice(2), 16)));
          }
          copy.querySelector('button')?.remove();
          return copy.textContent""")
        checks.equal(shown, text[:20000], f"the answer of {id}")
        escapes = browser.js(
            "return /[\\u0000-\\u0008\\u001b\\u202e\\u2028]/.test(document.body.textContent)")
        checks.expect(not escapes, f"an invisible character of {id} is in the page")
    checks.expect("owned" not in browser.driver.title, "an answer ran")
    checks.equal(browser.js("return document.querySelectorAll('#sample script, #sample a[href^=java]"
                            ", #sample [onerror]').length"), 0, "elements made by answers")
    browser.js("proxyv.browser.open(proxyv.browser.unitOf(arguments[0]))", expected["long"])
    browser.wait(lambda: browser.all("#sample button.more"), "no button for a long text")
    browser.all("#sample button.more")[0].click()
    length = browser.js("return Math.max(...[...document.querySelectorAll('#sample .said')]"
                        ".map(e => e.textContent.length))")
    checks.equal(length, 1_000_000, "a text of a megabyte")
    checks.equal(browser.problems(), [], "complaints about hostile answers")


def filters(browser):
    browser.open(page + "/docvqa.html")
    browser.wait_for_sample()
    browser.wait_for_texts()
    total = expected["total"]
    checks.equal(len(browser.listed()), total, "all samples")
    for kind in ["changed", "worse", "better", "wrong", "failed", "empty", "cut"]:
        browser.one(f"button[data-kind={kind}]").click()
        checks.equal(len(browser.listed()), expected[kind], f"filter {kind}")
        checks.expect(browser.current() in browser.listed(), f"{kind}: the open sample is listed")
        checks.expect(f"show={kind}" in browser.driver.current_url, f"{kind} in the address")
    browser.one("button.clear").click()
    checks.equal(len(browser.listed()), total, "after clearing")
    # Changed samples come first.
    changed = set(expected["changedIDs"])
    checks.equal(set(browser.listed()[:len(changed)]), changed, "changed first")
    # A category.
    menu = browser.one("select[data-menu=category]")
    menu.find_elements("css selector", "option")[1].click()
    found = browser.listed()
    checks.expect(0 < len(found) < total, f"a category lists {len(found)} of {total}")
    browser.one("button.clear").click()
    # The matrix of rules.
    browser.one("details.rules summary").click()
    cells = browser.all("table.matrix button")
    checks.equal(sum(int(cell.text.replace(",", "")) for cell in cells), expected["paired"],
                 "the cells of the matrix")
    count = int(cells[-1].text)
    cells[-1].click()
    checks.equal(len(browser.listed()), count, "a cell of the matrix is a filter")
    browser.one("button.clear").click()
    # Sorting.
    browser.one("select[data-menu=Sort] option[value=id]").click()
    ids = browser.listed()
    checks.equal(ids, sorted(ids, key=int), "sorted by id")
    checks.equal(browser.problems(), [], "complaints about filters")


def search_and_keys(browser):
    browser.open(page + "/docvqa.html", "#sort=order")
    browser.wait_for_sample()
    browser.wait_for_texts()
    ids = browser.listed()
    checks.equal(browser.current(), ids[0], "the first sample is open")
    browser.press("j")
    browser.press("j")
    checks.equal(browser.current(), ids[2], "j twice")
    browser.press("k")
    checks.equal(browser.current(), ids[1], "k")
    browser.press("?")
    checks.expect(browser.one("#help").is_displayed(), "? shows the keys")
    browser.press(Keys.ESCAPE)
    browser.press("/")
    browser.press("formula")
    browser.wait(lambda: len(browser.listed()) == 1, "the search finds one")
    checks.expect("q=formula" in browser.driver.current_url, "the search is in the address")
    browser.press("j")
    checks.equal(browser.one("#search").get_attribute("value"), "formulaj", "j is typed, not done")
    browser.press(Keys.ESCAPE)
    checks.expect(browser.js("return document.activeElement.id") != "search", "Esc leaves")
    # A link to a sample.
    browser.open(page + "/docvqa.html", f"#sample={ids[5]}")
    browser.wait_for_sample()
    checks.equal(browser.current(), ids[5], "a link to a sample")
    checks.equal(browser.one("#sample section.asked").get_attribute("data-id"), ids[5],
                 "the linked sample is shown")
    checks.equal(browser.problems(), [], "complaints about keys")


def side_by_side(browser):
    browser.open(page + "/docvqa.html", f"#sample={expected['diff']['id']}")
    browser.wait_for_sample()
    checks.equal(browser.texts("#sample .answer del"), expected["diff"]["removed"], "words of A")
    checks.equal(browser.texts("#sample .answer ins"), expected["diff"]["added"], "words of B")


def specials(browser):
    browser.open(page + "/refcoco.html")
    browser.wait_for_sample()
    checks.equal(len(browser.all("#sample .boxes .of-reference rect")), 1, "a reference box")
    checks.equal(len(browser.all("#sample .boxes .of-a rect")), 1, "an answered box")
    loaded = browser.js("const i = document.querySelector('#sample img');"
                        "return i.decode().then(() => i.naturalWidth > 0)")
    checks.expect(loaded, "the image is there")
    for name in ["mme", "mmbench"]:
        browser.open(page + f"/{name}.html")
        browser.wait_for_sample()
        checks.expect(len(browser.all("#sample section.asked")) > 1, f"{name}: a group is one")
        checks.expect(len(browser.listed()) < browser.js(
            "return proxyv.browser.section.count"), f"{name}: groups are listed")
    checks.expect(browser.all("#sample .choice.right"), "the right option is marked")
    browser.open(page + "/ccpdf.html")
    browser.wait_for_sample()
    checks.expect(browser.all("#sample details.compared"), "a page's text difference")
    checks.equal(browser.problems(), [], "complaints about special views")


def one_file(browser):
    browser.open(single)
    checks.expect(browser.one("#scores").is_displayed(), "one file: the overview")
    browser.one("#scores h3 a").click()
    browser.wait_for_sample()
    checks.expect(not browser.one("#scores").is_displayed(), "one file: the samples")
    browser.press("j")
    checks.equal(browser.current(), browser.listed()[1], "one file: j")
    browser.driver.back()
    browser.wait(lambda: browser.one("#scores").is_displayed(), "one file: back")
    checks.equal(browser.problems(), [], "complaints about one file")


def narrow(browser):
    browser.open(page + "/docvqa.html")
    browser.wait(lambda: browser.all("#list .row"), "narrow: no list")
    checks.expect(not browser.one("#sample").is_displayed(), "narrow: the list alone")
    browser.all("#list .row")[1].click()
    browser.wait_for_sample()
    checks.expect(browser.one("#sample").is_displayed(), "narrow: the sample")
    for name in ["docvqa", "refcoco", "index"]:
        browser.open(f"{page}/{name}.html")
        wide = browser.js("return document.documentElement.scrollWidth")
        checks.expect(wide <= 400, f"narrow: {name} is {wide} wide")


def screenshots():
    for dark in (False, True):
        for width in (400, 1600):
            with Browser(width, 1000, dark) as browser:
                for name in ["index", "docvqa", "refcoco", "mme", "ccpdf"]:
                    browser.open(f"{page}/{name}.html")
                    if name != "index":
                        browser.wait(lambda: browser.all("#list .row"), "no list")
                        if width > 760:
                            browser.wait_for_sample()
                            browser.js("const i = document.querySelector('#sample img');"
                                       "return i && i.decode()")
                    mode = "dark" if dark else "light"
                    browser.driver.save_screenshot(f"{shots}/{name}-{mode}-{width}.png")


with Browser() as browser:
    for check in [overview, hostile, filters, search_and_keys, side_by_side, specials, one_file]:
        check(browser)
with Browser(400, 800) as browser:
    narrow(browser)
if shots != "-":
    screenshots()
sys.exit(checks.report())
