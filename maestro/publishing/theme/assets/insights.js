/* Dashboards: choices that narrow all tables and drawings of a page at once, the order of a
   table, long tables in two steps, and what is shown as CSV or JSON. What was chosen stands in
   the address. Without this script every row and every mark is there. */
(function () {
  "use strict";
  const { make, button, control, keep } = self.maestro;
  const LABELS = {
    owner: "Team", class: "Problem class", status: "Status", verdict: "Verdict", kind: "Kind",
    grade: "Evidence", trend: "Trend", held: "Range", issue: "What is amiss",
  };
  /* What a row does not say of its project, the project's first row on the page says. */
  const OF_SUBJECT = ["owner", "class", "status", "kind"];
  const FIRST = matchMedia("(max-width: 44.984375em)").matches ? 10 : 50;
  const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
  const state = { words: "", chosen: {}, panels: [], rows: [], marks: [], lost: [] };

  function textOf(element) {
    return element.textContent.replace(/\s+/g, " ").trim();
  }

  /* A piece may stand for several problem classes; whatever else is one value. */
  function valuesOf(row, name) {
    const first = OF_SUBJECT.includes(name) ? state.firsts.get(row.key) : null;
    const text = row.element.dataset[name] || (first ? first.dataset[name] : "");
    if (!text) return [];
    return name === "class" ? text.split(" ") : [text];
  }

  /* A problem class has its title on the page, and its id in the address and in what is saved. */
  function titleOf(value) {
    return state.titles.get(value) || value;
  }

  /* ---- What fits ---- */

  function fits(row) {
    if (row.panel.isWhole) return true;
    const words = state.words.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.every((word) => row.text.includes(word))) return false;
    return Object.entries(state.chosen).every(([name, value]) =>
      !value || !row.panel.knows[name] || valuesOf(row, name).includes(value));
  }

  /* The chosen fields that no row of a table has: it is not narrowed by them. */
  function unknownTo(panel) {
    return state.fields.filter((name) => state.chosen[name] && !panel.knows[name]);
  }

  function show() {
    const keys = new Set();
    const all = new Set();
    state.rows.forEach((row) => {
      row.fits = fits(row);
      if (row.panel.isWhole) return;
      all.add(row.key);
      if (row.fits && !unknownTo(row.panel).length) keys.add(row.key);
    });
    state.panels.forEach(showPanel);
    const noun = state.place.dataset.noun;
    state.count.textContent = keys.size
      ? keys.size + " of " + all.size + " " + noun
      : "Nothing fits: take a word or a choice away.";
  }

  function showPanel(panel) {
    let place = 0;
    const keys = new Set();
    panel.rows.forEach((row) => {
      row.element.hidden = !row.fits || (!panel.isOpen && place >= FIRST);
      if (!row.fits) return;
      place += 1;
      keys.add(row.key);
    });
    panel.fitting = place;
    let drawn = 0;
    panel.marks.forEach((mark) => {
      const isItem = mark.tagName === "LI";
      const isOff = !keys.has(mark.dataset.m) || (isItem && !panel.isOpen && drawn >= FIRST);
      mark.classList.toggle("mx-off", isOff);
      if (isItem && !isOff) drawn += 1;
    });
    panel.groups.forEach((row) => {
      const count = row.querySelectorAll("[data-m]:not(.mx-off)").length;
      row.querySelector("[data-count]").textContent = String(count);
      row.hidden = count === 0;
    });
    if (panel.buttons) {
      panel.buttons.forEach((button) => { button.disabled = place === 0; });
      panel.told.textContent = place + (place === 1 ? " row" : " rows") + panel.apart();
    }
    if (panel.opener) {
      panel.opener.hidden = place <= FIRST;
      panel.opener.textContent = panel.isOpen ? "Show the first " + FIRST : "Show all " + place;
      panel.opener.setAttribute("aria-expanded", String(panel.isOpen));
    }
  }

  /* ---- Order ---- */

  function sortKey(row, order) {
    const cell = row.element.cells[order.column];
    if (order.by === "t") return textOf(cell).toLowerCase();
    const text = cell.dataset[order.by];
    if (text === undefined || text === "") return null;
    const number = Number(text);
    return Number.isNaN(number) ? text : number;
  }

  /* The unit of a cell: numbers of different units are in no order, so units stand in groups. */
  function unitOf(row, order, panel) {
    const cell = row.element.cells[order.column];
    return cell.dataset.u || panel.table.tHead.rows[0].cells[order.column].dataset.u || "";
  }

  function arrange(panel) {
    const order = panel.orders[panel.order];
    panel.rows.sort((a, b) => {
      if (!order) return a.place - b.place;
      const [x, y] = [sortKey(a, order), sortKey(b, order)];
      if (x === null || y === null) return (x === null) - (y === null) || a.place - b.place;
      const apart = unitOf(a, order, panel).localeCompare(unitOf(b, order, panel), "en");
      if (apart && order.by === "v") return apart;
      const way = (x > y) - (x < y);
      return (order.way === "desc" ? -way : way) || a.place - b.place;
    });
    panel.body.append(...panel.rows.map((row) => row.element));
    const places = new Map(panel.rows.map((row, place) => [row.key, place]));
    const items = panel.marks.filter((mark) => mark.tagName === "LI");
    items.sort((a, b) => places.get(a.dataset.m) - places.get(b.dataset.m));
    if (items.length) items[0].parentNode.append(...items);
    panel.marks = items.concat(panel.marks.filter((mark) => mark.tagName !== "LI"));
  }

  /* ---- The address ---- */

  function remember() {
    const known = new URLSearchParams(location.search);
    const put = (name, value) => { if (value) known.set(name, value); else known.delete(name); };
    put("words", state.words.trim());
    state.fields.forEach((name) => put(name, state.chosen[name]));
    state.panels.forEach((panel) => put(panel.name + "-order", panel.order));
    keep(known);
  }

  function changed() {
    show();
    remember();
  }

  /* ---- Downloads ---- */

  function columnsOf(panel) {
    const found = [];
    [...panel.table.tHead.rows[0].cells].forEach((head, column) => {
      if (!head.dataset.field) return;
      const name = head.dataset.field;
      const kind = head.dataset.is;
      const add = (field, part, isText) => found.push({ field, column, part, isText });
      if (kind === "text") add(name, "v", true);
      else if (kind === "pair") name.split(" ").forEach((one, at) => add(one, "vw"[at], false));
      else add(name, "v", false);
      if (kind === "range" || kind === "figure") {
        add(name + "_lo", "lo", false);
        add(name + "_hi", "hi", false);
        found.push({ field: name + "_level", column, part: "l", level: "0.9" });
      }
      if (kind === "figure") {
        const usual = head.dataset.u;
        found.push({ field: name + "_unit", column, part: "u", isText: true, usual });
        add(name + "_mark", "n", true);
      }
    });
    return found;
  }

  /* A cell as data: text, a number as it is written, or null where there is none. */
  function cellOf(row, column) {
    const cell = row.element.cells[column.column];
    const usual = cell.dataset.lo ? column.level : undefined;
    const text = cell.dataset[column.part] ?? usual;
    if (!column.isText) return text === undefined || text === "" ? null : { number: text };
    if (column.part === "v") return text === undefined ? textOf(cell) : text;
    if (cell.dataset.v === undefined) return null;
    return text === undefined ? column.usual || null : text;
  }

  function shownRows(panel) {
    return panel.rows.filter((row) => row.fits);
  }

  function inCsv(cell) {
    if (cell === null) return "";
    if (typeof cell === "object") return cell.number;
    /* A text that a spreadsheet would take for a formula begins with an apostrophe. */
    const text = FORMULA.test(cell) ? "'" + cell : cell;
    return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  function csvOf(panel) {
    const columns = columnsOf(panel);
    const lines = [columns.map((column) => inCsv(column.field))];
    shownRows(panel).forEach((row) =>
      lines.push(columns.map((column) => inCsv(cellOf(row, column)))));
    return lines.map((line) => line.join(",") + "\r\n").join("");
  }

  function jsonOf(panel) {
    const columns = columnsOf(panel);
    const value = (cell) => (cell !== null && typeof cell === "object" ? Number(cell.number) : cell);
    const rows = shownRows(panel).map((row) => Object.fromEntries(
      columns.map((column) => [column.field, value(cellOf(row, column))])));
    const chosen = Object.entries({ words: state.words.trim(), ...state.chosen });
    return JSON.stringify({
      table: panel.name,
      commit: state.place.dataset.commit,
      generated_at: state.place.dataset.at,
      chosen: Object.fromEntries(chosen.filter(([, text]) => text)),
      order: panel.order,
      columns: columns.map((column) => column.field),
      rows,
    }, null, 1) + "\n";
  }

  function save(panel, text, ending, type) {
    const address = URL.createObjectURL(new Blob([text], { type: type + ";charset=utf-8" }));
    const link = make("a", { href: address, download: panel.name + "." + ending });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  /* ---- Setting up ---- */

  function addTools(panel) {
    const place = panel.element.querySelector("[data-mx-take]");
    const taker = (text, act) => button(text, act, {
      class: "mx-button", "aria-label": text + " of " + panel.label + ": what is shown",
    });
    panel.buttons = [
      taker("CSV", () => save(panel, csvOf(panel), "csv", "text/csv")),
      taker("JSON", () => save(panel, jsonOf(panel), "json", "application/json")),
    ];
    panel.told = make("span", { class: "mx-muted" });
    const keys = Object.keys(panel.orders);
    if (keys.length) {
      const list = make("select", {}, new Option("as listed", ""));
      keys.forEach((key) => list.append(new Option(panel.orders[key].label, key)));
      list.value = panel.order;
      list.addEventListener("change", () => {
        panel.order = list.value;
        arrange(panel);
        changed();
      });
      place.prepend(control("Order", list));
    }
    const last = place.lastElementChild;
    last.before(...panel.buttons);
    last.after(panel.told);
    const open = () => { panel.isOpen = !panel.isOpen; show(); };
    panel.opener = button("", open, { class: "mx-button" });
    panel.table.parentNode.after(panel.opener);
  }

  function ordersOf(table) {
    const found = {};
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      (head.dataset.orders || "").split(";").filter(Boolean).forEach((text) => {
        const [by, way, label] = text.split(":");
        const name = (head.dataset.field || "").split(" ")[0];
        found[name + "-" + by + "-" + way] = { by, way, label, column };
      });
    });
    return found;
  }

  function readPanel(element) {
    const table = element.querySelector("table:has([data-field])");
    const body = table.tBodies[0];
    const panel = { element, table, body, name: element.dataset.mxPanel };
    Object.assign(panel, { knows: {}, isOpen: false });
    panel.isWhole = element.dataset.mxWhole !== undefined;
    panel.label = table.parentNode.getAttribute("aria-label") || panel.name;
    panel.orders = ordersOf(table);
    panel.marks = [...element.querySelectorAll("[data-m]")];
    panel.groups = [...element.querySelectorAll("tr[data-group]")];
    panel.rows = [...body.rows].map((row, place) => {
      const classes = valuesOf({ element: row, key: row.dataset.r }, "class").map(titleOf);
      const about = [...Object.values(row.dataset), ...classes];
      const text = [textOf(row.cells[0]), ...about].join(" ").toLowerCase();
      return { element: row, panel, key: row.dataset.r, place, text, fits: true };
    });
    state.fields.forEach((name) => {
      panel.knows[name] = panel.rows.some((row) => valuesOf(row, name).length > 0);
    });
    const order = new URLSearchParams(location.search).get(panel.name + "-order") || "";
    panel.order = Object.hasOwn(panel.orders, order) ? order : "";
    if (order !== panel.order) state.lost.push([panel.name + "-order", order]);
    panel.apart = () => {
      const words = unknownTo(panel).map((name) => LABELS[name].toLowerCase()).join(", ");
      return words ? "; not narrowed by " + words + ", which is not in this table" : "";
    };
    return panel;
  }

  /* Values of a field with how many rows have each: a row's key counts once for the page. */
  function optionsOf(name) {
    const keys = new Map();
    state.rows.forEach((row) => valuesOf(row, name).forEach((value) => {
      if (!keys.has(value)) keys.set(value, new Set());
      keys.get(value).add(row.key);
    }));
    return [...keys].map(([value, set]) => [value, set.size]).filter(([value]) => value)
      .sort(([a], [b]) => a.localeCompare(b, "en"));
  }

  function addFilter(place) {
    const known = new URLSearchParams(location.search);
    const box = make("input", { type: "search", placeholder: "words to look for" });
    box.value = known.get("words") || "";
    state.words = box.value;
    box.addEventListener("input", () => { state.words = box.value; changed(); });
    place.append(control("Find", box));
    state.fields.forEach((name) => {
      const options = optionsOf(name), wanted = known.get(name) || "";
      if (wanted && !options.some(([value]) => value === wanted)) state.lost.push([name, wanted]);
      if (options.length < 2) return;
      const list = make("select", {}, new Option("all", ""));
      options.forEach(([value, count]) => {
        const title = name === "class" ? titleOf(value) : value;
        list.append(new Option(title + " (" + count + ")", value));
      });
      if (options.some(([value]) => value === wanted)) list.value = wanted;
      state.chosen[name] = list.value;
      list.addEventListener("change", () => { state.chosen[name] = list.value; changed(); });
      place.append(control(LABELS[name], list));
    });
    state.count = make("p", { class: "mx-found", "aria-live": "polite" });
    place.append(state.count);
  }

  function start() {
    const place = document.querySelector("[data-mx-board]");
    if (!place || place.childElementCount) return;
    state.place = place;
    state.fields = place.dataset.mxBoard.split(" ");
    state.firsts = new Map();
    state.titles = new Map(Object.entries(JSON.parse(place.dataset.classes || "{}")));
    document.querySelectorAll("[data-mx-panel] tr[data-r]").forEach((row) => {
      if (!state.firsts.has(row.dataset.r)) state.firsts.set(row.dataset.r, row);
    });
    state.panels = [...document.querySelectorAll("[data-mx-panel]")]
      .filter((element) => element.querySelector("[data-field]")).map(readPanel);
    state.rows = state.panels.flatMap((panel) => panel.rows);
    if (!state.rows.length) return;
    addFilter(place);
    state.panels.forEach((panel) => { addTools(panel); arrange(panel); });
    show();
    if (state.words || Object.values(state.chosen).some(Boolean)) {
      state.panels.forEach((panel) => {
        const folded = panel.table.closest("details");
        if (folded) folded.open = true;
      });
    }
    place.hidden = false;
    self.maestroLeft(state.lost, state.count);
    if (location.search) remember();
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
