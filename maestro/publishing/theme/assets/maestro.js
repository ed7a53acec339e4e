/* Filters above tables: text and pick-lists over the rows that stand on the page. What was chosen
   stands in the address, so that it can be sent on. Without this script the tables are plain
   tables. */
(function () {
  "use strict";
  const LABELS = {
    kind: "Kind", class: "Problem class", grade: "Evidence", state: "State", status: "Status",
    sensitivity: "Sensitivity", personal: "Personal data", licence: "Licence", owner: "Owner",
  };

  /* A piece may stand for several problem classes; whatever else is one value. */
  function valuesOf(row, name) {
    const text = row.dataset[name] || "";
    return (name === "class" ? text.split(" ") : [text]).filter(Boolean);
  }

  /* Keeps the choices of one table in the address, under the table's own name. */
  function remember(prefix, controls) {
    const known = new URLSearchParams(location.search);
    Object.entries(controls).forEach(([name, element]) => {
      const value = element.value.trim();
      if (value) known.set(prefix + name, value);
      else known.delete(prefix + name);
    });
    const text = known.toString();
    const address = location.pathname + (text ? "?" + text : "") + location.hash;
    /* Some browsers refuse it for a page opened from disk; the filter works all the same. */
    try { history.replaceState(history.state, "", address); } catch (refused) { return; }
  }

  /* Whether any choice of the table stood in the address. */
  function recall(prefix, controls) {
    const known = new URLSearchParams(location.search);
    return Object.entries(controls).filter(([name, element]) => {
      const value = known.get(prefix + name);
      const fits = value && (element.tagName === "INPUT" ||
        [...element.options].some((option) => option.value === value));
      if (fits) element.value = value;
      return fits;
    }).length > 0;
  }

  function tableAfter(place) {
    const box = place.nextElementSibling;
    return box && box.querySelector("table");
  }

  function control(label, element) {
    const wrap = document.createElement("label");
    wrap.className = "mx-control";
    const words = document.createElement("span");
    words.textContent = label;
    wrap.append(words, element);
    return wrap;
  }

  function pickList(rows, name) {
    const counts = new Map();
    rows.forEach((row) => {
      valuesOf(row, name).forEach((value) => counts.set(value, (counts.get(value) || 0) + 1));
    });
    if (counts.size < 2) return null;
    const list = document.createElement("select");
    list.append(new Option("all", ""));
    [...counts.keys()].sort().forEach((value) => {
      list.append(new Option(value + " (" + counts.get(value) + ")", value));
    });
    return list;
  }

  function setUp(place) {
    const table = tableAfter(place);
    if (!table) return;
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const box = document.createElement("input");
    box.type = "search";
    box.placeholder = "words to look for";
    place.append(control("Find", box));
    const lists = {};
    Object.keys(LABELS).forEach((name) => {
      const list = pickList(rows, name);
      if (!list) return;
      lists[name] = list;
      place.append(control(LABELS[name], list));
    });
    const count = document.createElement("p");
    count.className = "mx-found";
    count.setAttribute("aria-live", "polite");
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
    function changed() {
      show();
      remember(prefix, controls);
    }
    box.addEventListener("input", changed);
    Object.values(lists).forEach((list) => list.addEventListener("change", changed));
    const folded = place.closest("details");
    if (recall(prefix, controls) && folded) folded.open = true;
    show();
    place.hidden = false;
  }

  /* Names each cell after its column, for the narrow layout; the roles keep it a table for
     screen readers when the layout is a list. */
  function stack(table) {
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.label || cell.textContent);
    if (names.length < 3) return;
    table.classList.add("mx-stack");
    table.setAttribute("role", "table");
    [...table.querySelectorAll("thead, tbody")].forEach((p) => p.setAttribute("role", "rowgroup"));
    [...table.rows].forEach((row) => {
      row.setAttribute("role", "row");
      [...row.cells].forEach((cell, index) => {
        cell.setAttribute("role", cell.tagName === "TH" ? "columnheader" : "cell");
        cell.dataset.label = names[index] || "";
        if (cell.tagName === "TH" || index === 0) return;
        const inside = document.createElement("div");
        inside.append(...cell.childNodes);
        cell.append(inside);
      });
    });
  }

  /* The theme lets wide tables of guides scroll; the keyboard has to reach those that do. */
  function reach() {
    document.querySelectorAll(".md-typeset__scrollwrap").forEach((box) => {
      const names = { tabindex: "0", role: "region", "aria-label": "Wide table" };
      const isWide = box.scrollWidth > box.clientWidth;
      Object.entries(names).forEach(([name, value]) => {
        if (isWide) box.setAttribute(name, value);
        else box.removeAttribute(name);
      });
    });
  }

  function start() {
    document.querySelectorAll(".mx-table").forEach(stack);
    document.querySelectorAll("[data-mx-filter]").forEach(setUp);
  }

  addEventListener("load", reach);
  addEventListener("resize", reach);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
