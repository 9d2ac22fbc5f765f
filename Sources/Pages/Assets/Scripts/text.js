"use strict";
// What data and models say is shown as text and never as anything else: nothing here, or in the
// other scripts, reads HTML from a string.
var proxyv = {};

(function () {
  // Characters that a reader would not see, or that would change how others are seen: control
  // characters (terminal escapes begin with one), direction marks, invisible spaces and tags.
  const unseen = new RegExp(
    "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f" +
      "\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ufff9-\\ufffb]|\\udb40[\\udc00-\\udc7f]", "g");
  const names = {
    0x00: "NUL", 0x07: "BEL", 0x08: "BS", 0x0b: "VT", 0x0c: "FF", 0x0d: "CR", 0x1b: "ESC",
    0x7f: "DEL", 0x85: "NEL", 0x9b: "CSI", 0xad: "SHY", 0x61c: "ALM", 0x200b: "ZWSP",
    0x200e: "LRM", 0x200f: "RLM", 0x2028: "LS", 0x2029: "PS", 0x202a: "LRE", 0x202b: "RLE",
    0x202c: "PDF", 0x202d: "LRO", 0x202e: "RLO", 0x2060: "WJ", 0x2066: "LRI", 0x2067: "RLI",
    0x2068: "FSI", 0x2069: "PDI", 0xfeff: "BOM",
  };

  // h("p", {class: "note"}, "text", node …): an element; texts become text nodes.
  proxyv.h = function (name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else element.setAttribute(key, value === true ? "" : String(value));
    }
    proxyv.add(element, children);
    return element;
  };

  proxyv.add = function (element, children) {
    for (const child of children.flat(Infinity)) {
      if (child === null || child === undefined || child === false) continue;
      element.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
  };

  // The nodes of a text of unknown origin, with what cannot be seen made visible.
  proxyv.said = function (text) {
    const nodes = [];
    let start = 0;
    for (const match of text.matchAll(unseen)) {
      // A carriage return before a line feed is a line's end.
      if (match[0] === "\r" && text[match.index + 1] === "\n") continue;
      if (match.index > start) nodes.push(document.createTextNode(text.slice(start, match.index)));
      const code = match[0].codePointAt(0);
      const hex = "U+" + code.toString(16).toUpperCase().padStart(4, "0");
      nodes.push(proxyv.h("span", { class: "unseen", title: hex }, names[code] || hex));
      start = match.index + match[0].length;
    }
    if (start < text.length) nodes.push(document.createTextNode(text.slice(start)));
    return nodes;
  };

  // A text of unknown origin in an element that keeps its direction to itself.
  proxyv.quote = function (text, attributes) {
    return proxyv.h("bdi", attributes || {}, proxyv.said(text));
  };

  const longest = 20000;

  // Pieces [{text, kind}] of a long text; the end is shown when a reader asks for it.
  proxyv.pieces = function (pieces, attributes) {
    const element = proxyv.h("div", { class: "said", dir: "auto", ...(attributes || {}) });
    const total = pieces.reduce((sum, piece) => sum + piece.text.length, 0);
    const show = (limit) => {
      element.replaceChildren();
      let left = limit;
      for (const piece of pieces) {
        if (left <= 0) break;
        let text = piece.text.length > left ? piece.text.slice(0, left) : piece.text;
        // Not between the two halves of a character.
        if (/[\ud800-\udbff]$/.test(text) && text.length < piece.text.length) {
          text = text.slice(0, -1);
        }
        left -= piece.text.length;
        const nodes = proxyv.said(text);
        if (piece.kind) element.append(proxyv.h(piece.kind, {}, nodes));
        else element.append(...nodes);
      }
      if (total > limit) {
        element.append(proxyv.h("button", {
          type: "button", class: "more", onclick: () => show(Infinity),
        }, `Show all ${total.toLocaleString("en")} characters`));
      }
    };
    show(longest);
    return element;
  };

  proxyv.whole = function (text, attributes) {
    return proxyv.pieces([{ text }], attributes);
  };

  // 0.5, 1, 0.8571: as many digits as tell something.
  proxyv.number = function (value, decimals = 4) {
    if (value === null || value === undefined) return "–";
    return String(Number(value.toFixed(decimals)));
  };

  proxyv.count = (value) => value.toLocaleString("en");
})();
