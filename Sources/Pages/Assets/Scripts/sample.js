// One sample in full: image, question, references, and what each run made of it.
(function () {
  const { h, quote, whole, pieces, number, flag } = proxyv;

  // - then: called with the element when its texts are there
  proxyv.sample = function (section, selection, unit, then) {
    const rows = section.units[unit];
    const runs = section.runs.length > 1 ? [selection.a, selection.b] : [selection.a];
    let left = rows.length;
    const texts = new Array(rows.length);
    rows.forEach((row, place) => section.whenThere(row, (text) => {
      texts[place] = text;
      left -= 1;
      if (left === 0) then(build(section, unit, rows, runs, texts));
    }));
  };

  function build(section, unit, rows, runs, texts) {
    const isPaired = runs.length > 1;
    // The rows of a group are about one image.
    const images = [...new Set(rows.map((row) => String(section.image[row])))];
    const pictures = images.flatMap((image) => {
      const row = rows.find((candidate) => String(section.image[candidate]) === image);
      return proxyv.pictures(section, row, boxes(section, texts[rows.indexOf(row)], runs));
    }).filter(Boolean);
    return h("article", { class: pictures.length ? "detail illustrated" : "detail" },
      pictures.length > 0 && h("div", { class: "pictures" }, pictures),
      h("div", { class: "facts" },
        rows.length > 1 && h("p", { class: "together" },
          section.grouping === "all"
            ? `These ${rows.length} questions count as one, which is right if all are.`
            : `These ${rows.length} questions are about one image and are scored together.`,
          runs.map((run) => h("span", { class: "verdictOfGroup" },
            isPaired && h("b", { class: "letter" }, proxyv.letter(run)),
            proxyv.badge(section, run, unit)))),
        rows.map((row, place) => asked(section, row, runs, texts[place], rows.length > 1))));
  }

  function boxes(section, text, runs) {
    const isPaired = runs.length > 1;
    return [
      ...(text.boxes || []).map((box) => ({ box, kind: "reference", name: "reference" })),
      ...runs.flatMap((run, place) => ((text.runs[run] || {}).boxes || []).map((box) => ({
        box, kind: place === 0 ? "a" : "b", name: isPaired ? proxyv.letter(run) : "answer" }))),
    ];
  }

  function asked(section, row, runs, text, isGrouped) {
    const facets = section.facets.flatMap((facet) =>
      facet.rows[row].map((value) => [facet.name, facet.values[value]]));
    return h("section", { class: "asked", "data-id": section.ids[row] },
      h("div", { class: "meta" },
        isGrouped && h("span", { class: "id" }, quote(section.ids[row])),
        facets.map(([name, value]) =>
          h("span", { class: "facet", title: name }, quote(value)))),
      h("h2", { class: text.question.length > 300 ? "question long" : "question" },
        whole(text.question)),
      text.choices && h("ol", { class: "choices" }, text.choices.map(([letter, choice]) =>
        h("li", { class: text.references.includes(letter) ? "choice right" : "choice" },
          h("b", {}, letter), " ", quote(choice)))),
      references(section, text),
      answers(section, row, runs, text),
      text.prompt !== text.question && h("details", { class: "prompt" },
        h("summary", {}, "The prompt as it was asked"), whole(text.prompt)));
  }

  function references(section, text) {
    if (section.comparesTexts) {
      return h("details", { class: "references" }, h("summary", {}, "Reference"),
        text.references.map((reference) => whole(reference)));
    }
    if (text.references.length === 0) {
      return h("p", { class: "note" }, "No reference is known.");
    }
    // Ten annotators often say the same.
    const counts = new Map();
    for (const reference of text.references) {
      counts.set(reference, (counts.get(reference) || 0) + 1);
    }
    return h("div", { class: "references" },
      h("span", { class: "label" }, counts.size > 1 ? "References" : "Reference"),
      [...counts].map(([reference, count]) => h("span", { class: "reference" },
        whole(reference), count > 1 && h("small", {}, ` ×${count}`))));
  }

  function answers(section, row, runs, text) {
    const outcomes = runs.map((run) => text.runs[run]);
    const isPaired = runs.length > 1;
    let marked = null;
    if (isPaired && outcomes.every((outcome) => outcome && outcome.text !== undefined)) {
      marked = proxyv.sideBySide(outcomes[0].text, outcomes[1].text);
    }
    return h("div", { class: isPaired ? "answers paired" : "answers" },
      runs.map((run, place) => answer(section, row, run, text, outcomes[place],
        marked && !marked.same ? (place === 0 ? marked.a : marked.b) : null, isPaired)),
      marked && marked.same &&
        h("p", { class: "note same" }, "Both runs gave the same answer."));
  }

  function answer(section, row, run, text, outcome, marked, isPaired) {
    const flags = section.runs[run].flags[row];
    const head = h("header", {},
      isPaired && h("b", { class: "letter" }, proxyv.letter(run)),
      h("span", { class: "name" }, quote(section.runs[run].name)));
    if (!outcome) {
      return h("section", { class: "answer" }, head, h("p", { class: "note" }, "Not asked."));
    }
    head.append(badge(section, section.runs[run].scores[row]));
    return h("section", { class: "answer" }, head,
      said(outcome, marked, flags),
      section.comparesTexts && outcome.text !== undefined && text.references.length > 0 &&
        h("details", { class: "compared", open: !isPaired },
          h("summary", {}, "Against the reference: ",
            h("del", {}, "missing"), " ", h("ins", {}, "too much")),
          pieces(proxyv.merged(text.references[0], outcome.text))),
      Boolean(flags & flag.otherQuestion) && h("p", { class: "note warning" },
        "This run was asked another question, or scored against other references."),
      facts(outcome, section.runs[run].tokens[row]), verdicts(outcome));
  }

  function badge(section, score) {
    const best = section.lowerIsBetter ? score <= 0 : score >= 1;
    const worst = section.lowerIsBetter ? score >= 1 : score <= 0;
    return h("span", { class: "badge " + (best ? "right" : worst ? "wrong" : "partly") },
      (best ? "● " : worst ? "○ " : "◐ ") + number(score));
  }

  function said(outcome, marked, flags) {
    if (outcome.error !== undefined) {
      return h("div", { class: "said failed" }, h("b", {}, "Failed: "), quote(outcome.error));
    }
    if (outcome.text === undefined) return h("p", { class: "note failed" }, "No answer is there.");
    if (outcome.text === "") return h("p", { class: "note" }, "The answer is empty.");
    return h("div", {},
      marked ? pieces(marked) : whole(outcome.text),
      Boolean(flags & flag.empty) && h("p", { class: "note" }, "Nothing but white space."),
      outcome.stop === "length" &&
        h("p", { class: "note warning" }, "Cut off at the limit of new tokens."));
  }

  function facts(outcome, tokens) {
    const rows = [["Rule", quote(outcome.rule)]];
    if (outcome.extracted !== undefined) rows.push(["Extracted", whole(outcome.extracted)]);
    for (const [name, value] of outcome.parts || []) rows.push([name, number(value)]);
    if ((outcome.seconds || []).length) {
      const total = outcome.seconds.reduce((sum, [, value]) => sum + value, 0);
      rows.push(["Seconds", h("span", {
        title: outcome.seconds.map(([name, value]) => `${name} ${number(value, 3)}`).join(", "),
      }, number(total, 3), outcome.seconds.length > 1 && h("small", {},
        ` (${outcome.seconds.map(([name, value]) => `${name} ${number(value, 2)}`).join(", ")})`))]);
    }
    if ((outcome.counts || []).length || tokens) {
      rows.push(["Tokens", [
        tokens ? `${proxyv.count(tokens)} answered` : null,
        ...(outcome.counts || []).map(([name, value]) => `${proxyv.count(value)} ${name}`),
      ].filter(Boolean).join(", ")]);
    }
    return h("dl", { class: "facts" }, rows.map(([name, value]) => [
      h("dt", {}, name), h("dd", {}, value)]));
  }

  function verdicts(outcome) {
    if (!outcome.verdicts) return null;
    return h("details", { class: "verdicts", open: true },
      h("summary", {}, "Other evaluators judge this answer differently"),
      h("table", {}, h("tbody", {}, outcome.verdicts.map((verdict) => h("tr", {},
        h("th", {}, verdict.profiles), h("td", { class: "number" }, number(verdict.score)),
        h("td", {}, quote(verdict.rule)),
        h("td", {}, verdict.extracted === null ? "" : quote(verdict.extracted)))))));
  }
})();
