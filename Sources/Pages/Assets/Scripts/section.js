// One benchmark's samples: columns that are there at once, texts that come in chunks.
(function () {
  const flag = {
    failed: 1, missing: 2, notAsked: 4, empty: 8, cutOff: 16, profiles: 32, otherQuestion: 64,
  };
  // What a unit is in a run; bits, so that runs are joined by "or" and "and".
  const status = {
    right: 1, partly: 2, wrong: 4, failed: 8, missing: 16, empty: 32, cut: 64, profiles: 128,
    notAsked: 256, other: 512,
  };
  proxyv.status = status;
  proxyv.flag = flag;

  proxyv.Section = class {
    constructor(data) {
      Object.assign(this, data);
      this.count = this.ids.length;
      this.texts = new Array(this.chunks.length).fill(null);
      this.searchTexts = new Array(this.count).fill(null);
      this.loaded = 0;
      this.waiting = new Map();
      // What is listed: a row, or the rows that count as one.
      this.units = [];
      this.unitOfRow = new Int32Array(this.count);
      if (this.groups) {
        const place = new Map();
        this.groups.forEach((group, row) => {
          if (!place.has(group)) { place.set(group, this.units.length); this.units.push([]); }
          this.units[place.get(group)].push(row);
          this.unitOfRow[row] = place.get(group);
        });
      } else {
        for (let row = 0; row < this.count; row++) {
          this.units.push([row]);
          this.unitOfRow[row] = row;
        }
      }
      this.rowOfID = new Map(this.ids.map((id, row) => [id, row]));
      this.statuses = this.runs.map((run) => this.units.map((rows) => this.statusOf(run, rows)));
      this.values = this.runs.map((run) => this.units.map((rows) => this.valueOf(run, rows)));
    }

    // The score of a unit in a run; null where it was not asked.
    valueOf(run, rows) {
      const scores = rows.map((row) => run.scores[row]).filter((score) => score !== null);
      if (scores.length === 0) return null;
      if (this.grouping === "all") return scores.every((score) => score >= 1) ? 1 : 0;
      return scores.reduce((sum, score) => sum + score, 0) / scores.length;
    }

    statusOf(run, rows) {
      const flags = rows.reduce((all, row) => all | run.flags[row], 0);
      if (rows.every((row) => run.flags[row] & flag.notAsked)) return status.notAsked;
      const value = this.valueOf(run, rows);
      const best = this.lowerIsBetter ? value <= 0 : value >= 1;
      const worst = this.lowerIsBetter ? value >= 1 : value <= 0;
      return (best ? status.right : worst ? status.wrong : status.partly) |
        (flags & flag.failed ? status.failed : 0) | (flags & flag.missing ? status.missing : 0) |
        (flags & flag.empty ? status.empty : 0) | (flags & flag.cutOff ? status.cut : 0) |
        (flags & flag.profiles ? status.profiles : 0) |
        (flags & flag.otherQuestion ? status.other : 0);
    }

    // How much better b is than a on a unit; null where one of them was not asked.
    gain(unit, a, b) {
      const before = this.values[a][unit], after = this.values[b][unit];
      if (before === null || after === null) return null;
      return this.lowerIsBetter ? before - after : after - before;
    }

    // Whether a unit's answers differ in text.
    isChanged(unit, a, b) {
      return this.units[unit].some(
        (row) => this.runs[a].digests[row] !== this.runs[b].digests[row]);
    }

    // Both of it for all units, computed once for a pair of runs.
    pairing(a, b) {
      const key = `${a} ${b}`;
      if (!this.pairings) this.pairings = new Map();
      if (!this.pairings.has(key)) {
        const gains = this.units.map((_, unit) => this.gain(unit, a, b));
        const changed = this.units.map((_, unit) => this.isChanged(unit, a, b));
        this.pairings.set(key, { gains, changed });
      }
      return this.pairings.get(key);
    }

    sum(unit, run, column) {
      const values = this.units[unit].map((row) => this.runs[run][column][row])
        .filter((value) => value !== null);
      return values.length ? values.reduce((sum, value) => sum + value, 0) : null;
    }

    // MARK: Texts

    chunkOf(row) {
      let low = 0, high = this.chunks.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (this.chunks[middle] <= row) low = middle; else high = middle - 1;
      }
      return low;
    }

    // Calls `then` with the row's texts, now or when they are there.
    whenThere(row, then) {
      const chunk = this.chunkOf(row);
      if (this.texts[chunk]) { then(this.texts[chunk][row - this.chunks[chunk]]); return; }
      this.load(chunk, () => then(this.texts[chunk][row - this.chunks[chunk]]));
    }

    load(chunk, then) {
      if (this.texts[chunk]) { then(); return; }
      if (this.waiting.has(chunk)) { this.waiting.get(chunk).push(then); return; }
      this.waiting.set(chunk, [then]);
      proxyv.fetchSamples(this.name, chunk);
    }

    arrived(chunk, rows) {
      if (this.texts[chunk]) return;
      this.texts[chunk] = rows;
      const start = this.chunks[chunk];
      rows.forEach((row, place) => {
        const said = row.runs.flatMap(
          (run) => run ? [run.text || "", run.extracted || "", run.error || ""] : []);
        this.searchTexts[start + place] = [
          this.ids[start + place], row.question, ...row.references, ...said,
          ...(row.choices || []).map((choice) => choice[1]),
        ].join("\n").toLowerCase();
      });
      this.loaded += 1;
      const waiting = this.waiting.get(chunk) || [];
      this.waiting.delete(chunk);
      for (const then of waiting) then();
    }

    // Everything else, one chunk after the other, so that the search has all texts.
    loadAll(progress) {
      const next = this.texts.findIndex((texts, chunk) => !texts && !this.waiting.has(chunk));
      if (next < 0) return;
      this.load(next, () => {
        progress();
        setTimeout(() => this.loadAll(progress), 0);
      });
    }

    // Whether all words occur in one of the unit's rows; texts that are not there yet do not.
    mentions(unit, words) {
      return this.units[unit].some((row) => {
        const text = this.searchTexts[row];
        return text !== null && words.every((word) => text.includes(word));
      });
    }
  };
})();
