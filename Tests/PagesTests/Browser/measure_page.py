"""Measures a page in headless Chromium: measure_page.py PAGE.html

Prints milliseconds from the start of the navigation to the first sample, and per filter, sort and
search, the median of seven, from the click to the list being there.
"""
import json
import statistics
import sys

from browser import Browser

page = sys.argv[1]
firsts = []
with Browser() as browser:
    for _ in range(5):
        browser.open(page)
        browser.wait_for_sample()
        firsts.append(browser.js(
            "return performance.getEntriesByName('proxyv-first-sample')[0].startTime"))
    browser.wait_for_texts()
    texts = browser.js("return performance.now()")
    taken = browser.js("""
      const b = proxyv.browser, taken = {};
      const measure = (name, change) => {
        const times = [];
        for (let round = 0; round < 7; round++) {
          const before = performance.now();
          b.change(change);
          document.getElementById('list').getBoundingClientRect();
          times.push(performance.now() - before);
        }
        taken[name] = times.sort((x, y) => x - y)[3];
      };
      for (const [kind] of proxyv.kinds(b.section.runs.length > 1)) {
        measure('show ' + kind, {show: kind});
      }
      measure('all', {show: 'all'});
      for (const facet of b.section.facets) {
        measure(facet.name, {facet: [facet.name, facet.values[0]]});
        measure('no ' + facet.name, {facet: [facet.name, '']});
      }
      measure('rule', {rule: '0'});
      measure('no rule', {rule: ''});
      for (const [sort, name] of proxyv.sorts(b.section.runs.length > 1)) {
        measure('sort: ' + name, {sort});
      }
      for (const q of ['a', 'wh', 'what is', 'zzzz', '']) measure('search: ' + q, {q});
      const before = performance.now();
      for (let step = 0; step < 100; step++) b.step(1);
      taken['j, mean of 100'] = (performance.now() - before) / 100;
      return taken""")
    print(json.dumps({
        "first sample, ms (median of 5)": round(statistics.median(firsts), 1),
        "slowest of 5": round(max(firsts), 1), "all texts there, ms": round(texts, 1),
        "slowest filter": max((value, name) for name, value in taken.items()),
        "filters, ms": {name: round(value, 1) for name, value in taken.items()},
    }, indent=1, ensure_ascii=False))
