/* How the planner's answers are said and drawn: sentences, bars and tables made of plain nodes.
   All texts of records become text nodes. The words are those of `maestro predict`. */
(function () {
  "use strict";
  const { make, draw } = self.maestro;
  const { grouped, percent, NOT_ENOUGH } = self.mxForecast;
  const TITLES = {
    duration: "Duration", cost: "Cost", success: "Success score", chance: "Chance of success",
  };
  const FIELDS = {
    data_rows: "rows of data", reuse: "how many pieces it reuses",
    usual_reuse: "how much its team usually reuses", start_date: "when it starts",
    problem_class: "its problem class", team_size: "size of the team",
  };
  const NO_RANGE = "a chance has no range: its formula gives one number, and none is known for how " +
    "far that may be off; how such chances did stands below, in the table of what the answers rest on";
  const LITTLE = 10;
  const SHARES = { 0.5: "half", 0.8: "eight of ten", 0.9: "nine of ten", 0.95: "nineteen of twenty" };

  /* -- nodes -------------------------------------------------------------------------------- */

  const small = (...children) => make("p", { class: "mx-small" }, ...children);
  const absent = (text) => make("p", { class: "mx-missing" }, sentence(text));

  /* A link; a plain text without an address. */
  const link = (href, text) => (href ? make("a", { href }, text) : text);

  /* A head that begins with > stands above numbers. */
  function table(label, heads, rows) {
    const names = heads.map((head) => head.replace(">", ""));
    const kinds = heads.map((head) => (head[0] === ">" ? "mx-num" : ""));
    const row = (cells) => make("tr", {}, ...cells);
    return make("div", { class: "mx-scroll", tabindex: "0", role: "region", "aria-label": label },
      make("table", { class: "mx-table mx-stack" },
        make("thead", {}, row(names.map(
          (name, at) => make("th", { scope: "col", class: kinds[at] }, name)))),
        make("tbody", {}, ...rows.map((cells) => row(cells.map((cell, at) =>
          make("td", { class: kinds[at], "data-label": names[at] }, make("div", {}, cell))))))));
  }

  /* -- numbers ------------------------------------------------------------------------------ */

  /* What is shown as 0.0 is nothing that could be seen. */
  const isSeen = (text) => /[1-9]/.test(text);

  function fixed(value, digits) {
    /* As published, with six digits: of 57.49999999999999 the half is meant. */
    const text = grouped((+Math.abs(value).toPrecision(6)).toFixed(digits));
    return (value < 0 && isSeen(text) ? "\u2212" : "") + text;
  }
  function exact(value, unit) {
    return fixed(value, Math.abs(value) < 10 && unit !== "%" && unit !== "points" ? 1 : 0);
  }
  /* What is predicted has no more digits than say something. */
  const plain = (value, unit) =>
    exact(Math.abs(value) < 1000 ? value : +value.toPrecision(3), unit);
  const amount = (value, unit) => plain(value, unit) + " " + unit;
  const ends = ({ lo, hi, unit }) => `${plain(lo, unit)} to ${plain(hi, unit)}`;
  const told = (row) => amount(row.value, row.unit) + (row.lo === null ? "" : ` (${ends(row)})`);
  const signed = (value) => (value > 0 ? "+" : "") + plain(value, "each");
  const plural = (count, one) => fixed(count, 0) + " " + one + (count === 1 ? "" : "s");
  const sentence = (text) => text.slice(0, 1).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
  const titlesOf = (targets) => targets.map((target) => TITLES[target].toLowerCase()).join(", ");

  const answered = (rows) => rows.filter((row) => row.value !== null);

  /* A range from so few says more than is known. */
  const isLittle = (row) => row.n < LITTLE;

  /* The number in bold and what follows it, as `maestro predict` says it. */
  function sized(row) {
    const share = SHARES[row.level] || percent(row.level);
    const isPoints = row.unit === "points" && row.lo !== null;
    const number = isPoints ? plain(row.value, row.unit) + " of 100" : amount(row.value, row.unit);
    if (row.lo === null) {
      return [number, row.base_rate === null ? "" : ` (base rate ${percent(row.base_rate)})`];
    }
    if (isLittle(row)) {
      return [number, `; too few finished projects (${row.n}) to say how far it may be off`];
    }
    if (isPoints) return [number, ` (${share} lie in ${ends(row)})`];
    const verb = row.target === "cost" ? "cost" : "take";
    return [number, `; ${share} projects like this ${verb} ${ends(row)}`];
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
  function ranges(title, rows) {
    const { unit } = rows[0], most = Math.max(...rows.flatMap((row) => [row.value, row.hi]));
    const high = unit === "points" || unit === "%" ? 100 : most * 1.04 || 1;
    const height = rows.length * 24 + 28;
    const x = (value) => 124 + 342 * value / high;
    const said = rows.map((row) => `${row.name} ${told(row)}`).join(", ");
    const ticks = ticksOf(high).flatMap((tick) => [
      draw("line", {
        class: tick ? "mx-grid" : "mx-axis", x1: x(tick), x2: x(tick), y1: 4, y2: height - 22,
      }),
      draw("text", { x: x(tick), y: height - 6, "text-anchor": "middle" },
        fixed(tick, high < 4 ? 1 : 0)),
    ]);
    const bars = rows.map(({ name, cls, value, lo, hi }, place) => {
      const y = 16 + 24 * place;
      return draw("g", { class: cls },
        draw("text", { x: 112, y: y + 4, "text-anchor": "end" }, name),
        ...(lo === null ? [] : [draw("rect", {
          class: "mx-bar", x: x(lo), y: y - 5, height: 10, rx: 5, width: Math.max(x(hi) - x(lo), 2),
        })]),
        draw("circle", { class: "mx-mark", cx: x(value), cy: y, r: 5 }));
    });
    return make("figure", { class: "mx-figure" }, draw("svg",
      { class: "mx-chart mx-ranges", viewBox: `0 0 480 ${height}`, role: "img" },
      draw("title", {}, `${title}: ${said}`), ...ticks, ...bars));
  }

  /* A plain length from zero for a table's cell. */
  function length(title, value, most) {
    const zero = 90, width = 82 * value / most;
    return draw("svg", { class: "mx-chart mx-interval", viewBox: "0 0 180 20", role: "img" },
      draw("title", {}, title),
      draw("line", { class: "mx-axis", x1: 8, x2: 172, y1: 10, y2: 10 }),
      draw("rect", {
        class: "mx-length", x: zero + Math.min(width, 0), y: 5, height: 10, rx: 2,
        width: Math.max(Math.abs(width), 1),
      }),
      draw("line", { class: "mx-zero", x1: zero, x2: zero, y1: 1, y2: 19 }));
  }

  /* -- the parts of the answer -------------------------------------------------------------- */

  function drivers(row, { pageOf, effectOf }) {
    const typical = `from ${amount(row.typical, row.unit)} of the typical project`;
    const seen = row.drivers.filter(({ effect }) => isSeen(signed(effect)));
    if (!seen.length) {
      return [small(`Nothing that is filled in moves it ${typical} by more than 0.05 ${row.unit}.`)];
    }
    const most = Math.max(...seen.map(({ effect }) => Math.abs(effect)));
    const rows = seen.map(({ name, effect }) => {
      const isPiece = /[-@]/.test(name) && !name.startsWith("role ");
      const title = isPiece ? name : FIELDS[name] || name.replace(/_/g, " ");
      const past = isPiece && row.unit === "points" && effectOf(name);
      const told = past ? [make("div", { class: "mx-small" }, past)] : [];
      return [make("div", {}, link(pageOf(name), title), ...told), length(`${title}: ${signed(effect)}`, effect, most),
        `${signed(effect)} ${row.unit}`];
    });
    return [
      small(`What moves it, ${typical}:`),
      table("What moves it: " + TITLES[row.target], ["What", "Less or more", ">By how much"], rows)];
  }

  const size = (value) => (value > 0 ? "+" : "") + fixed(value, 1);

  /* What past projects tell of a piece, its effect with the range. */
  function effectOf(piece) {
    if (!piece.users) return "no finished project used it";
    const { impact, impact_lo: low, impact_hi: high, impact_label: label, impact_grade: grade } = piece;
    const sized = (value, lo, hi) =>
      `${size(value)} points` + (lo === null ? ", " : ` (${size(lo)} to ${size(hi)}), `);
    const gone = piece.status === "deprecated" ? "deprecated; " : "";
    const about = `${gone}${piece.kind}, in ${plural(piece.users, "finished project")}; `;
    if (impact !== null) {
      return about + sized(impact, low, high) + label + (grade && `, ${grade} evidence`);
    }
    if (!piece.impact_earlier) return `${about}effect: ${label}`;
    const [version, value, lo, hi, said] = piece.impact_earlier;
    return `${about}${version}: ${sized(value, lo, hi)}${said}; ${piece.versions[0]}: ${label}`;
  }

  /* One outcome: the number in words, its range beside that of all, what it rests on. */
  function card(row, model, about) {
    const { kept } = about;
    const title = TITLES[row.target], drawn = [], notes = [], found = [];
    if (row.value === null) {
      found.push(absent([...new Set([row.label, ...row.doubts])].filter(Boolean).join(": ")));
    } else {
      const [number, rest] = sized(row);
      found.push(make("p", { class: "mx-says" }, make("strong", {}, number), rest + "."));
      if (row.target === "chance") notes.push(NO_RANGE);
      drawn.push({ ...row, name: "this project", cls: "mx-up", ...(isLittle(row) && { lo: null }) });
    }
    if (kept && kept.value !== null) drawn.push({ ...kept, name: "the kept one", cls: "mx-kept" });
    if (model.value !== null && row.target !== "chance") {
      drawn.push({ ...model, name: "all finished", cls: "mx-open" });
      notes.push(`all finished projects: ${told(model)}`);
    } else if (row.base_rate !== null) {
      const value = 100 * row.base_rate;
      drawn.push({ name: "base rate", cls: "mx-open", value, lo: null, hi: null, unit: row.unit });
    }
    if (drawn.length) found.push(ranges(title, drawn));
    if (kept) found.push(small(`The kept answer: ${kept.value === null ? "none" : told(kept)}.`));
    if (row.value !== null) {
      notes.push(`${about.worth}, from ${plural(row.n, "finished project")}`);
      notes.push(...row.doubts);
    }
    found.push(small(notes.map(sentence).join(" ")));
    if (row.value !== null && row.typical !== null) found.push(...drivers(row, about));
    return make("section", { class: "mx-outcome" }, make("h3", {}, title), ...found);
  }

  /* Each note once, with the outcomes that have it; those that differ in what was seen only
     become one. */
  function merged(rows, name) {
    const found = new Map();
    rows.forEach((row) => row[name].forEach((note) => {
      const [, head, seen] = /^(.* outside what was seen) \((.*)\)/.exec(note) || [0, note];
      if (!found.has(head)) found.set(head, { seen: new Set(), targets: [] });
      const one = found.get(head);
      one.targets.push(row.target);
      if (seen) one.seen.add(seen);
    }));
    return [...found].map(([head, { seen, targets }]) =>
      [head + (seen.size ? ` (${[...seen].join(" or ")})` : ""), targets]);
  }

  /* What lies outside the data seen, once for all outcomes that say so. */
  function warnings(rows) {
    const counted = answered(rows);
    const far = rows.flatMap((row) => row.doubts).map((note) => note.split(" far outside")[0]);
    return merged(counted, "warnings").filter(([note]) =>
      !note.startsWith("base rate") && !far.includes(note.split(" outside")[0]))
      .map(([note, targets]) =>
        sentence(note) + (targets.length < counted.length ? ` (${titlesOf(targets)})` : ""));
  }

  /* The answer in so few words that it may stand beside the form. */
  const brief = (rows) => answered(rows).map((row) => sized(row)[0]).join(" \u00b7 ");

  /* The whole answer in one paragraph. */
  function says(rows, known) {
    const like = known.filter(Boolean).join(", ") || "nothing is known of it yet";
    const made = [`Projects like this (${like}). `];
    answered(rows).forEach((row) => {
      const [number, rest] = sized(row);
      made.push(TITLES[row.target] + ": ", make("strong", {}, number),
        rest.replace(" projects like this", "") + ". ");
    });
    const far = rows.filter((row) => row.value === null && row.doubts.length);
    if (far.length) {
      made.push(`No answer for ${titlesOf(far.map((row) => row.target))}: `,
        merged(far, "doubts").map(([note]) => note).join("; "), ".");
    }
    return made;
  }

  function similar(found, { base, currency }) {
    if (!found.length) {
      return absent("None so far: say its class, complexity, team size or pieces");
    }
    const number = (value, why, unit) => (value !== null
      ? exact(value, unit) + (unit === "points" ? "" : " " + unit)
      : make("span", { class: "mx-missing" }, why));
    const rows = found.map((one) => [
      make("div", {}, link(base + one.page, one.title), make("div", { class: "mx-small" },
        `${fixed(one.score, 2)} alike: ${one.shared.slice(0, 3).join("; ")}`)),
      number(one.duration, one.status === "done" ? "not known" : "abandoned", "days"),
      number(one.success, "no score", "points"),
      number(one.cost, "not recorded", currency),
    ]);
    return table("Similar finished projects",
      ["Project", ">Took", ">Success, of 100", ">Cost"], rows);
  }

  self.mxAnswer = {
    absent, brief, card, effectOf, fixed, link, plural, says, similar, warnings, TITLES,
  };
})();
