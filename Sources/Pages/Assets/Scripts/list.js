// A list of any length: only the rows in view are there.
(function () {
  const { h, said, number, status } = proxyv;

  proxyv.List = class {
    constructor(element, choose) {
      this.element = element;
      this.choose = choose;
      this.space = h("div", { class: "space" });
      element.replaceChildren(this.space);
      this.rows = new Map();
      this.shown = [];
      this.current = -1;
      element.addEventListener("scroll", () => this.draw(), { passive: true });
      new ResizeObserver(() => this.draw()).observe(element);
    }

    // - section, selection: what the rows are made of
    show(section, selection, shown) {
      this.section = section;
      this.selection = selection;
      this.shown = shown;
      this.isPaired = section.runs.length > 1;
      this.height = this.isPaired ? 84 : 64;
      this.space.style.height = `${Math.max(1, shown.length) * this.height}px`;
      this.rows.clear();
      this.space.replaceChildren();
      if (shown.length === 0) {
        this.space.append(h("p", { class: "nothing" }, "No sample is like that."));
      }
      this.draw();
    }

    mark(unit) {
      this.current = unit;
      for (const [place, row] of this.rows) {
        const isCurrent = this.shown[place] === unit;
        row.classList.toggle("current", isCurrent);
        row.setAttribute("aria-selected", String(isCurrent));
      }
    }

    // Scrolls as little as shows the place.
    reveal(place) {
      const top = place * this.height, view = this.element;
      if (top < view.scrollTop) view.scrollTop = top;
      else if (top + this.height > view.scrollTop + view.clientHeight) {
        view.scrollTop = top + this.height - view.clientHeight;
      }
      this.draw();
    }

    draw() {
      if (!this.section) return;
      const extra = 6;
      const first = Math.max(0, Math.floor(this.element.scrollTop / this.height) - extra);
      const visible = Math.ceil(Math.max(this.element.clientHeight, 400) / this.height);
      const end = Math.min(this.shown.length, first + visible + 2 * extra);
      for (const [place, row] of this.rows) {
        if (place < first || place >= end) { row.remove(); this.rows.delete(place); }
      }
      for (let place = first; place < end; place++) {
        if (this.rows.has(place)) continue;
        const row = this.row(this.shown[place]);
        row.style.transform = `translateY(${place * this.height}px)`;
        row.style.height = `${this.height}px`;
        this.rows.set(place, row);
        this.space.append(row);
      }
    }

    row(unit) {
      const section = this.section, first = section.units[unit][0];
      const isCurrent = unit === this.current;
      const runs = this.isPaired ? [this.selection.a, this.selection.b] : [this.selection.a];
      return h("div", {
        class: "row" + (isCurrent ? " current" : ""), role: "option",
        "aria-selected": String(isCurrent), "data-id": section.ids[first],
        onclick: () => this.choose(unit),
      },
      h("div", { class: "asked" }, h("bdi", {}, said(section.questions[first])),
        section.units[unit].length > 1 &&
          h("span", { class: "size" }, ` ×${section.units[unit].length}`)),
      runs.map((run, place) => h("div", { class: "answered" },
        proxyv.badge(section, run, unit),
        this.isPaired && h("b", { class: "letter" }, proxyv.letter(run)),
        this.answer(section, run, unit),
        place === 0 && h("span", { class: "id" }, h("bdi", {}, said(section.ids[first]))))));
    }

    answer(section, run, unit) {
      const rows = section.units[unit];
      const bits = section.statuses[run][unit];
      if (bits & status.notAsked) return h("i", {}, "not asked");
      if (bits & status.failed) return h("i", { class: "failed" }, "failed");
      if (bits & status.missing) return h("i", { class: "failed" }, "missing");
      const texts = rows.map((row) => section.runs[run].answers[row] || "");
      if (rows.length === 1 && texts[0] === "") return h("i", {}, "empty");
      return h("bdi", { class: "text" }, said(texts.join(" · ")));
    }
  };

  proxyv.letter = (run) => run < 26 ? String.fromCharCode(65 + run) : String(run + 1);

  // A unit's score with a sign that needs no colour.
  proxyv.badge = function (section, run, unit) {
    const bits = section.statuses[run][unit], value = section.values[run][unit];
    const kind = bits & status.right ? "right" : bits & status.partly ? "partly" :
      bits & status.notAsked ? "none" : "wrong";
    const sign = { right: "●", partly: "◐", wrong: "○", none: "–" }[kind];
    return h("span", { class: "badge " + kind },
      sign, value === null ? "" : " " + number(value, 3));
  };
})();
