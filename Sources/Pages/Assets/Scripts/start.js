// Data, keys and the first sample.
(function () {
  const { h } = proxyv;
  const sections = new Map();
  let browser = null;

  const isSingle = () => document.body.classList.contains("single");

  // MARK: Data, called by the files of data

  proxyv.section = function (data) {
    sections.set(data.name, new proxyv.Section(data));
    if (document.body.dataset.section === data.name) start(data.name);
  };

  proxyv.samples = function (name, chunk, rows) {
    sections.get(name).arrived(chunk, rows);
  };

  // Only files of samples may be loaded as scripts.
  const pattern = /^data\/[a-z0-9_-]+\/samples-\d+\.js$/;
  const check = (address) => {
    if (!pattern.test(address)) throw new TypeError("no file of samples: " + address);
    return address;
  };
  const policy = window.trustedTypes
    ? window.trustedTypes.createPolicy("proxyv-data", { createScriptURL: check })
    : { createScriptURL: check };

  proxyv.fetchSamples = function (name, chunk) {
    if (isSingle()) {
      const rows = JSON.parse(document.getElementById(`data-${name}-${chunk}`).textContent);
      setTimeout(() => proxyv.samples(name, chunk, rows), 0);
      return;
    }
    const script = document.createElement("script");
    script.src = policy.createScriptURL(`data/${name}/samples-${chunk}.js`);
    script.onerror = () => document.getElementById("sample").replaceChildren(
      h("p", { class: "note banner" }, `A file of this page is missing: data/${name}/samples-` +
        `${chunk}.js. Copy the whole folder, not one file of it.`));
    document.head.append(script);
  };

  proxyv.imageAddress = function (path) {
    return isSingle() ? JSON.parse(document.getElementById(path).textContent) : path;
  };

  // MARK: Keys

  const keys = [
    ["j", "next sample"], ["k", "previous sample"], ["/", "search"],
    ["Esc", "leave the search, close what is open"], ["?", "these keys"],
  ];

  proxyv.showHelp = function () {
    const dialog = document.getElementById("help");
    dialog.replaceChildren(h("h2", {}, "Keys"),
      h("dl", {}, keys.map(([key, what]) => [
        h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)])),
      h("form", { method: "dialog" }, h("button", {}, "Close")));
    dialog.showModal();
  };

  document.addEventListener("keydown", (event) => {
    if (!browser || event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target.matches("input, select, textarea");
    if (event.key === "Escape" && isTyping) { event.target.blur(); return; }
    if (isTyping || document.querySelector("dialog[open]")) return;
    const isInList = event.target.id === "list";
    const action = {
      j: () => browser.step(1), k: () => browser.step(-1),
      "/": () => { browser.controls.search.focus(); browser.controls.search.select(); },
      "?": proxyv.showHelp,
      ...(isInList ? { ArrowDown: () => browser.step(1), ArrowUp: () => browser.step(-1) } : {}),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  // MARK: Start

  function start(name) {
    browser = new proxyv.Browser(sections.get(name), isSingle());
    proxyv.browser = browser;
  }

  // A page in one file shows the overview, or the benchmark that the address names.
  function route() {
    const name = new URLSearchParams(location.hash.replace(/^#/, "")).get("section");
    const element = name === null ? null : document.getElementById(`data-${name}`);
    document.body.classList.toggle("browsing", element !== null);
    document.body.classList.toggle("overview", element === null);
    if (!element) { browser = null; return; }
    if (browser && browser.section.name === name) { browser.follow(); return; }
    if (!sections.has(name)) {
      sections.set(name, new proxyv.Section(JSON.parse(element.textContent)));
    }
    start(name);
  }

  window.addEventListener("hashchange", () => {
    if (isSingle()) route();
    else if (browser) browser.follow();
  });
  window.addEventListener("beforeprint", () => { if (browser) browser.preparePrint(); });
  if (isSingle()) route();
})();
