// The image of a sample, with boxes where the benchmark has them.
(function () {
  const { h } = proxyv;
  const space = "http://www.w3.org/2000/svg";

  function svg(name, attributes, ...children) {
    const element = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    proxyv.add(element, children);
    return element;
  }

  // boxes: [{box: [x1, y1, x2, y2] in parts of the image, kind: "reference" | "a" | "b", name}]
  function overlay(image, boxes) {
    const { width, height } = image;
    const line = Math.max(2, Math.max(width, height) / 260);
    return svg("svg", {
      class: "boxes", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none",
      "aria-hidden": "true",
    }, boxes.map(({ box, kind, name }) => {
      const [x1, y1, x2, y2] = [
        Math.min(box[0], box[2]) * width, Math.min(box[1], box[3]) * height,
        Math.max(box[0], box[2]) * width, Math.max(box[1], box[3]) * height];
      return svg("g", { class: "box of-" + kind },
        svg("rect", {
          x: x1, y: y1, width: Math.max(x2 - x1, line), height: Math.max(y2 - y1, line),
          "stroke-width": line,
        }),
        svg("text", {
          x: Math.min(Math.max(x1, 0), width * 0.9), y: Math.max(y1 - line * 2, line * 9),
          "font-size": line * 7,
        }, name));
    }));
  }

  // The pictures of a row: none, one, or those of a question about several.
  proxyv.pictures = function (section, row, boxes) {
    return [section.image[row]].flat().map((place) => picture(section, place, boxes));
  };

  function picture(section, place, boxes) {
    if (place === -1) return null;
    if (place === -2) return h("p", { class: "note" }, "The image cannot be shown.");
    const image = section.images[place];
    const frame = (zoomed) => {
      const element = h("img", {
        src: proxyv.imageAddress(image.path), width: image.width, height: image.height,
        alt: "The image that was asked about", decoding: "async",
      });
      return h("div", { class: zoomed ? "frame zoomed" : "frame" }, element,
        boxes.length > 0 && overlay(image, boxes));
    };
    const open = () => {
      const dialog = document.getElementById("zoom");
      dialog.replaceChildren(frame(true));
      dialog.onclick = () => dialog.close();
      dialog.showModal();
    };
    return h("figure", { class: "picture" },
      h("button", { type: "button", class: "plain", onclick: open, title: "Enlarge" },
        frame(false)),
      boxes.length > 0 && h("figcaption", {}, boxes.map(({ kind, name }) =>
        h("span", { class: "legend of-" + kind }, name))));
  }
})();
