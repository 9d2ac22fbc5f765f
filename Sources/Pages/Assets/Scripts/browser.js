// Holds together list, sample, controls and address.
(function () {
  const { h } = proxyv;

  proxyv.Browser = class {
    constructor(section, isSingle) {
      this.section = section;
      this.isSingle = isSingle;
      this.element = document.getElementById("browser");
      this.sampleElement = document.getElementById("sample");
      this.list = new proxyv.List(document.getElementById("list"), (unit) => this.open(unit));
      this.selection = this.checked(proxyv.parseSelection(location.hash));
      this.controls = new proxyv.Controls(
        document.getElementById("controls"), section, this.selection,
        (change) => this.change(change));
      this.refresh();
      const wanted = this.unitOf(this.selection.sample);
      const first = wanted !== null ? wanted : this.result.shown[0];
      if (first !== undefined) this.choose(first, wanted !== null);
      section.loadAll(() => this.textsCame());
    }

    // An address may ask for runs that are not there.
    checked(selection) {
      const count = this.section.runs.length;
      if (selection.a >= count) selection.a = 0;
      if (selection.b >= count) selection.b = Math.min(1, count - 1);
      return selection;
    }

    unitOf(id) {
      const row = this.section.rowOfID.get(id);
      return row === undefined ? null : this.section.unitOfRow[row];
    }

    change(change) {
      const before = performance.now();
      if (change.clear) {
        const { a, b, sample } = this.selection;
        this.selection = { ...proxyv.emptySelection(), a, b, sample };
      } else if (change.facet) {
        this.selection.facets[change.facet[0]] = change.facet[1];
      } else Object.assign(this.selection, change);
      this.refresh();
      const shown = this.result.shown;
      if (shown.length && !shown.includes(this.unit)) {
        this.list.element.scrollTop = 0;
        this.choose(shown[0], false);
      } else if (shown.length) {
        if ("a" in change || "b" in change) this.choose(this.unit, true);
        this.list.reveal(shown.indexOf(this.unit));
      }
      this.remember();
      performance.measure("proxyv-filter", { start: before, end: performance.now() });
    }

    refresh() {
      this.result = proxyv.select(this.section, this.selection);
      this.list.show(this.section, this.selection, this.result.shown);
      this.controls.update(this.selection, this.result);
      this.controls.progress(this.section.loaded, this.section.chunks.length);
    }

    textsCame() {
      this.controls.progress(this.section.loaded, this.section.chunks.length);
      if (!this.selection.q) return;
      const isLast = this.section.loaded === this.section.chunks.length;
      // Not for each of hundreds of chunks.
      if (isLast || performance.now() - (this.refreshed || 0) > 300) {
        this.refreshed = performance.now();
        const top = this.list.element.scrollTop;
        this.refresh();
        this.list.element.scrollTop = top;
        if (!this.result.shown.includes(this.unit) && this.result.shown.length) {
          this.choose(this.result.shown[0], false);
        }
      }
    }

    // A reader's own choice: on a narrow screen the sample takes the list's place.
    open(unit) {
      this.element.classList.add("reading-sample");
      this.choose(unit, false);
      this.sampleElement.scrollTop = 0;
    }

    choose(unit, reveals) {
      this.unit = unit;
      this.selection.sample = this.section.ids[this.section.units[unit][0]];
      this.list.mark(unit);
      const place = this.result.shown.indexOf(unit);
      if (reveals && place >= 0) this.list.reveal(place);
      proxyv.sample(this.section, this.selection, unit, (element) => {
        if (this.unit !== unit) return;
        this.sampleElement.replaceChildren(this.head(unit), element);
        this.sampleElement.scrollTop = 0;
        if (!proxyv.wasShown) {
          proxyv.wasShown = true;
          performance.mark("proxyv-first-sample");
        }
      });
      this.remember();
    }

    head(unit) {
      const place = this.result.shown.indexOf(unit);
      const id = this.section.ids[this.section.units[unit][0]];
      const address = "#" + proxyv.selectionText(
        { ...proxyv.emptySelection(), sample: id, a: this.selection.a, b: this.selection.b },
        this.isSingle ? this.section.name : null);
      return h("header", { class: "sampleHead" },
        h("button", {
          type: "button", class: "plain toList",
          onclick: () => this.element.classList.remove("reading-sample"),
        }, "‹ List"),
        h("a", { class: "id link", href: address, title: "A link to this sample" },
          proxyv.quote(id)),
        h("span", { class: "place" },
          place < 0 ? "" : `${place + 1} of ${this.result.shown.length}`),
        h("span", { class: "steps" },
          h("button", {
            type: "button", class: "plain", title: "Previous ( k )", "aria-label": "Previous",
            onclick: () => this.step(-1),
          }, "‹"),
          h("button", {
            type: "button", class: "plain", title: "Next ( j )", "aria-label": "Next",
            onclick: () => this.step(1),
          }, "›")));
    }

    step(by) {
      const shown = this.result.shown;
      if (!shown.length) return;
      const place = shown.indexOf(this.unit);
      const next = place < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, place + by));
      this.choose(shown[next], true);
    }

    remember() {
      const text = proxyv.selectionText(this.selection, this.isSingle ? this.section.name : null);
      if ("#" + text === location.hash) return;
      this.written = "#" + text;
      history.replaceState(null, "", "#" + text);
    }

    // Somebody followed a link, or typed an address.
    follow() {
      if (location.hash === this.written) return;
      this.selection = this.checked(proxyv.parseSelection(location.hash));
      this.refresh();
      const wanted = this.unitOf(this.selection.sample);
      const unit = wanted !== null ? wanted : this.result.shown[0];
      if (unit !== undefined) this.choose(unit, true);
    }

    // On paper: the sample that is open, then the list as a table.
    preparePrint() {
      const most = 1000;
      const section = this.section, shown = this.result.shown.slice(0, most);
      const runs = section.runs.length > 1 ? [this.selection.a, this.selection.b]
        : [this.selection.a];
      document.getElementById("print").replaceChildren(h("table", {},
        h("thead", {}, h("tr", {}, h("th", {}, "Sample"), h("th", {}, "Question"),
          runs.map((run) => h("th", {}, proxyv.quote(section.runs[run].name))))),
        h("tbody", {}, shown.map((unit) => {
          const first = section.units[unit][0];
          return h("tr", {}, h("td", {}, proxyv.quote(section.ids[first])),
            h("td", {}, proxyv.quote(section.questions[first])),
            runs.map((run) => h("td", {}, proxyv.badge(section, run, unit), " ",
              this.list.answer(section, run, unit))));
        }))),
      this.result.shown.length > most && h("p", {},
        `The first ${most} of ${this.result.shown.length}.`));
    }
  };
})();
