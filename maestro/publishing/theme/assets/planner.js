/* The planner's form: what is filled in stands in the page's address, is evaluated here, and can be
   copied as a record. The data stand in planner/data.js, the formulas' evaluator in forecast.js. */
(function () {
  "use strict";
  const root = document.querySelector("[data-mx-planner]"), data = self.mxPlanner;
  if (!root || !root.hidden || !data) return;
  const { alike, forecast, nameOf, NOT_ENOUGH } = self.mxForecast;
  const { absent, brief: inShort, card, fixed, link, plural, says, similar, warnings } = self.mxAnswer;
  const { make, button, keep } = self.maestro;
  const ORDER = ["duration", "cost", "success", "chance"];
  const PLAN = ["class", "complexity", "team-size", "rows", "domain", "owner", "started", "reuse"];
  const ALL = [...PLAN, "with", "role"];
  const FIELDS = [...PLAN, "name", "description"];
  const REFERENCE = /^[a-z0-9-]+(@\d+\.\d+\.\d+[\w.-]*)?$/;
  const NAME = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;
  const WORDS = {
    with: "pieces", role: "roles", rows: "rows of data", "team-size": "team size",
    class: "problem class", owner: "team", started: "first day", reuse: "other pieces",
  };
  const MOST = { "team-size": 1000, rows: 1e12 };
  const OFFERED = 6, HELPS = 5, WAIT = 150;
  const base = root.dataset.base, form = root.querySelector("form");
  const part = (name) => root.querySelector(`[data-mx-${name}]`);
  const field = (name) => root.querySelector(`[name="${name}"]`);
  const roles = [...root.querySelectorAll("[data-mx-role]")];
  const models = new Map(data.models.map((model) => [model.subject, model]));
  const formulas = new Map(data.formulas.map((formula) => [formula.target, formula]));
  const currency = (models.get("cost") || {}).unit || "";
  const pieces = new Map((data.pieces.name || []).map((name, at) => {
    const piece = { users: data.projects.uses.filter((names) => names.includes(name)).length };
    Object.entries(data.pieces).forEach(([column, values]) => { piece[column] = values[at]; });
    return [name, piece];
  }));
  let chosen = [], kept = "", keptRows = [], timer = 0;

  /* -- what is filled in -------------------------------------------------------------------- */

  /* A whole number from 1 on; null for all else. */
  const whole = (text, most) => (/^\d+$/.test(text) && +text >= 1 && +text <= most ? +text : null);

  const day = (text) => (/^(20\d\d|2100)-\d\d-\d\d$/.test(text) && Date.parse(text) &&
    new Date(text).toISOString().startsWith(text) ? text : null);

  /* What a field may hold, where the value is not that. */
  function faultOf(name, value) {
    const { options } = field(name);
    if (options) {
      if ([...options].some((option) => option.value === value)) return "";
      return name === "complexity" ? "one of 1 to 10" : "known here";
    }
    if (name === "started") return day(value) ? "" : "a day as 2027-03-01";
    const most = MOST[name];
    return most && !whole(value, most) ? `a whole number from 1 to ${fixed(most, 0)}` : "";
  }

  const leftOut = (what, fault) => `Left out: ${what.slice(0, 80)} is not ${fault}.`;

  /* Takes what may not be out of a plan; the reasons, one for each. */
  function cleaned(brief) {
    return FIELDS.flatMap((name) => {
      const value = brief[name], isBad = field(name).validity.badInput && !value;
      const fault = (value || isBad) && faultOf(name, value);
      if (!fault) return [];
      brief[name] = "";
      return leftOut(`${WORDS[name] || name} ${value}`.trim(), fault);
    });
  }

  /* A reference as the command takes it: a name alone stands for the present version. */
  function referenceOf(text) {
    const known = pieces.get(text);
    return known && known.versions.length ? `${text}@${known.versions[0]}` : text;
  }

  function read() {
    const brief = { with: chosen, role: [], left: [] };
    FIELDS.forEach((name) => { brief[name] = field(name).value.trim(); });
    roles.forEach((input) => {
      const people = whole(input.value, 1000);
      if (people) brief.role.push(`${input.dataset.mxRole}:${people}`);
    });
    brief.left = cleaned(brief);
    return brief;
  }

  function queryOf(brief, fields) {
    const query = new URLSearchParams();
    fields.forEach((name) => { if (brief[name]) query.set(name, brief[name]); });
    brief.with.forEach((use) => query.append("with", use));
    brief.role.forEach((role) => query.append("role", role));
    return query;
  }

  function briefOf(text) {
    const query = new URLSearchParams(text), brief = {};
    FIELDS.forEach((name) => { brief[name] = (query.get(name) || "").trim(); });
    brief.left = cleaned(brief);
    const those = (name, isGood, why) => query.getAll(name).filter((value) =>
      isGood(value) || !brief.left.push(leftOut(value, why)));
    const uses = those("with", (use) => {
      const known = pieces.get(nameOf(use)), version = use.slice(nameOf(use).length + 1);
      return REFERENCE.test(use) && (!known || !version || known.versions.includes(version));
    }, "a piece in a known version").map(referenceOf);
    brief.with = [...new Map(uses.map((use) => [nameOf(use), use])).values()];
    brief.role = those("role", (role) => {
      const [name, people] = role.split(":");
      return roles.some((input) => input.dataset.mxRole === name) && whole(people || "", 1000);
    }, "a known role with its people");
    return brief;
  }

  function fill(brief) {
    FIELDS.forEach((name) => {
      field(name).value = brief[name];
    });
    const people = new Map(brief.role.map((role) => role.split(":")));
    roles.forEach((input) => { input.value = people.get(input.dataset.mxRole) || ""; });
    if (people.size && roles.length) roles[0].closest("details").open = true;
    chosen = brief.with;
  }

  /* The project as the formulas take it; null is what is not known. */
  function plannedOf(brief) {
    const isAll = brief.reuse === "none";
    const uses = brief.with.length ? [...brief.with].sort() : isAll ? [] : null;
    return {
      team: brief.owner || null, problem_class: brief.class || null, domain: brief.domain || null,
      complexity: whole(brief.complexity, 10), team_size: whole(brief["team-size"], 1000),
      data_rows: whole(brief.rows, 1e12), started: day(brief.started), uses, is_active: false,
      may_use_more: uses !== null && !isAll,
      roles: brief.role.length ? brief.role.map((role) => role.split(":")[0]).sort() : null,
    };
  }

  /* -- the answer --------------------------------------------------------------------------- */

  function answersOf(brief) {
    const planned = plannedOf(brief);
    return ORDER.filter((target) => models.has(target)).map((target) => {
      const formula = formulas.get(target), model = models.get(target);
      return formula ? forecast(formula, planned) : {
        ...model, target, value: null, drivers: [], warnings: [], doubts: model.quality,
        base_rate: null,
      };
    });
  }

  /* The plan to compare with, as it stands in the address; its answer is asked for once. */
  function keepPlan(text) {
    kept = text;
    keptRows = text ? answersOf(briefOf(text)) : [];
  }

  const pageOf = (name) => (pieces.has(name) ? pieces.get(name).page : "");
  const size = (value) => (value > 0 ? "+" : "") + fixed(value, 1);

  function effectOf(piece) {
    if (!piece) return "no finished project used it";
    const { impact, impact_lo: low, impact_hi: high, impact_label: label, impact_grade: grade } = piece;
    const sized = (value, lo, hi) =>
      `${size(value)} points` + (lo === null ? ", " : ` (${size(lo)} to ${size(hi)}), `);
    const gone = piece.status === "deprecated" ? "deprecated; " : "";
    const about = `${gone}${piece.kind}, in ${plural(piece.users, "finished project")}; `;
    if (impact === null) {
      if (!piece.impact_earlier) return `${about}effect: ${label}`;
      const [version, value, lo, hi, said] = piece.impact_earlier;
      return `${about}${version}: ${sized(value, lo, hi)}${said}; ${piece.versions[0]}: ${label}`;
    }
    return about + sized(impact, low, high) + label + (grade && `, ${grade} evidence`);
  }

  /* Pieces with a measured effect that would move this forecast of success up most, alone: by what
     the answer changes when they are added. */
  function helpful(brief) {
    const formula = formulas.get("success");
    if (!formula || formula.label === NOT_ENOUGH || !formula.weights.length) {
      return absent(part("helps").dataset.mxHelps);
    }
    const taken = brief.with.map(nameOf), chance = formulas.get("chance");
    const valueWith = (more, of) =>
      forecast(of, plannedOf({ ...brief, with: [...brief.with, ...more] }), true).value;
    const before = valueWith([], formula);
    if (before === null) return absent("no answer for success");
    const measured = [...pieces.values()].filter((piece) => piece.impact !== null &&
      piece.status !== "deprecated" && !taken.includes(piece.name));
    const found = measured.map((piece) => [piece, valueWith([referenceOf(piece.name)], formula) - before])
      .filter(([, more]) => more >= 0.05).sort((a, b) => b[1] - a[1]).slice(0, HELPS);
    if (!found.length) {
      return absent("no other piece with a measured effect would move it up");
    }
    const chances = (more) => fixed(valueWith(more, chance), 0) + " %";
    const also = (piece) => (chance
      ? `; chance of success ${chances([])} to ${chances([referenceOf(piece.name)])}` : "");
    const items = found.map(([piece, more]) => {
      const add = button("Add", () => choose(referenceOf(piece.name)), {
        class: "mx-button", "aria-label": `Add ${piece.name}`,
      });
      return make("li", {}, add, make("div", {}, link(base, piece.page, piece.name), ": ",
        make("strong", {}, `${size(more)} points`), " in this forecast" + also(piece),
        make("div", { class: "mx-small" }, effectOf(piece))));
    });
    return make("ul", { class: "mx-list mx-helps" }, ...items);
  }

  function show(left) {
    const brief = read(), planned = plannedOf(brief), rows = answersOf(brief);
    const option = field("class").selectedOptions[0];
    const made = make("p", {}, ...says(rows, [
      brief.class && (option.dataset.title || brief.class),
      planned.complexity && `complexity ${planned.complexity}`,
      planned.team_size && `team of ${planned.team_size}`]));
    /* What is said already is not to be read aloud again. */
    if (made.textContent !== part("says").textContent) part("says").replaceChildren(...made.childNodes);
    part("sum").textContent = inShort(rows);
    part("given").replaceChildren(...told(ALL.filter((name) => brief[name].length), brief)
      .map((said) => make("li", {}, said)));
    const notes = [...left, ...brief.left, ...warnings(rows)].map((note) => make("li", {}, note));
    part("notes").replaceChildren(
      ...(notes.length ? [make("ul", { class: "mx-callout" }, ...notes)] : []));
    part("cards").replaceChildren(...rows.map((row, at) =>
      card(row, models.get(row.target), {
        base, pageOf, kept: keptRows[at], effectOf: (name) => effectOf(pieces.get(nameOf(name))),
      })));
    part("similar").replaceChildren(
      similar(alike(data.projects, planned), data.projects, { base, currency }));
    part("helps").replaceChildren(helpful(brief));
    showKept(brief);
    showRecord(brief, planned);
    const query = queryOf(brief, FIELDS);
    if (kept) query.set("kept", kept);
    keep(query);
  }

  const told = (names, brief) => names.map((name) =>
    `${WORDS[name] || name} ${[].concat(brief[name]).join(", ") || "not said"}`);

  function showKept(brief) {
    const other = briefOf(kept);
    const differ = told(ALL.filter((name) => `${other[name]}` !== `${brief[name]}`), other);
    part("swap").hidden = part("forget").hidden = !kept;
    part("kept").textContent = !kept ? "" : differ.length
      ? `In the kept one: ${differ.join("; ")}.`
      : "This is the kept answer: change something.";
  }

  /* -- pieces ------------------------------------------------------------------------------- */

  function choose(reference) {
    chosen = [...chosen.filter((use) => nameOf(use) !== nameOf(reference)), reference];
    changed();
    const made = [...part("chosen").querySelectorAll("input")].pop();
    if (made) made.focus();
  }

  function tick(text, isOn, act) {
    const box = make("input", { type: "checkbox" });
    box.checked = isOn;
    box.addEventListener("change", act);
    return make("label", { class: "mx-tick" }, box, " ", text);
  }

  function showChosen() {
    part("chosen").replaceChildren(...chosen.map((use) => {
      const name = nameOf(use), piece = pieces.get(name), version = use.slice(name.length + 1);
      const item = make("li", {}, tick(name, true, () => {
        chosen = chosen.filter((one) => one !== use);
        changed();
        field("find").focus();
      }));
      if (piece && piece.versions.length) {
        const list = make("select", { "aria-label": `Version of ${name}` });
        piece.versions.forEach((one) =>
          list.append(new Option(one === piece.versions[0] ? `${one} (newest)` : one, one)));
        list.value = version;
        list.addEventListener("change", () => {
          chosen = chosen.map((one) => (one === use ? `${name}@${list.value}` : one));
          changed();
        });
        item.append(" ", list);
      } else if (version) item.append(` ${version}`);
      item.append(" ", make("span", { class: "mx-small" }, effectOf(piece)));
      return item;
    }));
  }

  function offers() {
    const text = field("find").value.trim().toLowerCase(), words = text.split(/\s+/).filter(Boolean);
    const taken = new Set(chosen.map(nameOf));
    const rank = (piece) => (piece.impact === null ? piece.users - 1e6 : piece.impact);
    const found = [...pieces.values()].filter((piece) => !taken.has(piece.name) && words.every(
      (word) => `${piece.name} ${piece.title} ${piece.kind}`.toLowerCase().includes(word)))
      .sort((a, b) => rank(b) - rank(a));
    const shown = found.slice(0, OFFERED).map((piece) => [referenceOf(piece.name), piece]);
    const isNew = text.length > 2 && REFERENCE.test(text) && !pieces.has(nameOf(text));
    if (isNew && !taken.has(nameOf(text))) shown.push([text, undefined]);
    return [shown, found.length];
  }

  function showOffers() {
    const [shown, count] = offers();
    part("found").textContent = `${plural(count, "piece")} that finished projects used` +
      (count > OFFERED ? `; the first ${OFFERED}, by effect:` : ":");
    part("offers").replaceChildren(...shown.map(([reference, piece]) => make("li", {},
      tick(nameOf(reference), false, () => choose(reference)), " ",
      make("span", { class: "mx-small" }, effectOf(piece)))));
  }

  /* -- the record --------------------------------------------------------------------------- */

  /* A double-quoted scalar of YAML: JSON's, without the characters that end a line in YAML. */
  const quoted = (text) => JSON.stringify(text).replace(/[\u007f-\uffff]/g,
    (one) => "\\u" + one.charCodeAt(0).toString(16).padStart(4, "0"));

  function showRecord(brief, planned) {
    const lines = [], missing = [];
    const line = (name, value, what) => {
      if (value) lines.push(`${name}: ${value}`);
      else if (what) missing.push(what);
    };
    const text = (value) => value && quoted(value);
    const each = (items, said) => items.map((item) => `\n${said(item)}`).join("");
    const folder = NAME.test(brief.name) ? brief.name : "...";
    if (folder === "...") missing.push("the name of its folder");
    line("description", brief.description.length >= 10 && quoted(brief.description),
      "its description");
    line("owner", text(brief.owner), "its team");
    line("problem_class", text(brief.class), "its problem class");
    line("complexity", planned.complexity, "its complexity");
    const roles = each(brief.role, (role) =>
      `    - role: ${quoted(role.split(":")[0])}\n      people: ${role.split(":")[1]}`);
    line("team", planned.team_size && `\n  size: ${planned.team_size}` + (roles && `\n  roles:${roles}`),
      "its team size");
    line("started", planned.started, "its first day");
    line("status", '"planned"');
    line("domain", text(brief.domain));
    line("data_rows", planned.data_rows);
    line("uses", each(brief.with, (use) => `  - artifact: ${quoted(use)}`) || planned.uses && "[]");
    if (planned.may_use_more) missing.push("all that it reuses");
    const told = missing.join(", ");
    if (told) lines.unshift(`# still to say: ${told}`);
    part("record").textContent =
      [`# projects/${folder}/project.yaml`, ...lines, ""].join("\n").replace(/: \n/g, ":\n");
    part("missing").textContent = told ? `Still to say: ${told}.` : "It is complete.";
  }

  /* -- events ------------------------------------------------------------------------------- */

  function changed(left = []) {
    showChosen();
    showOffers();
    /* The list cuts long words off. */
    const option = field("complexity").selectedOptions[0];
    part("rubric").textContent = option.value ? option.textContent
      : "1 is a known recipe, 10 is research.";
    show(left);
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => changed(), WAIT);
  }

  function filled(event) {
    if (event.target.closest("[data-mx-chosen], [data-mx-offers]")) return;
    if (event.target === field("find")) showOffers();
    else later();
  }

  root.addEventListener("input", filled);
  root.addEventListener("change", filled);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => { chosen = []; setTimeout(() => changed(), 0); });
  field("find").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const [first] = offers()[0];
    if (first) { field("find").value = ""; choose(first[0]); }
  });
  const act = (name, done) => part(name).addEventListener("click", () => {
    done();
    changed();
    part("keep").focus();
  });
  act("keep", () => keepPlan(queryOf(read(), PLAN).toString()));
  act("forget", () => keepPlan(""));
  act("swap", () => {
    const { name, description } = read();
    fill({ ...briefOf(kept), name, description });
  });

  document.querySelectorAll("[data-mx-planner-off]").forEach((place) => { place.hidden = true; });
  root.hidden = false;
  keepPlan(new URLSearchParams(location.search).get("kept") || "");
  const asked = briefOf(location.search);
  fill(asked);
  changed(asked.left);
})();
