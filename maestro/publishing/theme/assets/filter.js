/* Filters above tables: text and pick-lists over the rows that stand on the page. What was chosen
   stands in the address, so that it can be sent on. Without this script the tables are plain
   tables. */
(function () {
  "use strict";
  const { make, control, keep } = self.maestro;
  const LABELS = {
    kind: "Kind", class: "Problem class", grade: "Evidence", state: "State", status: "Status",
    sensitivity: "Sensitivity", personal: "Personal data", licence: "Licence", owner: "Owner",
  };

  /* A piece may stand for several problem classes; whatever else is one value. */
  function valuesOf(row, name) {
    const text = row.dataset[name] || "";
    return (name === "class" ? text.split(" ") : [text]).filter(Boolean);
  }

  /* Keeps the choices of one table in the address, under the table's own name. A choice is a step
     to go back from; letters typed one by one are not. */
  function remember(prefix, controls, isStep) {
    const known = new URLSearchParams(location.search);
    Object.entries(controls).forEach(([name, element]) => {
      const value = element.value.trim();
      if (value) known.set(prefix + name, value);
      else known.delete(prefix + name);
    });
    keep(known, isStep);
  }

  /* What the address asks for and no row has; a list of one value is not offered. */
  function unknown(prefix, rows) {
    const known = new URLSearchParams(location.search);
    return Object.keys(LABELS).flatMap((name) => known.getAll(prefix + name)
      .filter((value) => !rows.some((row) => valuesOf(row, name).includes(value)))
      .map((value) => [prefix + name, value]));
  }

  /* Sets the controls to what the address says; whether it says anything of this table. */
  function recall(prefix, controls) {
    const known = new URLSearchParams(location.search);
    return Object.entries(controls).filter(([name, element]) => {
      const value = known.get(prefix + name);
      const fits = value && (element.tagName === "INPUT" ||
        [...element.options].some((option) => option.value === value));
      element.value = fits ? value : "";
      return fits;
    }).length > 0;
  }

  function pickList(rows, name, titles) {
    const counts = new Map();
    rows.forEach((row) => {
      valuesOf(row, name).forEach((value) => counts.set(value, (counts.get(value) || 0) + 1));
    });
    if (counts.size < 2) return null;
    const list = make("select", {}, new Option("all", ""));
    [...counts.keys()].sort().forEach((value) => {
      const title = (name === "class" && titles.get(value)) || value;
      list.append(new Option(title + " (" + counts.get(value) + ")", value));
    });
    return list;
  }

  function setUp(place) {
    const next = place.nextElementSibling, table = next && next.querySelector("table");
    if (!table || place.childElementCount) return;
    const rows = [...table.tBodies[0].rows];
    /* A problem class is found by its title, which is shown, and by its id. */
    const titles = new Map(Object.entries(JSON.parse(place.dataset.classes || "{}")));
    const texts = rows.map((row) =>
      (row.textContent + " " + (row.dataset.class || "")).toLowerCase());
    const box = make("input", { type: "search", placeholder: "words to look for" });
    place.append(control("Find", box));
    const lists = {};
    Object.keys(LABELS).forEach((name) => {
      const list = pickList(rows, name, titles);
      if (!list) return;
      lists[name] = list;
      place.append(control(LABELS[name], list));
    });
    const count = make("p", { class: "mx-found", "aria-live": "polite" });
    place.append(count);

    function show() {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      rows.forEach((row, index) => {
        const fits =
          words.every((word) => texts[index].includes(word)) &&
          Object.entries(lists).every(([n, l]) => !l.value || valuesOf(row, n).includes(l.value));
        row.hidden = !fits;
        if (fits) found += 1;
      });
      count.textContent = found === 0
        ? "Nothing fits: take a word or a choice away."
        : found + " of " + rows.length;
    }

    const prefix = place.dataset.mxFilter ? place.dataset.mxFilter + "-" : "";
    const controls = { words: box, ...lists };
    function changed(isStep) {
      show();
      remember(prefix, controls, isStep);
    }
    box.addEventListener("input", () => changed(false));
    Object.values(lists).forEach((list) => list.addEventListener("change", () => changed(true)));
    const folded = place.closest("details");
    function open() {
      if (!document.contains(place)) {
        removeEventListener("popstate", open);
        return;
      }
      const lost = unknown(prefix, rows);
      if (recall(prefix, controls) && folded) folded.open = true;
      show();
      self.maestroLeft(lost, count);
    }
    addEventListener("popstate", open);
    open();
    place.hidden = false;
  }

  document.querySelectorAll("[data-mx-filter]").forEach(setUp);
})();
