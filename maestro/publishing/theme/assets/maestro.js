/* What scripts of every page need: elements and the address. And tables that a phone and a keyboard
   can read; without this script they are plain tables. */
(function () {
  "use strict";

  function fill(element, attributes, children) {
    Object.entries(attributes || {}).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
  }

  /* An element; texts become text nodes, nothing is ever read as HTML. */
  function make(tag, attributes, ...children) {
    return fill(document.createElement(tag), attributes, children);
  }

  function draw(tag, attributes, ...children) {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  }

  function button(words, act, attributes) {
    const made = make("button", { type: "button", ...attributes }, words);
    made.addEventListener("click", act);
    return made;
  }

  function control(label, element) {
    return make("label", { class: "mx-control" }, make("span", {}, label), element);
  }

  /* Puts a query into the page's address: in place of the old one, or as a step to go back from.
     Some browsers refuse it for a page opened from disk; the page works all the same. */
  function keep(query, isStep) {
    const text = query.toString().replaceAll("%2C", ",");
    const address = location.pathname + (text ? "?" + text : "") + location.hash;
    try {
      history[isStep ? "pushState" : "replaceState"](history.state, "", address);
    } catch (refused) { return; }
  }

  self.maestro = { make, draw, button, control, keep };

  const phone = matchMedia("(max-width: 44.984375em)");

  /* Names each cell after its column, for the narrow layout; the roles keep it a table for
     screen readers when the layout is a list. */
  function stack(table) {
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.label || cell.textContent);
    if (names.length < 3) return;
    /* A table of few columns fits a tablet; a wider one is a list there, too. */
    const fold = () => table.classList.toggle("mx-stack", names.length > 5 || phone.matches);
    phone.addEventListener("change", fold);
    fold();
    table.setAttribute("role", "table");
    [...table.querySelectorAll("thead, tbody")].forEach((p) => p.setAttribute("role", "rowgroup"));
    [...table.rows].forEach((row) => {
      row.setAttribute("role", "row");
      [...row.cells].forEach((cell, index) => {
        cell.setAttribute("role", cell.tagName === "TH" ? "columnheader" : "cell");
        cell.dataset.label = names[index] || "";
        if (cell.tagName === "TH" || index === 0) return;
        cell.append(make("div", {}, ...cell.childNodes));
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

  /* Each heading leads to itself, as in the theme, without a link in the file of every page. */
  function anchor(heading) {
    if (heading.querySelector(".headerlink")) return;
    const title = "Link to this section";
    heading.append(make("a", { class: "headerlink", href: `#${heading.id}`, title }, "\u00b6"));
  }

  addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".mx-table").forEach(stack);
    document.querySelectorAll("article :is(h1, h2, h3, h4)[id]").forEach(anchor);
  });
  addEventListener("load", () => {
    reach();
    /* The theme's button of each piece of code stands in a landmark of its own: too many of them. */
    document.querySelectorAll("nav.md-code__nav").forEach((box) => box.setAttribute("role", "group"));
  });
  addEventListener("resize", reach);
})();
