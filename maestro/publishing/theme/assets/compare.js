/* Compare: the entries that the address names, side by side. A name from the address is looked up
   among the names of the library; only what was found there is used. */
(function () {
  "use strict";
  const root = document.querySelector("[data-mx-compare]");
  const data = self.maestroNames;
  const { make, button, control, keep } = self.maestro;
  const { page, bar, fair } = self.maestroMarks;
  if (!root || !data) return;

  const MOST = 3;
  const SUGGESTED = 50;
  const LONGEST = 60;
  const known = new Map();
  Object.keys(data.shards).sort().forEach((shard) => {
    data.shards[shard].forEach(([name, title, kind]) => known.set(name, { shard, title, kind }));
  });
  const titled = new Map();
  known.forEach(({ title }, name) => {
    const key = title.trim().toLowerCase();
    titled.set(key, [...(titled.get(key) || []), name]);
  });
  const kinds = new Map(data.kinds);
  const told = new Map();
  let wanted = [];
  let unknown = [];
  let pinned = new Map();

  self.maestroCompare = (entries) => {
    Object.entries(entries).forEach(([name, one]) => told.set(name, one));
  };

  function read() {
    const given = (new URLSearchParams(location.search).get("entries") || "").split(",");
    const pairs = given.map((one) => one.trim().split("@")).filter(([name]) => name);
    const names = [...new Set(pairs.map(([name]) => name))];
    pinned = new Map(pairs.filter(([, version]) => version));
    wanted = names.filter((name) => known.has(name)).slice(0, MOST);
    unknown = names.filter((name) => !known.has(name));
  }

  function write(isStep) {
    keep(new URLSearchParams(wanted.length ? { entries: wanted.join(",") } : {}), isStep);
  }

  /* After a choice nothing is left of what the address asked for and did not get. */
  function choose(names) {
    wanted = names;
    unknown = [];
    pinned.clear();
    write(true);
  }

  function load(shard) {
    return new Promise((done) => {
      const script = make("script", { src: shard + ".js" });
      script.onload = done;
      script.onerror = done;
      root.append(script);
    });
  }

  async function need() {
    const shards = wanted.filter((name) => !told.has(name)).map((name) => known.get(name).shard);
    await Promise.all([...new Set(shards)].map(load));
    show();
  }

  /* --- choosing --- */
  const lists = make("datalist", { id: "mx-names" });
  const pickers = make("div", { class: "mx-filter" });
  const said = make("p", { class: "mx-found", "aria-live": "polite" });
  const only = make("input", { type: "checkbox" });
  const onlyLabel = make("label", { class: "mx-pick" }, only, " only what differs");
  only.addEventListener("change", show);
  const place = make("div", { class: "mx-scroll", tabindex: "0", role: "region",
    "aria-label": "Entries side by side" });

  function suggest(typed) {
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [];
    for (const [name, { title }] of known) {
      const text = name + " " + title.toLowerCase();
      if (words.every((word) => text.includes(word))) found.push(new Option(title, name));
      if (found.length === SUGGESTED) break;
    }
    lists.replaceChildren(...found);
  }

  /* The entry that a typed name or title means; what to say when it means none or several. */
  function meant(typed) {
    const key = typed.toLowerCase();
    if (known.has(key)) return { name: key };
    const names = titled.get(key) || [];
    if (names.length === 1) return { name: names[0] };
    return { fault: names.length
      ? names.length + " entries have this title: choose one of " + names.slice(0, 5).join(", ") + "."
      : "No entry is called like this: choose one of the names that are offered." };
  }

  function picker(at) {
    const box = make("input", { type: "text", list: "mx-names", autocomplete: "off",
      placeholder: at < wanted.length ? "" : "name or title of an entry" });
    box.value = wanted[at] || "";
    box.addEventListener("input", () => suggest(box.value));
    box.addEventListener("focus", () => suggest(""));
    box.addEventListener("change", () => {
      const typed = box.value.trim();
      const { name, fault } = typed ? meant(typed) : {};
      if (fault) {
        said.textContent = fault;
        return;
      }
      const next = [...wanted];
      if (name) next[at] = name;
      else next.splice(at, 1);
      choose([...new Set(next)].slice(0, MOST));
      need();
    });
    return control(["First", "Second", "Third"][at], box);
  }

  /* --- the table --- */
  /* A text, or a text with the page that it leads to; only a page of this site becomes a link. */
  function shown(value) {
    if (typeof value === "string") return value;
    const [text, address] = value;
    const isPage = /^([a-z0-9-]+\/)+[a-z0-9-]+\.html$/.test(address);
    return isPage ? make("a", { href: "../" + address }, text) : text;
  }

  function texts(values) {
    const made = values.map(shown);
    if (made.length < 2) return made;
    return [make("ul", { class: "mx-list" }, ...made.map((value) => make("li", {}, value)))];
  }

  /* One line: its label, one cell per entry; lines that differ say so, where that can be told. */
  function line(label, cells, isSame, note, isTold = true) {
    const mark = isSame || !isTold
      ? [] : [make("span", { class: "mx-badge mx-badge-plain" }, "differs")];
    const head = make("th", { scope: "row" }, label, " ", ...mark);
    if (note) head.append(make("div", { class: "mx-small" }, note));
    const made = make("tr", mark.length === 0 ? {} : { class: "mx-differs" }, head, ...cells);
    made.hidden = isSame && only.checked;
    return made;
  }

  function factLines(chosen) {
    const labels = [...new Set(chosen.flatMap((one) => one.facts.map(([label]) => label)))];
    return labels.map((label) => {
      const found = chosen.map((one) => {
        const fact = one.facts.find(([name]) => name === label);
        return fact ? fact[1] : ["not part of a " + kinds.get(one.kind)];
      });
      const isSame = new Set(found.map((values) => JSON.stringify(values))).size === 1;
      return line(label, found.map((values) => make("td", {}, ...texts(values))), isSame);
    });
  }

  function effectLine(chosen) {
    const ends = chosen.flatMap((one) => one.effect || []).filter((end) => end !== null);
    const all = [...ends, 0, -data.margin, data.margin];
    const room = (Math.max(...all) - Math.min(...all)) * 0.06 || 1;
    const scale = { axis: [Math.min(...all) - room, Math.max(...all) + room], margin: data.margin };
    const cells = chosen.map((one) => {
      const says = one.effect_says.map((text) => make("div", {}, ...fair(text)));
      if (!one.effect) return make("td", { class: "mx-missing" }, ...says);
      const [lo, value, hi] = one.effect;
      return make("td", {}, bar(one.title + ": " + one.effect_says[0], value, lo, hi, scale), ...says);
    });
    const isSame = new Set(chosen.map((one) => one.effect_says.join())).size === 1;
    return line(data.effect, cells, isSame, ends.length ? "one axis for all" : "");
  }

  /* A metric is comparable when all that have it measured it on the same version of one data set. */
  function metricLines(chosen) {
    const key = (one) => one.metric + (one.slice ? ", " + one.slice : "");
    const keys = [...new Set(chosen.flatMap((one) => one.metrics.map(key)))];
    return keys.map((name) => {
      const found = chosen.map((one) => one.metrics.filter((metric) => key(metric) === name));
      const having = found.flat();
      const sets = new Set(having.map((metric) => metric.dataset));
      const isAlone = found.filter((metrics) => metrics.length).length < 2;
      const isPinned = having.every((metric) => metric.dataset.includes("@"));
      const note = isAlone
        ? "nothing to compare with"
        : sets.size > 1 ? "not comparable: different data sets"
          : isPinned ? "comparable: the same data set"
            : "not comparable: the data set has no version";
      const none = (one) => one.kind === "model_cards" ? "not measured"
        : "not part of a " + kinds.get(one.kind);
      const cells = found.map((metrics, at) => metrics.length
        ? make("td", {}, ...metrics.map((metric) => make("div", {}, metric.says,
          make("div", { class: "mx-small" }, metric.origin + ", on " + metric.dataset))))
        : make("td", { class: "mx-missing" }, none(chosen[at])));
      const isSame = new Set(found.map((metrics) => JSON.stringify(metrics))).size === 1;
      return line(name, cells, isSame, note, !isAlone && sets.size === 1 && isPinned);
    });
  }

  /* The roles keep it a table for screen readers when a phone lays it out as blocks. */
  function name(table) {
    table.setAttribute("role", "table");
    [table.tHead, table.tBodies[0]].forEach((part) => part.setAttribute("role", "rowgroup"));
    [...table.rows].forEach((row) => {
      row.setAttribute("role", "row");
      [...row.cells].forEach((cell) => cell.setAttribute("role",
        cell.tagName === "TD" ? "cell" : cell.scope === "col" ? "columnheader" : "rowheader"));
    });
  }

  /* An address may hold any text, of any length. */
  const quoted = (text) =>
    "\u201c" + (text.length > LONGEST ? text.slice(0, LONGEST) + "\u2026" : text) + "\u201d";

  /* Versions of the address that are not the one that is shown. */
  function other(names) {
    return names.filter((name) => pinned.has(name) && pinned.get(name) !== told.get(name).version)
      .map((name) => `Version ${quoted(pinned.get(name))} of ${name} was left out: ` +
        (told.get(name).version ? `${told.get(name).version}, the present one, is shown. `
          : "its record has no version. ")).join("");
  }

  /* The names of the address that belong to no entry. */
  function lost() {
    if (!unknown.length) return "";
    const named = unknown.slice(0, MOST).map(quoted);
    const rest = unknown.length - named.length;
    if (rest) named.push(rest + " more");
    return unknown.length === 1
      ? `One name of the address, ${named[0]}, belongs to no entry and was left out. `
      : `${unknown.length} names of the address belong to no entry and were left out: ` +
        named.join(", ") + ". ";
  }

  function show() {
    suggest("");
    const boxes = Math.min(MOST, Math.max(2, wanted.length + 1));
    pickers.replaceChildren(...Array.from({ length: boxes }, (_, at) => picker(at)), onlyLabel);
    const names = wanted.filter((name) => told.has(name));
    const chosen = names.map((name) => told.get(name));
    const left = lost() + other(names);
    if (left) write(false);
    said.textContent = left + (chosen.length > 1 ? "" : chosen.length
      ? "Choose one more to compare it with." : "Choose two or three entries.");
    onlyLabel.hidden = chosen.length < 2;
    if (!chosen.length) {
      place.replaceChildren();
      return;
    }
    const heads = names.map((name, at) => make("th", { scope: "col" },
      make("a", { href: page(chosen[at].kind, name) }, chosen[at].title), " ",
      make("span", { class: "mx-muted" }, chosen[at].version), " ",
      button("remove", () => {
        choose(wanted.filter((other) => other !== name));
        show();
        pickers.querySelector("input").focus();
      }, { "aria-label": "remove " + chosen[at].title })));
    const facts = factLines(chosen);
    const rows = [...facts.slice(0, 3), effectLine(chosen), ...metricLines(chosen), ...facts.slice(3)];
    const cls = chosen.length > 2 ? "mx-sides mx-three" : "mx-sides";
    const table = make("table", { class: cls },
      make("thead", {}, make("tr", {}, make("td"), ...heads)), make("tbody", {}, ...rows));
    name(table);
    place.replaceChildren(table);
  }

  function again() {
    if (!document.contains(root)) {
      removeEventListener("popstate", again);
      return;
    }
    read();
    need();
  }

  root.append(lists, pickers, said, place);
  addEventListener("popstate", again);
  again();
})();
