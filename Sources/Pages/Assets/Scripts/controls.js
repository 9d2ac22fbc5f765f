// Buttons, menus and the search above the list.
(function () {
  const { h, count, quote } = proxyv;

  // The controls are made once; `update` only changes counts and states, so that the search keeps
  // its focus.
  proxyv.Controls = class {
    // - change: called with what of the selection is new
    constructor(element, section, selection, change) {
      this.section = section;
      this.change = change;
      const isPaired = section.runs.length > 1;
      this.isPaired = isPaired;
      this.kinds = new Map();
      const buttons = proxyv.kinds(isPaired).map(([kind, name]) => {
        const number = h("span", { class: "count" });
        const button = h("button", {
          type: "button", class: "kind", "data-kind": kind, "aria-pressed": "false",
          onclick: () => change({ show: kind }),
        }, name, " ", number);
        this.kinds.set(kind, { button, number });
        return button;
      });
      this.search = h("input", {
        type: "search", id: "search", placeholder: "Search all texts  ( / )",
        "aria-label": "Search all texts", autocomplete: "off", spellcheck: "false",
        oninput: () => change({ q: this.search.value }),
      });
      this.sort = this.menu("Sort", proxyv.sorts(isPaired), (value) => change({ sort: value }));
      this.facets = section.facets.map((facet) => ({
        name: facet.name,
        element: this.menu(facet.name, [["", `Any ${facet.name}`], ...facet.values.map(
          (value) => [value, value])], (value) => change({ facet: [facet.name, value] })),
      }));
      this.rule = this.menu("Rule", [["", "Any rule"], ...section.ruleKinds.map(
        (kind, place) => [String(place), kind])], (value) => change({ rule: value }));
      this.state = h("span", { class: "state", role: "status" });
      this.loading = h("span", { class: "loading" });
      element.replaceChildren(
        isPaired ? this.pair(selection) : "",
        h("div", { class: "kinds", role: "group", "aria-label": "Which samples" }, buttons),
        h("div", { class: "menus" }, this.search, this.facets.map((facet) => facet.element),
          this.rule, isPaired ? this.of() : "", this.sort,
          h("button", {
            type: "button", class: "plain clear", onclick: () => change({ clear: true }),
          }, "Clear"),
          h("button", {
            type: "button", class: "plain", title: "Keys ( ? )", "aria-label": "Keys",
            onclick: () => proxyv.showHelp(),
          }, "?"),
          this.state, this.loading),
        isPaired ? this.matrix() : "");
    }

    menu(name, options, choose) {
      const select = h("select", {
        "aria-label": name, title: name, "data-menu": name,
        onchange: () => choose(select.value),
      }, options.map(([value, text]) => h("option", { value }, cut(text))));
      return select;
    }

    of() {
      this.which = this.menu("In which run", [["either", "in A or B"], ["a", "in A"],
        ["b", "in B"], ["both", "in A and B"]], (value) => this.change({ of: value }));
      return this.which;
    }

    pair(selection) {
      const runs = this.section.runs;
      const side = (key) => {
        if (runs.length === 2) {
          return h("span", { class: "side" },
            h("b", { class: "letter" }, proxyv.letter(selection[key])), " ",
            quote(runs[selection[key]].name), this.figure(runs[selection[key]]));
        }
        const select = this.menu(key === "a" ? "Baseline" : "Candidate",
          runs.map((run, place) => [String(place), `${proxyv.letter(place)}  ${run.name}`]),
          (value) => this.change({ [key]: Number(value) }));
        this[key] = select;
        return select;
      };
      return h("div", { class: "pairing" }, side("a"), h("span", { class: "arrow" }, "→"),
        side("b"));
    }

    figure(run) {
      const figure = run.figures[0];
      return figure && figure.value !== null &&
        h("span", { class: "figure" }, ` ${figure.name} ${figure.value.toFixed(2)}`);
    }

    matrix() {
      this.matrixPlace = h("div", {});
      this.matrixBlock = h("details", { class: "rules",
        ontoggle: () => this.drawMatrix(this.selection) },
      h("summary", {}, "Which rule decided in A and in B"), this.matrixPlace);
      return this.matrixBlock;
    }

    drawMatrix(selection) {
      if (!this.matrixBlock || !this.matrixBlock.open || !selection) return;
      const key = `${selection.a} ${selection.b} ${selection.rule}`;
      if (this.drawn === key) return;
      this.drawn = key;
      this.matrixPlace.replaceChildren(proxyv.rulesMatrix(this.section, selection,
        (rule) => this.change({ rule })));
    }

    update(selection, result) {
      this.selection = selection;
      for (const [kind, { button, number }] of this.kinds) {
        const found = result.counts[kind];
        number.textContent = count(found);
        const isChosen = selection.show === kind;
        button.setAttribute("aria-pressed", String(isChosen));
        button.hidden = found === 0 && !isChosen && kind !== "all" && kind !== "wrong";
      }
      if (this.search.value !== selection.q) this.search.value = selection.q;
      this.sort.value = selection.sort;
      this.rule.value = selection.rule.includes(">") ? "" : selection.rule;
      for (const facet of this.facets) {
        facet.element.value = selection.facets[facet.name] || "";
        facet.element.classList.toggle("chosen", Boolean(selection.facets[facet.name]));
      }
      this.rule.classList.toggle("chosen", selection.rule !== "");
      if (this.which) this.which.value = selection.of;
      if (this.a) this.a.value = String(selection.a);
      if (this.b) this.b.value = String(selection.b);
      const units = this.section.grouping ? "groups" : "samples";
      this.state.textContent =
        `${count(result.shown.length)} of ${count(this.section.units.length)} ${units}`;
      this.drawMatrix(selection);
    }

    // How far the texts are, while a search would not find all.
    progress(loaded, total) {
      this.loading.textContent = loaded < total && this.search.value
        ? `searched ${Math.floor(100 * loaded / total)} % of the texts so far` : "";
    }
  };

  const cut = (text) => text.length > 70 ? text.slice(0, 70) + "…" : text;
})();
