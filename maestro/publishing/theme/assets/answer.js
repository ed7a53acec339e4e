/* How the planner's answers are said and drawn: sentences, bars and tables made of plain nodes.
   All texts of records go through textContent. The words are those of `maestro predict`. */
(function () {
  "use strict";
  const { NOT_ENOUGH } = window.mxForecast;
  const SVG = "http://www.w3.org/2000/svg";
  const MINUS = "\u2212";
  const TITLES = {
    duration: "Duration", cost: "Cost", success: "Success score", chance: "Chance of success",
  };
  const FIELDS = {
    data_rows: "rows of data", reuse: "how many pieces it reuses",
    usual_reuse: "how much its team usually reuses", start_date: "when it starts",
    problem_class: "its problem class", team_size: "size of the team",
  };
  const SHARES = { 0.5: "half", 0.8: "eight of ten", 0.9: "nine of ten", 0.95: "nineteen of twenty" };

  /* -- nodes -------------------------------------------------------------------------------- */

  function el(tag, attributes, ...children) {
    const made = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([name, value]) => made.setAttribute(name, value));
    made.append(...children);
    return made;
  }

  function svg(tag, attributes, text) {
    const made = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /* A link to a page of this site; a plain text without one. */
  function link(base, page, text) {
    return page && /^[a-z0-9][a-z0-9._/-]*\.html$/.test(page)
      ? el("a", { href: base + page }, text) : document.createTextNode(text);
  }

  function table(label, heads, rows) {
    const head = el("tr", {}, ...heads.map((name) => el("th",
      name.startsWith(">") ? { scope: "col", class: "mx-num" } : { scope: "col" },
      name.replace(/^>/, ""))));
    const body = rows.map((cells) => el("tr", {}, ...cells.map((cell, at) => {
      const made = el("td", heads[at].startsWith(">") ? { class: "mx-num" } : {}, el("div", {}, cell));
      made.dataset.label = heads[at].replace(/^>/, "");
      return made;
    })));
    return el("div", { class: "mx-scroll", tabindex: "0", role: "region", "aria-label": label },
      el("table", { class: "mx-table mx-stack" }, el("thead", {}, head), el("tbody", {}, ...body)));
  }

  /* -- numbers ------------------------------------------------------------------------------ */

  function fixed(value, digits) {
    const [ones, rest] = Math.abs(value).toFixed(digits).split(".");
    const text = ones.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? "." + rest : "");
    return (value < 0 && /[1-9]/.test(text) ? MINUS : "") + text;
  }
  function plain(value, unit) {
    return fixed(value, Math.abs(value) < 10 && unit !== "%" && unit !== "points" ? 1 : 0);
  }
  const amount = (value, unit) => plain(value, unit) + " " + unit;
  const signed = (value) => (value > 0 ? "+" : "") + plain(value, "each");
  const percent = (share) => fixed(100 * share, 0) + " %";
  const plural = (count, one) => fixed(count, 0) + " " + one + (count === 1 ? "" : "s");
  const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
  const sentence = (text) => capital(text) + (/[.!?]$/.test(text) ? "" : ".");
  const baseOf = (row) => (row.base_rate === null ? "" : `base rate ${percent(row.base_rate)}`);

  /* The number in bold and what follows it, as `maestro predict` says it. */
  function sized(row) {
    const share = SHARES[row.level] || percent(row.level);
    if (row.lo === null) {
      const base = row.target === "chance" && baseOf(row);
      return [amount(row.value, row.unit), base ? ` (${base})` : ""];
    }
    const ends = `${plain(row.lo, row.unit)} to ${plain(row.hi, row.unit)}`;
    if (row.unit === "points") {
      return [`${plain(row.value, "points")} of 100`, ` (${share} lie in ${ends})`];
    }
    const verb = row.target === "cost" ? "cost" : "take";
    return [amount(row.value, row.unit), `; ${share} projects like this ${verb} ${ends}`];
  }

  function worth(label, target) {
    const than = target === "chance" ? "base rate" : "median";
    const luck = { evidence: "hardly by luck", "some evidence": "perhaps by luck" }[label];
    if (luck) return `beats the ${than}, ${luck}`;
    return label === NOT_ENOUGH ? `${NOT_ENOUGH} that it beats the ${than}` : label;
  }

  /* -- drawings ----------------------------------------------------------------------------- */

  function ticksOf(high) {
    const rough = high / 4, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((size) => size >= rough);
    const found = [];
    for (let at = 0; at <= high; at += step) found.push(at);
    return found;
  }

  /* Ranges below each other on one axis from zero, each with its name. */
  function ranges(title, unit, rows) {
    const most = Math.max(...rows.map((row) => Math.max(row.value, row.hi || 0)));
    const high = unit === "points" || unit === "%" ? 100 : most * 1.04 || 1;
    const height = rows.length * 24 + 28, left = 124, wide = 342;
    const at = (value) => left + wide * value / high;
    const drawing = svg("svg", {
      class: "mx-chart mx-ranges", viewBox: `0 0 480 ${height}`, role: "img",
    });
    const said = rows.map((row) => `${row.name} ${plain(row.value, unit)}` +
      (row.lo === null ? "" : ` (${plain(row.lo, unit)} to ${plain(row.hi, unit)})`)).join(", ");
    drawing.append(svg("title", {}, `${title} in ${unit}: ${said}`));
    ticksOf(high).forEach((tick) => {
      const x = at(tick);
      drawing.append(
        svg("line", { class: tick ? "mx-grid" : "mx-axis", x1: x, x2: x, y1: 4, y2: height - 22 }),
        svg("text", { x, y: height - 6, "text-anchor": "middle" }, fixed(tick, high < 4 ? 1 : 0)));
    });
    rows.forEach((row, place) => {
      const y = 16 + 24 * place, group = svg("g", { class: row.cls });
      group.append(svg("text", { x: left - 12, y: y + 4, "text-anchor": "end" }, row.name));
      if (row.lo !== null) {
        group.append(svg("rect", {
          class: "mx-bar", x: at(row.lo), y: y - 5, height: 10, rx: 5,
          width: Math.max(at(row.hi) - at(row.lo), 2),
        }));
      }
      group.append(svg("circle", { class: "mx-mark", cx: at(row.value), cy: y, r: 5 }));
      drawing.append(group);
    });
    return el("figure", { class: "mx-figure" }, drawing);
  }

  /* A plain length from zero for a table's cell. */
  function length(title, value, most) {
    const zero = 90, end = 90 + 82 * value / most;
    const drawing = svg("svg", { class: "mx-chart mx-interval", viewBox: "0 0 180 20", role: "img" });
    drawing.append(
      svg("title", {}, title),
      svg("line", { class: "mx-axis", x1: 8, x2: 172, y1: 10, y2: 10 }),
      svg("rect", {
        class: "mx-length", x: Math.min(zero, end), y: 5, height: 10, rx: 2,
        width: Math.max(Math.abs(end - zero), 1),
      }),
      svg("line", { class: "mx-zero", x1: zero, x2: zero, y1: 1, y2: 19 }));
    return drawing;
  }

  /* -- the parts of the answer -------------------------------------------------------------- */

  function driverTitle(name) {
    return /[-@]/.test(name) && !name.startsWith("role ") ? name
      : FIELDS[name] || name.replace(/_/g, " ");
  }

  function drivers(row, base, pageOf) {
    const most = Math.max(...row.drivers.map((one) => Math.abs(one.effect)));
    /* What would be shown as 0.0 moves nothing that is shown. */
    const shown = row.drivers.filter((one) => /[1-9]/.test(signed(one.effect)));
    const rows = shown.map((one) => {
      const title = driverTitle(one.name);
      return [link(base, pageOf(one.name), title),
        length(`${title}: ${signed(one.effect)}`, one.effect, most),
        `${signed(one.effect)} ${row.unit}`];
    });
    return el("div", {},
      el("p", { class: "mx-small" },
        `What moves it, from ${amount(row.typical, row.unit)} of the typical project:`),
      table("What moves it: " + TITLES[row.target],
        ["What", "Less or more", ">By how much"], rows));
  }

  function compared(row, kept) {
    if (kept.value === null || row.value === null) {
      return `The kept answer: ${kept.value === null ? "none" : amount(kept.value, row.unit)}.`;
    }
    const apart = row.value - kept.value, unit = row.unit === "%" ? "points" : row.unit;
    const size = amount(Math.abs(apart), unit);
    const same = plain(apart, unit) === plain(0, unit);
    const more = same ? "about the same" : `${size} ${apart > 0 ? "more" : "less"}`;
    return `The kept answer: ${amount(kept.value, row.unit)}; this one is ${more}.`;
  }

  /* One outcome: the number in words, its range beside that of all, what it rests on. */
  function card(row, model, context) {
    const found = el("section", { class: "mx-outcome" }, el("h3", {}, TITLES[row.target]));
    const usual = model.value, unit = row.unit;
    if (row.value === null) {
      const why = sentence([...new Set([row.label, ...row.doubts])].filter(Boolean).join(": "));
      found.append(el("p", { class: "mx-missing" }, why));
    } else {
      const [number, rest] = sized(row);
      found.append(el("p", { class: "mx-says" }, el("strong", {}, number), rest + "."));
    }
    const drawn = row.value === null ? []
      : [{ name: "this project", cls: "mx-up", value: row.value, lo: row.lo, hi: row.hi }];
    if (context.kept && context.kept.value !== null) {
      const { value, lo, hi } = context.kept;
      drawn.push({ name: "the kept one", cls: "mx-kept", value, lo, hi });
    }
    if (usual !== null && row.target !== "chance") {
      drawn.push({ name: "all finished", cls: "mx-open", value: usual, lo: model.lo, hi: model.hi });
    } else if (row.base_rate !== null) {
      const value = 100 * row.base_rate;
      drawn.push({ name: "base rate", cls: "mx-open", value, lo: null, hi: null });
    }
    if (drawn.length) found.append(ranges(TITLES[row.target], unit, drawn));
    if (context.kept) found.append(el("p", { class: "mx-small" }, compared(row, context.kept)));
    const notes = [];
    if (usual !== null && row.target !== "chance") {
      notes.push(`all finished projects: ${amount(usual, unit)}` + (model.lo === null ? ""
        : ` (${plain(model.lo, unit)} to ${plain(model.hi, unit)})`));
    }
    if (row.value !== null) {
      notes.push(`${worth(row.label, row.target)}, from ${plural(row.n, "finished project")}`);
      notes.push(...row.doubts);
    }
    found.append(el("p", { class: "mx-small" }, notes.map(sentence).join(" ")));
    if (row.drivers.length) found.append(drivers(row, context.base, context.pageOf));
    return found;
  }

  /* What lies outside the data seen, once for all outcomes that say so. */
  function warnings(rows) {
    const found = new Map();
    rows.forEach((row) => row.warnings.forEach((note) => {
      if (note.startsWith("base rate")) return;
      found.set(note, [...(found.get(note) || []), TITLES[row.target].toLowerCase()]);
    }));
    const counted = rows.filter((row) => row.value !== null).length;
    return [...found].map(([note, of]) =>
      sentence(note) + (of.length < counted ? ` (${of.join(", ")})` : ""));
  }

  /* The whole answer in one paragraph. */
  function says(rows, brief) {
    const known = [brief.classTitle, brief.complexity && `complexity ${brief.complexity}`,
      brief.team && `team of ${brief.team}`].filter(Boolean);
    const made = [`Projects like this (${known.join(", ") || "nothing is known of it yet"}). `];
    rows.filter((row) => row.value !== null).forEach((row) => {
      const [number, rest] = sized(row);
      made.push(TITLES[row.target] + ": ", el("strong", {}, number), rest.replace(
        / projects like this/, "") + ". ");
    });
    const none = rows.filter((row) => row.value === null);
    const far = none.filter((row) => row.doubts.length);
    if (far.length) {
      const of = far.map((row) => TITLES[row.target].toLowerCase()).join(", ");
      made.push(`No answer for ${of}: `, [...new Set(far.flatMap((row) => row.doubts))].join("; "), ".");
    }
    return made;
  }

  function similar(found, past, context) {
    if (!found.length) {
      return el("p", { class: "mx-missing" }, "None is like it as far as it is known: say its " +
        "class, complexity, team size or pieces.");
    }
    const missing = (text) => el("span", { class: "mx-missing" }, text);
    const number = (value, unit, why) => (value === null ? missing(why) : amount(value, unit));
    const rows = found.map(({ at, score, shared }) => [
      el("div", {}, link(context.base, past.page[at], past.title[at]), el("div", { class: "mx-small" },
        `${fixed(score, 2)} alike: ${shared.slice(0, 3).join("; ")}`)),
      number(past.duration[at], "days", past.status[at] === "done" ? "not known" : "abandoned"),
      past.success[at] === null ? missing("no score") : plain(past.success[at], "points"),
      number(past.cost[at], context.currency, "not recorded"),
    ]);
    return table("Similar finished projects",
      ["Project", ">Took", ">Success, of 100", ">Cost"], rows);
  }

  window.mxAnswer = {
    TITLES, card, el, fixed, link, plain, plural, says, sentence, similar, table, warnings,
  };
})();
