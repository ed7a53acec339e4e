/* The planner's form: what is filled in stands in the page's address, is evaluated here, and can be
   copied as a record. The data stand in planner/data.js, the formulas' evaluator in forecast.js. */
(function () {
  "use strict";
  const root = document.querySelector("[data-mx-planner]"), data = window.mxPlanner;
  if (!root || !data || !data.available || root.dataset.ready) return;
  root.dataset.ready = "true";
  const { alike, forecast, nameOf, NOT_ENOUGH } = window.mxForecast;
  const { card, el, fixed, link, plural, says, sentence, similar, warnings } = window.mxAnswer;
  const ORDER = ["duration", "cost", "success", "chance"];
  const FIELDS = ["class", "complexity", "team-size", "rows", "domain", "owner", "started", "reuse",
    "name", "description"];
  const REFERENCE = /^[a-z0-9]+(-[a-z0-9]+)*(@\d{1,9}\.\d{1,9}\.\d{1,9}(-[0-9A-Za-z.-]+)?)?$/;
  const NAME = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;
  const OFFERED = 6, HELPS = 5, WAIT = 150;
  const base = root.dataset.base, form = root.querySelector("form");
  const part = (name) => root.querySelector(`[data-mx-${name}]`);
  const field = (name) => root.querySelector(`[name="${name}"]`);
  const roles = [...root.querySelectorAll("[data-mx-role]")];
  const models = new Map(data.models.map((model) => [model.subject, model]));
  const formulas = new Map(data.formulas.map((formula) => [formula.target, formula]));
  const currency = (models.get("cost") || {}).unit || "";
  const pieces = new Map((data.pieces.name || []).map((name, at) => [name,
    Object.fromEntries(Object.keys(data.pieces).map((column) => [column, data.pieces[column][at]]))]));
  const users = new Map();
  data.projects.uses.flat().forEach((name) => users.set(name, (users.get(name) || 0) + 1));
  let chosen = [], kept = "", timer = 0, said = "";

  /* -- what is filled in -------------------------------------------------------------------- */

  function whole(text, least, most) {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most ? value : null;
  }

  function day(text) {
    const good = /^(20\d\d|2100)-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
    return good && new Date(text).toISOString().slice(0, 10) === text ? text : null;
  }

  /* A reference as the command takes it: a name alone stands for the present version. */
  function referenceOf(text) {
    const known = pieces.get(text);
    return known && known.versions.length ? `${text}@${known.versions[0]}` : text;
  }

  function read() {
    const brief = { with: chosen, role: [] };
    FIELDS.forEach((name) => { brief[name] = field(name).value.trim(); });
    roles.forEach((input) => {
      const people = whole(input.value, 1, 1000);
      if (people) brief.role.push(`${input.dataset.mxRole}:${people}`);
    });
    if (chosen.length) brief.reuse = "";
    return brief;
  }

  function queryOf(brief) {
    const query = new URLSearchParams();
    FIELDS.forEach((name) => { if (brief[name]) query.set(name, brief[name]); });
    brief.with.forEach((use) => query.append("with", use));
    brief.role.forEach((role) => query.append("role", role));
    return query.toString();
  }

  function briefOf(text) {
    const query = new URLSearchParams(text), brief = { role: query.getAll("role") };
    FIELDS.forEach((name) => { brief[name] = query.get(name) || ""; });
    const uses = query.getAll("with").filter((use) => REFERENCE.test(use)).map(referenceOf);
    brief.with = [...new Map(uses.map((use) => [nameOf(use), use])).values()];
    return brief;
  }

  function fill(brief) {
    FIELDS.forEach((name) => {
      const control = field(name), value = brief[name];
      const isNew = value && control.options &&
        ![...control.options].some((option) => option.value === value);
      if (isNew) control.append(new Option(`${value} (not known here)`, value));
      control.value = value;
    });
    const people = new Map(brief.role.map((role) => role.split(":")));
    roles.forEach((input) => { input.value = people.get(input.dataset.mxRole) || ""; });
    if (people.size && roles.length) roles[0].closest("details").open = true;
    chosen = brief.with;
  }

  /* The project as the formulas take it; null is what is not known. */
  function plannedOf(brief) {
    const uses = brief.with.length ? [...brief.with].sort() : brief.reuse === "none" ? [] : null;
    return {
      team: brief.owner || null, problem_class: brief.class || null, domain: brief.domain || null,
      complexity: whole(brief.complexity, 1, 10), team_size: whole(brief["team-size"], 1, 1000),
      data_rows: whole(brief.rows, 1, 1e12), started: day(brief.started), uses, is_active: false,
      roles: brief.role.length ? brief.role.map((role) => role.split(":")[0]).sort() : null,
    };
  }

  /* -- the answer --------------------------------------------------------------------------- */

  const answers = new Map();
  function answersOf(planned) {
    const key = JSON.stringify(planned);
    if (!answers.has(key)) {
      answers.set(key, ORDER.filter((target) => models.has(target)).map((target) => {
        const formula = formulas.get(target), model = models.get(target);
        return formula ? forecast(formula, planned) : {
          target, unit: model.unit, value: null, lo: null, hi: null, drivers: [], warnings: [],
          doubts: model.quality, label: model.label, base_rate: null,
        };
      }));
      if (answers.size > 50) answers.delete(answers.keys().next().value);
    }
    return answers.get(key);
  }

  const pageOf = (name) => (pieces.has(name) ? pieces.get(name).page : "");
  const size = (value) => (value > 0 ? "+" : "") + fixed(value, 1);

  function effectOf(piece) {
    if (!piece) return "no finished project used it";
    const gone = piece.status === "deprecated" ? "deprecated; " : "";
    const about = `${gone}${piece.kind}, in ${plural(users.get(piece.name) || 0, "finished project")}`;
    if (piece.impact === null) return `${about}; effect: ${piece.impact_label}`;
    const ends = piece.impact_lo === null ? ""
      : ` (${size(piece.impact_lo)} to ${size(piece.impact_hi)})`;
    const grade = piece.impact_grade ? `, ${piece.impact_grade} evidence` : "";
    return `${about}; ${size(piece.impact)} points${ends}, ${piece.impact_label}${grade}`;
  }

  const isClear = (piece) => piece.impact_label === "helps";

  /* Pieces with a measured effect that would move this forecast of success up most, alone. */
  function helpful(planned) {
    const absent = (text) => el("p", { class: "mx-missing" }, sentence(text));
    const formula = formulas.get("success");
    if (!formula || formula.label === NOT_ENOUGH || !formula.weights.length) {
      return absent("not enough evidence: what your finished projects reused does not tell how " +
        "well they ended better than the median does");
    }
    const uses = planned.uses || [], taken = uses.map(nameOf);
    const valueWith = (more) => forecast(formula, { ...planned, uses: [...uses, ...more] }, true).value;
    const before = valueWith([]);
    if (before === null) return absent("no answer for success: the first lines say why");
    const measured = [...pieces.values()].filter((piece) => piece.impact !== null &&
      piece.status !== "deprecated" && !taken.includes(piece.name));
    const found = measured.map((piece) => [piece, valueWith([referenceOf(piece.name)]) - before])
      .filter(([, more]) => more >= 0.05).sort((a, b) => b[1] - a[1]).slice(0, HELPS);
    if (!found.length) {
      return absent(measured.length ? "none of the other pieces with a measured effect does"
        : "not enough evidence: no other piece has a measured effect");
    }
    const items = found.map(([piece, more]) => {
      const add = el("button", { type: "button", class: "mx-button" }, "Add");
      add.setAttribute("aria-label", `Add ${piece.name}`);
      add.addEventListener("click", () => choose(referenceOf(piece.name)));
      return el("li", {}, add, el("div", {}, link(base, piece.page, piece.name), ": ",
        el("strong", {}, `${size(more)} points`), " in this forecast",
        el("div", { class: "mx-small" }, effectOf(piece))));
    });
    const doubt = found.some(([piece]) => isClear(piece)) ? ""
      : " None of them has a clear effect: each may as well do nothing.";
    return el("div", {}, el("p", { class: "mx-small" }, "One more piece each, other things equal: " +
      `associated with success in past projects, not proven to cause it.${doubt}`),
    el("ul", { class: "mx-list mx-helps" }, ...items));
  }

  function show() {
    const brief = read(), planned = plannedOf(brief), rows = answersOf(planned);
    const before = kept ? answersOf(plannedOf(briefOf(kept))) : null;
    const option = field("class").selectedOptions[0];
    const sentenceNodes = says(rows, {
      classTitle: brief.class && (option.dataset.title || brief.class),
      complexity: planned.complexity, team: planned.team_size,
    });
    const text = sentenceNodes.map((node) => node.textContent || node).join("");
    if (text !== said) part("says").replaceChildren(...sentenceNodes);
    said = text;
    const wrong = ["team-size", "rows", "started"].filter((name) => {
      const key = { "team-size": "team_size", rows: "data_rows", started: "started" }[name];
      return planned[key] === null && (brief[name] || field(name).validity.badInput);
    }).map((name) => `Left out: ${field(name).closest("label").textContent.trim()} is not filled ` +
      "in as it must be.");
    const notes = [...wrong, ...warnings(rows)].map((note) => el("li", {}, note));
    part("notes").replaceChildren(...(notes.length ? [el("ul", { class: "mx-callout" }, ...notes)] : []));
    part("cards").replaceChildren(...rows.map((row, at) =>
      card(row, models.get(row.target), { base, pageOf, kept: before && before[at] })));
    part("similar").replaceChildren(
      similar(alike(data.projects, planned), data.projects, { base, currency }));
    part("helps").replaceChildren(helpful(planned));
    showKept(brief);
    showRecord(brief, planned);
    remember(brief);
  }

  function showKept(brief) {
    const own = queryOf({ ...brief, name: "", description: "" }), other = kept && briefOf(kept);
    part("swap").hidden = part("forget").hidden = !kept;
    const apart = other ? [...FIELDS, "with", "role"].filter(
      (name) => String(other[name]) !== String(brief[name]) && name !== "name" && name !== "description")
      : [];
    const words = { with: "pieces", role: "roles", rows: "rows of data", "team-size": "team size" };
    const told = apart.map((name) =>
      `${words[name] || name} ${[].concat(other[name]).join(", ") || "not said"} there`);
    part("kept").textContent = !kept ? "" : own === kept ? "This is the kept answer: change something."
      : `Different from the kept one: ${told.join("; ")}.`;
  }

  function remember(brief) {
    const query = new URLSearchParams(queryOf(brief));
    if (kept) query.set("kept", kept);
    const text = query.toString();
    const address = location.pathname + (text ? "?" + text : "") + location.hash;
    /* Some browsers refuse it for a page opened from disk; the form works all the same. */
    try { history.replaceState(history.state, "", address); } catch (refused) { return; }
  }

  /* -- pieces ------------------------------------------------------------------------------- */

  function choose(reference) {
    chosen = [...chosen.filter((use) => nameOf(use) !== nameOf(reference)), reference];
    changed();
    const made = [...part("chosen").querySelectorAll("input")].pop();
    if (made) made.focus();
  }

  function tick(text, isOn, act) {
    const box = el("input", { type: "checkbox" });
    box.checked = isOn;
    box.addEventListener("change", act);
    return el("label", { class: "mx-tick" }, box, " ", text);
  }

  function showChosen() {
    part("reuse").hidden = chosen.length > 0;
    part("chosen").replaceChildren(...chosen.map((use) => {
      const name = nameOf(use), piece = pieces.get(name), version = use.slice(name.length + 1);
      const item = el("li", {}, tick(name, true, () => {
        chosen = chosen.filter((one) => one !== use);
        changed();
        field("find").focus();
      }));
      if (piece && piece.versions.length) {
        const list = el("select", { "aria-label": `Version of ${name}` });
        [...new Set([...piece.versions, version])].filter(Boolean).forEach((one) =>
          list.append(new Option(one === piece.versions[0] ? `${one} (newest)` : one, one)));
        list.value = version;
        list.addEventListener("change", () => {
          chosen = chosen.map((one) => (one === use ? `${name}@${list.value}` : one));
          changed();
        });
        item.append(" ", list);
      } else if (version) item.append(` ${version}`);
      item.append(" ", el("span", { class: "mx-small" }, effectOf(piece)));
      return item;
    }));
  }

  function offers() {
    const text = field("find").value.trim().toLowerCase(), words = text.split(/\s+/).filter(Boolean);
    const taken = new Set(chosen.map(nameOf));
    const rank = (piece) => (piece.impact === null ? users.get(piece.name) - 1e6 : piece.impact);
    const found = [...pieces.values()].filter((piece) => !taken.has(piece.name) && words.every(
      (word) => `${piece.name} ${piece.title} ${piece.kind}`.toLowerCase().includes(word)))
      .sort((a, b) => (rank(b) > rank(a)) - (rank(b) < rank(a)) || (a.name < b.name ? -1 : 1));
    const shown = found.slice(0, OFFERED).map((piece) => [referenceOf(piece.name), piece]);
    const isNew = text.length > 2 && REFERENCE.test(text) && !pieces.has(nameOf(text));
    if (isNew && !taken.has(nameOf(text))) shown.push([text, undefined]);
    return [shown, found.length];
  }

  function showOffers() {
    const [shown, count] = offers();
    part("found").textContent = `${plural(count, "piece")} that finished projects used` +
      (count > OFFERED ? `; the first ${OFFERED}, by effect:` : ":");
    part("offers").replaceChildren(...shown.map(([reference, piece]) => el("li", {},
      tick(nameOf(reference), false, () => choose(reference)), " ",
      el("span", { class: "mx-small" }, effectOf(piece)))));
  }

  /* -- the record --------------------------------------------------------------------------- */

  /* A double-quoted scalar of YAML: JSON's, without the characters that end a line in YAML. */
  const quoted = (text) => JSON.stringify(text).replace(/[\u007f-\uffff]/g,
    (one) => "\\u" + one.charCodeAt(0).toString(16).padStart(4, "0"));

  function showRecord(brief, planned) {
    const lines = [], missing = [];
    const line = (name, value, what) => {
      if (value) lines.push(`${name}: ${value}`);
      else missing.push(what);
    };
    const told = brief.description.length >= 10;
    if (!NAME.test(brief.name)) missing.push("the name of its folder (a-z, 0-9 and dashes)");
    line("description", told && quoted(brief.description), "a description of 10 to 300 characters");
    line("owner", brief.owner && quoted(brief.owner), "the team that answers for it");
    line("problem_class", brief.class && quoted(brief.class), "its problem class");
    line("complexity", planned.complexity, "its complexity");
    line("team", planned.team_size && `\n  size: ${planned.team_size}`, "its team size");
    if (planned.team_size && brief.role.length) {
      lines.push("  roles:", ...brief.role.flatMap((role) => {
        const [name, people] = role.split(":");
        return [`    - role: ${quoted(name)}`, `      people: ${people}`];
      }));
    }
    line("started", planned.started, "its first day");
    lines.push('status: "planned"');
    if (brief.domain) lines.push(`domain: ${quoted(brief.domain)}`);
    if (planned.data_rows) lines.push(`data_rows: ${planned.data_rows}`);
    if (brief.with.length) lines.push("uses:", ...brief.with.map((use) => `  - artifact: ${quoted(use)}`));
    else if (planned.uses) lines.push("uses: []");
    const folder = NAME.test(brief.name) ? brief.name : "...";
    const head = [`# projects/${folder}/project.yaml`];
    if (missing.length) head.push(`# still to say: ${missing.join(", ")}`);
    part("record").textContent = [...head, ...lines, ""].join("\n").replace(/: \n/g, ":\n");
    part("missing").textContent = missing.length
      ? `Still to say before maestro check accepts it: ${missing.join(", ")}.` : "It is complete.";
  }

  function copied(is) {
    part("copied").textContent = is ? "Copied." : "Press Ctrl+C: the text is selected.";
  }

  function copy() {
    const place = part("record");
    getSelection().selectAllChildren(place);
    /* A page opened from disk may have no clipboard. */
    if (!navigator.clipboard) return copied(false);
    return navigator.clipboard.writeText(place.textContent).then(() => copied(true), () => copied(false));
  }

  /* -- events ------------------------------------------------------------------------------- */

  function changed() {
    showChosen();
    showOffers();
    part("copied").textContent = "";
    const option = field("complexity").selectedOptions[0];
    part("rubric").textContent = option.value ? sentence(option.textContent.replace(/^\d+: /, ""))
      : "1 is a known recipe, 10 is research.";
    show();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(changed, WAIT);
  }

  function filled(event) {
    if (event.target.closest("[data-mx-chosen], [data-mx-offers]")) return;
    if (event.target === field("find")) showOffers();
    else later();
  }

  root.addEventListener("input", filled);
  root.addEventListener("change", filled);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => { chosen = []; setTimeout(changed, 0); });
  field("find").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const [first] = offers()[0];
    if (first) { field("find").value = ""; choose(first[0]); }
  });
  part("copy").addEventListener("click", copy);
  part("keep").addEventListener("click", () => {
    kept = queryOf({ ...read(), name: "", description: "" });
    changed();
  });
  part("forget").addEventListener("click", () => { kept = ""; changed(); part("keep").focus(); });
  part("swap").addEventListener("click", () => {
    const { name, description } = read();
    fill({ ...briefOf(kept), name, description });
    changed();
    part("keep").focus();
  });
  addEventListener("popstate", () => { if (root.isConnected) start(); });

  function start() {
    const query = new URLSearchParams(location.search);
    kept = query.get("kept") || "";
    query.delete("kept");
    fill(briefOf(query.toString()));
    changed();
  }

  document.querySelectorAll("[data-mx-planner-off]").forEach((place) => { place.hidden = true; });
  root.hidden = false;
  start();
})();
