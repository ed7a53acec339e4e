/* The Library's page: search box, facets, rows and pages over library/catalog.js. What is chosen
   stands in the address. Without this script the page is a plain table. */
(function () {
  "use strict";
  const root = document.querySelector("[data-mx-library]");
  const data = self.maestroCatalog;
  const { make, button, control, keep } = self.maestro;
  const { page, bar, badge, status, fair, points } = self.maestroMarks;
  const { KEYS, index, select } = self.maestroFacets;
  const { nothing, hint } = self.maestroNearby;
  if (!root || !data) return;

  const ROWS = 50;
  const SHOWN = 6;
  const MOST = 50;
  const LABELS = {
    kind: "Kind", class: "Problem class", grade: "Evidence of effect", used: "Used by",
    status: "Status", owner: "Owner", tag: "Tag", persona: "For whom", license: "Licence",
  };
  const NOTES = {
    class: "of projects that use it, or named by its record", used: "projects",
    grade: "of the present version",
  };
  /* Values that have an order of their own; the others stand by how many they are. */
  const FIXED = {
    grade: ["strong", "moderate", "weak", "insufficient", "", "metrics"],
    used: ["10+", "5-9", "1-4", "0", "?"],
    status: ["stable", "beta", "experimental", "deprecated"],
  };
  const OPEN = ["kind", "class", "grade", "used"];
  const SORTS = {
    effect: "Effect, then use", use: "Used by most", recent: "Changed last", name: "Name",
  };
  const RULES = {
    effect: "Largest effect first, by the middle of its interval, of the newest version with " +
      "enough evidence; then what most projects use.",
    use: "What most projects use first; what nobody counted last.",
    recent: "The record's latest change first; without a known change last.",
    name: "By name, a to z.",
  };
  const entries = index(data);
  const place = (name) => root.querySelector(".mx-library-" + name);
  const state = { words: "", chosen: {}, sort: "effect", page: 1, compare: [], lost: [] };
  const kept = {};
  const wide = {};
  KEYS.forEach((key) => { kept[key] = new Set(); });

  /* --- the address --- */
  const isKnown = (key, value) => entries.facets[key].places.has(value) ||
    (FIXED[key] || []).includes(value) || new Map(data.words[key]).has(value);
  const lose = (name, values) => state.lost.push(...values.map((value) => [name, value]));

  function read() {
    const known = new URLSearchParams(location.search);
    state.lost = [];
    state.words = (known.get("words") || "").slice(0, 200);
    KEYS.forEach((key) => {
      const values = [...new Set(known.getAll(key))];
      state.chosen[key] = values.filter((value) => isKnown(key, value)).slice(0, MOST);
      lose(key, values.filter((value) => !isKnown(key, value)));
      state.chosen[key].forEach((value) => kept[key].add(value));
    });
    const sort = known.get("sort") || "";
    state.sort = Object.hasOwn(SORTS, sort) ? sort : "effect";
    if (sort && sort !== state.sort) lose("sort", [sort]);
    state.page = Math.max(1, parseInt(known.get("page"), 10) || 1);
    const names = new Set(data.columns.name);
    const compared = [...new Set((known.get("compare") || "").split(","))];
    state.compare = compared.filter((name) => names.has(name)).slice(0, 3);
    lose("compare", compared.filter((name) => name && !names.has(name)));
  }

  function write(isStep) {
    const made = new URLSearchParams();
    if (state.words.trim()) made.set("words", state.words.trim());
    KEYS.forEach((key) => state.chosen[key].forEach((value) => made.append(key, value)));
    if (state.sort !== "effect") made.set("sort", state.sort);
    if (state.page > 1) made.set("page", state.page);
    if (state.compare.length) made.set("compare", state.compare.join(","));
    keep(made, isStep);
  }

  function change(act, isStep) {
    state.page = 1;
    act();
    show();
    write(isStep);
  }

  function choose(key, value, isOn) {
    kept[key].add(value);
    change(() => {
      const rest = state.chosen[key].filter((other) => other !== value);
      state.chosen[key] = isOn ? [...rest, value] : rest;
    }, true);
  }

  function clear() {
    change(() => {
      state.words = "";
      KEYS.forEach((key) => { state.chosen[key] = []; });
    }, true);
    box.value = "";
  }

  /* --- what stands above the rows --- */
  const box = make("input", {
    type: "search", placeholder: data.try ? "such as " + data.try : "words to look for",
  });
  box.addEventListener("input", () => change(() => { state.words = box.value; }, false));
  const sorts = make("select");
  Object.entries(SORTS).forEach(([key, words]) => sorts.append(new Option(words, key)));
  sorts.addEventListener("change", () => change(() => { state.sort = sorts.value; }, true));
  const found = make("p", { class: "mx-found", "aria-live": "polite" });
  const chips = make("div", { class: "mx-chips" });
  const other = make("p", { class: "mx-small mx-hint", hidden: "" });
  const rule = make("p", { class: "mx-small mx-rule" });

  function chip(words, act) {
    const named = "remove " + words;
    return button("", act, { class: "mx-chip", "aria-label": named, title: named });
  }

  function showChips() {
    const made = [];
    const put = (words, act) => {
      const one = chip(words, () => { act(); box.focus(); });
      one.append(words, make("span", { "aria-hidden": "true" }, " \u00d7"));
      made.push(one);
    };
    if (state.words.trim()) {
      put("words: " + state.words.trim(), () => {
        box.value = "";
        change(() => { state.words = ""; }, true);
      });
    }
    KEYS.forEach((key) => state.chosen[key].forEach((value) => {
      const words = LABELS[key].toLowerCase() + ": " + entries.say(key, value);
      put(words, () => choose(key, value, false));
    }));
    if (made.length) made.push(button("Clear all", () => { clear(); box.focus(); }, {}));
    chips.replaceChildren(...made);
  }

  /* What the offers of a hint do; the focus goes back to the search box. */
  const acts = {
    label: (key) => LABELS[key].toLowerCase(),
    words: (text) => acts.step(() => { state.words = text; }),
    choose: (key, value, text) => acts.step(() => {
      kept[key].add(value);
      state.words = text;
      state.chosen[key] = [...state.chosen[key].filter((one) => one !== value), value];
    }),
    clear: (key) => acts.step(() => { state.chosen[key] = []; }),
    step: (act) => {
      change(act, true);
      box.value = state.words;
      box.focus();
    },
  };

  function showRule() {
    const said = hint(data.other, entries, state, acts);
    other.hidden = !said.length;
    other.replaceChildren(...said);
    const first = state.words.trim() && state.sort === "effect"
      ? "Names that hold the words come first. " : "";
    rule.textContent = first + RULES[state.sort];
  }

  /* --- facets --- */
  const side = make("details", { class: "mx-facets" });
  const fold = make("summary", {}, "Filters");
  const groups = {};
  let latest = {};

  function setUpFacet(key) {
    const list = make("ul", { "aria-label": LABELS[key] });
    const more = button("", () => { wide[key] = !wide[key]; show(); }, {
      "aria-expanded": "false", hidden: "",
    });
    const none = button("clear", () => change(() => { state.chosen[key] = []; }, true), {
      "aria-label": "clear " + LABELS[key].toLowerCase(),
    });
    const head = make("summary", {}, LABELS[key]);
    const chosen = make("span", { class: "mx-muted" });
    head.append(chosen);
    const foot = make("div", { class: "mx-facet-foot" }, more, none);
    const whole = make("details", { class: "mx-facet" }, head);
    if (NOTES[key]) whole.append(make("p", { class: "mx-small" }, NOTES[key]));
    whole.append(list, foot);
    if (OPEN.includes(key) || state.chosen[key].length) whole.open = true;
    whole.addEventListener("toggle", () => showFacet(key, latest[key]));
    groups[key] = { list, more, none, chosen, whole, lines: new Map() };
    side.append(whole);
  }

  function line(key, value) {
    const known = groups[key].lines;
    if (!known.has(value)) {
      const tick = make("input", { type: "checkbox" });
      tick.addEventListener("change", () => choose(key, value, tick.checked));
      const count = make("span", { class: "mx-count" });
      const label = make("label", {}, tick, make("span", {}, entries.say(key, value)), " ", count);
      known.set(value, { tick, count, item: make("li", {}, label) });
    }
    return known.get(value);
  }

  function showFacet(key, counts) {
    const { list, more, none, chosen, whole } = groups[key];
    const { values } = entries.facets[key];
    chosen.textContent = state.chosen[key].length ? " (" + state.chosen[key].length + ")" : "";
    whole.hidden = values.length === 0;
    if (!whole.open) return;
    const fixed = (code) => (FIXED[key] ? FIXED[key].indexOf(values[code]) : 0);
    const order = values.map((_, code) => code).sort((a, b) => fixed(a) - fixed(b) ||
      counts[b] - counts[a] || (values[a] > values[b]) - (values[a] < values[b]));
    const picked = order.filter(
      (code, rank) => wide[key] || rank < SHOWN || kept[key].has(values[code]));
    const items = picked.map((code) => {
      const one = line(key, values[code]);
      one.tick.checked = state.chosen[key].includes(values[code]);
      one.count.textContent = counts[code].toLocaleString("en");
      one.item.classList.toggle("mx-none", counts[code] === 0);
      return one.item;
    });
    /* An item that is moved loses the focus; what stands right already is left alone. */
    const isSame = items.length === list.children.length &&
      items.every((item, at) => list.children[at] === item);
    if (!isSame) list.replaceChildren(...items);
    more.hidden = order.length <= SHOWN;
    more.setAttribute("aria-expanded", String(Boolean(wide[key])));
    more.textContent = wide[key] ? "show fewer" : "show all " + order.length;
    none.hidden = !state.chosen[key].length;
  }

  /* --- rows --- */
  const table = root.querySelector("table");
  const body = table.tBodies[0];
  const cell = (...children) => make("td", { role: "cell" }, ...children);
  const separate = (items) => items.flatMap((item) => [item, " "]);

  function row(at) {
    const c = data.columns;
    const tags = c.tag[at].map((tag) => badge(entries.say("tag", tag), "tag"));
    const pick = make("input", { type: "checkbox" });
    pick.checked = state.compare.includes(c.name[at]);
    pick.disabled = !pick.checked && state.compare.length === 3;
    pick.addEventListener("change", () => compare(c.name[at], pick.checked));
    const label = make("label", { class: "mx-pick" }, pick, " compare");
    pick.setAttribute("aria-label", "compare " + c.title[at]);
    const link = make("a", { href: page(c.kind[at], c.name[at]) }, c.title[at]);
    const version = make("span", { class: "mx-muted" }, c.version[at]);
    const when = state.sort !== "recent" ? [] :
      [make("span", {}, c.changed[at] ? "changed " + c.changed[at] : "last change not known")];
    const about = [
      make("span", {}, entries.say("kind", c.kind[at])), status(c.status[at]),
      make("span", {}, entries.say("owner", c.owner[at])), ...when, ...tags,
    ];
    const used = c.used[at] === null
      ? make("span", { class: "mx-missing" }, "not counted")
      : c.used[at].toLocaleString("en") + (c.used[at] === 1 ? " project" : " projects");
    return make("tr", { role: "row" },
      cell(make("div", { class: "mx-piece" }, link, " ", version, label),
        make("div", { class: "mx-sentence" }, short(c.text[at])),
        make("div", { class: "mx-about" }, ...separate(about))),
      cell(used), cell(...effect(at)));
  }

  // As much of a sentence as the plain rows show.
  function short(text) {
    const letters = [...text];
    return letters.length > 140 ? letters.slice(0, 139).join("") + "\u2026" : text;
  }

  function effect(at) {
    const c = data.columns;
    if (c.value[at] === null) return [make("span", { class: "mx-missing" }, ...fair(c.says[at]))];
    const title = c.title[at] + ": " + c.says[at] + ", " + c.behind[at];
    return [bar(title, c.value[at], c.lo[at], c.hi[at], data),
      make("div", { class: "mx-number" }, ...points(c.says[at])),
      make("div", { class: "mx-small" }, ...fair(c.behind[at]))];
  }

  /* --- comparing --- */
  const tray = make("p", { class: "mx-tray", hidden: "" });

  function compare(name, isOn) {
    const rest = state.compare.filter((other) => other !== name);
    state.compare = isOn ? [...rest, name].slice(0, 3) : rest;
    showTray();
    [...body.querySelectorAll(".mx-pick input")].forEach((pick) => {
      pick.disabled = !pick.checked && state.compare.length === 3;
    });
    write(false);
  }

  function showTray() {
    tray.hidden = !state.compare.length;
    const titles = state.compare.map((name) => data.columns.title[data.columns.name.indexOf(name)]);
    const address = "../compare/index.html?entries=" + state.compare.join(",");
    const go = state.compare.length > 1
      ? make("a", { href: address, class: "mx-go" }, "Compare " + state.compare.length)
      : make("span", { class: "mx-muted" }, "choose one or two more to compare");
    const none = button("clear", () => { state.compare = []; show(); write(false); box.focus(); }, {
      "aria-label": "clear what is to be compared",
    });
    tray.replaceChildren(titles.join(", ") + " ", go, " ", none);
  }

  /* --- pages --- */
  const before = button("Previous", () => turn(-1), {});
  const after = button("Next", () => turn(1), {});
  const where = make("span");
  const pager = make("nav", { class: "mx-pager", "aria-label": "Pages" }, before, where, after);
  const empty = make("div", { class: "mx-empty", hidden: "" });

  function turn(step) {
    state.page += step;
    show();
    write(true);
    const main = place("main");
    main.focus({ preventScroll: true });
    root.scrollIntoView();
  }

  function show() {
    const { rows, counts, without } = select(entries, state);
    const pages = Math.max(1, Math.ceil(rows.length / ROWS));
    state.page = Math.min(state.page, pages);
    const first = (state.page - 1) * ROWS;
    const shown = rows.slice(first, first + ROWS);
    body.replaceChildren(...shown.map(row));
    table.hidden = !rows.length;
    empty.hidden = Boolean(rows.length);
    empty.replaceChildren(...(rows.length ? [] : nothing(entries, state, without, acts)));
    const total = rows.length.toLocaleString("en");
    const range = "rows " + (first + 1).toLocaleString("en") + " to " +
      (first + shown.length).toLocaleString("en") + " of " + total;
    const all = rows.length === entries.size ? "" : " of " + entries.size.toLocaleString("en");
    found.textContent = total + all + (rows.length === 1 && !all ? " entry" : " entries") +
      (pages > 1 ? ", " + range : "");
    where.textContent = range;
    pager.hidden = pages === 1;
    before.disabled = state.page === 1;
    after.disabled = state.page === pages;
    const count = KEYS.reduce((sum, key) => sum + state.chosen[key].length, 0);
    fold.textContent = count ? "Filters (" + count + ")" : "Filters";
    latest = counts;
    KEYS.forEach((key) => showFacet(key, counts[key]));
    showChips();
    showRule();
    showTray();
  }

  /* Shows what the address says; a page beyond the last one is put right there, too. */
  function open() {
    read();
    box.value = state.words;
    sorts.value = state.sort;
    const asked = state.page;
    show();
    self.maestroLeft(state.lost, found);
    if (asked !== state.page || state.lost.length) write(false);
  }

  function again() {
    if (document.contains(root)) open();
    else removeEventListener("popstate", again);
  }

  function start() {
    read();
    place("bar").append(
      make("div", { class: "mx-filter" }, control("Find", box), control("Sort by", sorts)),
      rule, other, make("div", { class: "mx-library-said" }, found, chips),
      button("Skip to the entries", () => place("main").focus(), { class: "mx-skip" }));
    side.append(fold);
    KEYS.forEach(setUpFacet);
    place("side").append(side);
    const narrow = matchMedia("(max-width: 59.984375em)");
    side.open = !narrow.matches;
    narrow.addEventListener("change", () => { side.open = !narrow.matches; });
    const rest = root.querySelector(".mx-library-rest");
    if (rest) rest.remove();
    place("main").setAttribute("role", "region");
    place("main").setAttribute("aria-label", "Entries that fit");
    place("main").append(empty, tray, pager);
    open();
    addEventListener("popstate", again);
  }

  start();
})();
