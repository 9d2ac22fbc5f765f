// What is shown and in which order; all of it stands in the address, so that it can be sent.
(function () {
  const { status } = proxyv;

  proxyv.emptySelection = () => ({
    show: "all", of: "either", q: "", rule: "", sort: "", facets: {}, a: 0, b: 1, sample: "",
  });

  // The kinds of units that a reader can ask for, in the order of the buttons.
  proxyv.kinds = function (isPaired) {
    return [
      ["all", "All"],
      ...(isPaired ? [["changed", "Changed"], ["worse", "Worse"], ["better", "Better"]] : []),
      ["right", "Right"], ["partly", "Partly right"], ["wrong", "Wrong"], ["failed", "Failed"],
      ["missing", "Missing"], ["empty", "Empty"], ["cut", "Cut off"],
      ["profiles", "Profiles differ"],
      ...(isPaired ? [["other", "Question differs"], ["notAsked", "In one run only"]] : []),
    ];
  };

  proxyv.sorts = function (isPaired) {
    return [
      ...(isPaired ? [["", "Changed first, worst first"], ["order", "Order of the data"],
        ["gain", "Largest gain first"]] : [["", "Order of the data"]]),
      ["low", "Worst score first"], ["high", "Best score first"], ["slow", "Slowest first"],
      ["long", "Longest answer first"], ["id", "By id"],
    ];
  };

  proxyv.parseSelection = function (hash) {
    const selection = proxyv.emptySelection();
    const parameters = new URLSearchParams(hash.replace(/^#/, ""));
    for (const key of ["show", "of", "q", "rule", "sort", "sample"]) {
      if (parameters.has(key)) selection[key] = parameters.get(key);
    }
    for (const key of ["a", "b"]) {
      if (/^\d{1,3}$/.test(parameters.get(key) || "")) selection[key] = Number(parameters.get(key));
    }
    for (const [key, value] of parameters) {
      if (key.startsWith("f.")) selection.facets[key.slice(2)] = value;
    }
    return selection;
  };

  proxyv.selectionText = function (selection, section) {
    const parameters = new URLSearchParams();
    if (section) parameters.set("section", section);
    const empty = proxyv.emptySelection();
    for (const key of ["show", "of", "q", "rule", "sort", "a", "b", "sample"]) {
      if (selection[key] !== empty[key]) parameters.set(key, selection[key]);
    }
    for (const [name, value] of Object.entries(selection.facets)) {
      if (value) parameters.set("f." + name, value);
    }
    return parameters.toString();
  };

  // What a unit is, in one run or in two.
  function statusOf(section, unit, selection, isPaired) {
    const a = section.statuses[selection.a][unit];
    if (!isPaired || selection.of === "a") return a;
    const b = section.statuses[selection.b][unit];
    if (selection.of === "b") return b;
    return selection.of === "both" ? a & b : a | b;
  }

  function rulesMatch(section, unit, selection, isPaired) {
    if (selection.rule === "") return true;
    const a = section.runs[selection.a], b = isPaired ? section.runs[selection.b] : null;
    const [left, right] = selection.rule.split(">").map((text) => parseInt(text, 10));
    return section.units[unit].some((row) => {
      if (right !== undefined) return b && a.rules[row] === left && b.rules[row] === right;
      const isA = selection.of !== "b" && a.rules[row] === left;
      const isB = b && selection.of !== "a" && b.rules[row] === left;
      return selection.of === "both" && b ? isA && isB : isA || isB;
    });
  }

  // The units that are shown, sorted, and how many there are of each kind among those that match
  // everything else.
  proxyv.select = function (section, selection) {
    const isPaired = section.runs.length > 1;
    const words = selection.q.toLowerCase().split(/\s+/).filter(Boolean);
    const facets = section.facets.flatMap((facet) => {
      const wanted = selection.facets[facet.name];
      if (!wanted) return [];
      return [{ rows: facet.rows, value: facet.values.indexOf(wanted) }];
    });
    const counts = Object.fromEntries(proxyv.kinds(isPaired).map(([kind]) => [kind, 0]));
    const shown = [];
    const pairing = isPaired ? section.pairing(selection.a, selection.b) : null;
    for (let unit = 0; unit < section.units.length; unit++) {
      const rows = section.units[unit];
      if (!facets.every((facet) =>
        rows.some((row) => facet.rows[row].includes(facet.value)))) continue;
      if (!rulesMatch(section, unit, selection, isPaired)) continue;
      if (words.length && !section.mentions(unit, words)) continue;
      const bits = statusOf(section, unit, selection, isPaired);
      let isShown = selection.show === "all";
      counts.all += 1;
      for (const kind in status) {
        if (kind in counts && bits & status[kind]) {
          counts[kind] += 1;
          if (selection.show === kind) isShown = true;
        }
      }
      if (isPaired) {
        const gain = pairing.gains[unit];
        const kinds = [];
        if (pairing.changed[unit]) kinds.push("changed");
        if (gain !== null && gain < -1e-9) kinds.push("worse");
        if (gain !== null && gain > 1e-9) kinds.push("better");
        for (const kind of kinds) {
          counts[kind] += 1;
          if (selection.show === kind) isShown = true;
        }
      }
      if (isShown) shown.push(unit);
    }
    sort(section, selection, shown, pairing);
    return { shown, counts };
  };

  function sort(section, selection, shown, pairing) {
    const run = pairing ? selection.b : selection.a;
    const first = (unit) => section.ids[section.units[unit][0]];
    // What has no number stands last.
    const by = (key) => {
      const keys = new Float64Array(section.units.length);
      for (const unit of shown) keys[unit] = key(unit) ?? Infinity;
      // Infinity minus itself is no number.
      shown.sort((x, y) => keys[x] === keys[y] ? x - y : keys[x] - keys[y]);
    };
    const negative = (value) => value === null || value === undefined ? null : -value;
    const better = section.lowerIsBetter ? -1 : 1;
    switch (selection.sort) {
      case "":
        if (pairing) {
          by((unit) => pairing.changed[unit] ? pairing.gains[unit] ?? 0 : 1e9 + unit);
        }
        break;
      case "gain": by((unit) => negative(pairing ? pairing.gains[unit] : null)); break;
      case "low": by((unit) => worth(section.values[run][unit], better)); break;
      case "high": by((unit) => worth(section.values[run][unit], -better)); break;
      case "slow": by((unit) => negative(section.sum(unit, run, "seconds"))); break;
      case "long": by((unit) => negative(section.sum(unit, run, "tokens"))); break;
      case "id": {
        const collator = new Intl.Collator("en", { numeric: true });
        shown.sort((x, y) => collator.compare(first(x), first(y)) || x - y);
        break;
      }
    }
  }

  const worth = (value, sign) => value === null ? null : value * sign;
})();
