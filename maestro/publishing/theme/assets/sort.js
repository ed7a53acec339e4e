/* Tables that can be sorted by their columns: each head becomes a button. The order stands in the
   address. Without this script the table stands in the order of its page. */
(function () {
  "use strict";

  /* What a row is sorted by in one column; null where the cell only says why there is nothing. */
  function keyOf(row, index, isNumber) {
    const cell = row.cells[index];
    const number = cell.querySelector(".mx-number");
    if (!number && cell.querySelector(".mx-missing")) return null;
    const time = cell.querySelector("time");
    if (time) return time.dateTime;
    const text = (number || cell).textContent.trim();
    if (!isNumber) return text.toLowerCase();
    const value = parseFloat(text.replace(/,/g, "").replace("\u2212", "-"));
    return Number.isNaN(value) ? null : value;
  }

  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en", { numeric: true });
  }

  function nameOf(head) {
    return head.textContent.trim().toLowerCase().split(" ")[0];
  }

  function order(table, head, isDown) {
    const body = table.tBodies[0];
    const index = [...head.parentNode.cells].indexOf(head);
    const isNumber = head.classList.contains("mx-num");
    const keyed = [...body.rows].map((row) => [keyOf(row, index, isNumber), row]);
    keyed.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      return isDown ? compare(b, a) : compare(a, b);
    });
    body.append(...keyed.map(([, row]) => row));
    [...head.parentNode.cells].forEach((cell) => cell.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
  }

  function remember(value) {
    const known = new URLSearchParams(location.search);
    known.set("sort", value);
    self.maestro.keep(known, true);
  }

  function setUp(place) {
    const box = place.nextElementSibling;
    const table = box && box.querySelector("table");
    if (!table || table.dataset.mxSorted) return;
    table.dataset.mxSorted = "yes";
    const body = table.tBodies[0];
    const made = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head) => {
      const name = nameOf(head);
      const button = self.maestro.button("", () => {
        /* Numbers begin with the largest: that is what is looked for. */
        const before = head.getAttribute("aria-sort");
        const isDown = before ? before === "ascending" : head.classList.contains("mx-num");
        order(table, head, isDown);
        remember((isDown ? "-" : "") + name);
      }, { class: "mx-sort" });
      button.append(...head.childNodes);
      head.append(button);
    });

    /* The order that the address says; without one, that of the page. */
    function open() {
      if (!document.contains(table)) {
        removeEventListener("popstate", open);
        return;
      }
      const wanted = new URLSearchParams(location.search).get("sort") || "";
      const head = heads.find((one) => nameOf(one) === wanted.replace(/^-/, ""));
      if (head) {
        order(table, head, wanted[0] === "-");
        return;
      }
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      body.append(...made);
      if (wanted) self.maestroLeft([["sort", wanted]], place.querySelector(".mx-found"));
    }
    addEventListener("popstate", open);
    open();
  }

  document.querySelectorAll("[data-mx-sort]").forEach(setUp);
})();
