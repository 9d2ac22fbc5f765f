// The matrix of rules: how often an answer that A's rule decided was decided by B's; each number
// is a filter.
(function () {
  const { h, quote, count } = proxyv;

  proxyv.rulesMatrix = function (section, selection, choose) {
    const a = section.runs[selection.a], b = section.runs[selection.b];
    const cells = new Map();
    const rows = new Map(), columns = new Map();
    for (let row = 0; row < section.count; row++) {
      const left = a.rules[row], right = b.rules[row];
      if (left === null || right === null) continue;
      const key = `${left}>${right}`;
      cells.set(key, (cells.get(key) || 0) + 1);
      rows.set(left, (rows.get(left) || 0) + 1);
      columns.set(right, (columns.get(right) || 0) + 1);
    }
    const sorted = (map) => [...map.keys()].sort((x, y) => map.get(y) - map.get(x) || x - y);
    const left = sorted(rows), right = sorted(columns);
    const name = (kind) => quote(section.ruleKinds[kind]);
    return h("div", { class: "scroll" }, h("table", { class: "matrix" },
      h("thead", {}, h("tr", {},
        h("th", {}, h("b", { class: "letter" }, proxyv.letter(selection.a)), " \\ ",
          h("b", { class: "letter" }, proxyv.letter(selection.b))),
        right.map((kind) => h("th", { class: "number" }, name(kind))))),
      h("tbody", {}, left.map((from) => h("tr", {}, h("th", {}, name(from)),
        right.map((to) => {
          const key = `${from}>${to}`, found = cells.get(key);
          return h("td", { class: "number" + (from === to ? " same" : "") }, found && h("button", {
            type: "button", class: selection.rule === key ? "plain chosen" : "plain",
            "data-rule": key, onclick: () => choose(selection.rule === key ? "" : key),
          }, count(found)));
        }))))));
  };
})();
