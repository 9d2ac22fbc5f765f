// Which words of two texts differ: Myers' shortest edit script over words.
(function () {
  // A word with the space before it, so that the pieces joined are the text again.
  function words(text) {
    return text.match(/\s*\S+|\s+$/g) || [];
  }

  const bare = (word) => word.trim();

  // How much work a pair of texts may cost; beyond it the differing middle is marked as a whole.
  const budget = 3e7;

  // Runs of equal, removed and added words: [kind, from, to] with kind "=", "-" or "+".
  function script(a, b) {
    let start = 0;
    while (start < a.length && start < b.length && bare(a[start]) === bare(b[start])) start++;
    let end = 0;
    while (end < a.length - start && end < b.length - start &&
      bare(a[a.length - 1 - end]) === bare(b[b.length - 1 - end])) end++;
    const left = a.slice(start, a.length - end).map(bare);
    const right = b.slice(start, b.length - end).map(bare);
    const steps = middle(left, right);
    const result = [];
    const push = (kind, count) => {
      if (count === 0) return;
      if (result.length && result[result.length - 1][0] === kind) {
        result[result.length - 1][1] += count;
      } else result.push([kind, count]);
    };
    push("=", start);
    for (const step of steps) push(step[0], step[1]);
    push("=", end);
    return result;
  }

  function middle(a, b) {
    const n = a.length, m = b.length;
    if (n === 0 || m === 0) return [["-", n], ["+", m]];
    const most = Math.min(n + m, 3000, Math.floor(budget / (n + m)) + 1);
    const trace = [];
    let v = new Int32Array(2 * most + 3);
    const offset = most + 1;
    for (let d = 0; d <= most; d++) {
      for (let k = -d; k <= d; k += 2) {
        const down = k === -d || (k !== d && v[offset + k - 1] < v[offset + k + 1]);
        let x = down ? v[offset + k + 1] : v[offset + k - 1] + 1;
        let y = x - k;
        while (x < n && y < m && a[x] === b[y]) { x++; y++; }
        v[offset + k] = x;
        if (x >= n && y >= m) {
          trace.push(v.slice(offset - d - 1, offset + d + 2));
          return walkedBack(trace, n, m);
        }
      }
      trace.push(v.slice(offset - d - 1, offset + d + 2));
    }
    return [["-", n], ["+", m]];
  }

  function walkedBack(trace, n, m) {
    const steps = [];
    let x = n, y = m;
    for (let d = trace.length - 1; d > 0; d--) {
      // The furthest points before this step, around their own diagonal 0.
      const before = trace[d - 1];
      const at = (k) => before[k + d];
      const k = x - y;
      const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
      const from = down ? k + 1 : k - 1;
      const fromX = at(from), fromY = fromX - from;
      const run = Math.min(x - fromX, y - fromY);
      const equal = down ? x - fromX : y - fromY;
      if (Math.min(run, equal) > 0) steps.push(["=", Math.min(run, equal)]);
      steps.push([down ? "+" : "-", 1]);
      x = fromX;
      y = fromY;
    }
    if (x > 0) steps.push(["=", x]);
    return steps.reverse();
  }

  // A piece with its mark; space before its first word is not marked.
  function marked(text, kind) {
    if (!kind) return [{ text, kind }];
    const space = text.match(/^\s*/)[0];
    if (space === "" || space === text) return [{ text, kind }];
    return [{ text: space, kind: null }, { text: text.slice(space.length), kind }];
  }

  // The two texts in pieces, each with its own words marked: for two columns.
  proxyv.sideBySide = function (a, b) {
    const left = words(a), right = words(b);
    const result = { a: [], b: [], same: a === b };
    let i = 0, j = 0;
    for (const [kind, count] of script(left, right)) {
      if (kind !== "+") {
        const text = left.slice(i, i + count).join("");
        result.a.push(...marked(text, kind === "-" ? "del" : null));
        i += count;
      }
      if (kind !== "-") {
        const text = right.slice(j, j + count).join("");
        result.b.push(...marked(text, kind === "+" ? "ins" : null));
        j += count;
      }
    }
    return result;
  };

  // One text that shows what is missing and what is too much: for a page against its reference.
  proxyv.merged = function (reference, answer) {
    const left = words(reference), right = words(answer);
    const pieces = [];
    let i = 0, j = 0;
    for (const [kind, count] of script(left, right)) {
      const text = kind === "-" ? left.slice(i, i + count) : right.slice(j, j + count);
      pieces.push(...marked(text.join(""), { "-": "del", "+": "ins" }[kind] || null));
      if (kind !== "+") i += count;
      if (kind !== "-") j += count;
    }
    return pieces;
  };
})();
