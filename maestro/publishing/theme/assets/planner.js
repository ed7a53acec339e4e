/* The planner's form: what is filled in stands in the page's address, is evaluated here, and can be
   copied as a record. The data stand in planner/data.js, the formulas' evaluator in forecast.js. */
(function () {
  "use strict";
  const root = document.querySelector("[data-mx-planner]"), data = self.mxPlanner;
  if (!root || !root.hidden || !data) return;
  const { alike, forecast, nameOf, rowsOf, NOT_ENOUGH } = self.mxForecast;
  const {
    absent, brief: inShort, card, effectOf, fixed, link, plural, says, similar, warnings, TITLES,
  } = self.mxAnswer;
  const { make, button, keep } = self.maestro;
  const PLAN = ["class", "complexity", "team-size", "rows", "domain", "owner", "started", "reuse"];
  const ALL = [...PLAN, "with", "role"];
  const FIELDS = [...PLAN, "name", "description"];
  const NAME = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;
  const WORDS = {
    with: "pieces", role: "roles", rows: "rows of data", "team-size": "team size",
    class: "problem class", owner: "team", started: "first day", reuse: "other pieces",
  };
  /* Not fields: those that open a list of their own may stay active. */
  const PRESSED = ":is(a, button, summary, .mx-tick):active";
  const OFFERED = 6, HELPS = 5, NOTES = 9, WAIT = 150;
  const base = root.dataset.base, form = root.querySelector("form");
  const part = (name) => root.querySelector(`[data-mx-${name}]`);
  const field = (name) => form.elements[name];
  /* What stands there already is left alone: it may be pressed, or have the focus. */
  const list = (name, items) => {
    const made = items.map((item) => make("li", {}, ...[item].flat())), { children } = part(name);
    if (made.length !== children.length || made.some((one, at) => !one.isEqualNode(children[at]))) {
      part(name).replaceChildren(...made);
    }
  };
  const roles = [...root.querySelectorAll("[data-mx-role]")];
  const models = new Map(data.models.map((model) => [model.subject, model]));
  const formulas = new Map(data.formulas.map((formula) => [formula.target, formula]));
  const currency = (models.get("cost") || {}).unit || "";
  const pieces = new Map(rowsOf(data.pieces).map((piece) => [piece.name, { ...piece,
    page: base + piece.page,
    users: data.projects.uses.filter((names) => names.includes(piece.name)).length,
  }]));
  let chosen = [], kept = "", keptRows = [], timer = 0, isWholeLibrary = false;

  /* -- what is filled in -------------------------------------------------------------------- */

  /* Whether a field may hold a text: what it may hold, the browser knows. */
  function mayHold(input, text) {
    const probe = input.cloneNode(true);
    probe.value = text;
    return probe.value === text && probe.validity.valid;
  }

  function isPiece(use) {
    const piece = pieces.get(nameOf(use)), version = use.slice(nameOf(use).length);
    return piece && (!version || piece.versions.includes(version.slice(1)));
  }

  function isRole(role) {
    const [name, people] = role.split(":");
    return +people && roles.some((input) => input.dataset.mxRole === name && mayHold(input, people));
  }

  /* A reference as the command takes it: a name alone stands for the present version. */
  function referenceOf(text) {
    const [version] = pieces.has(text) ? pieces.get(text).versions : [];
    return version ? `${text}@${version}` : text;
  }

  /* The plan of a query. What may not be is left out of it; the reasons, one for each. */
  function briefOf(text) {
    const query = new URLSearchParams(text), brief = { left: [] };
    const leave = (what, may) => {
      brief.left.push(`Left out: ${what.slice(0, 80).trim()} is not ${may}.`);
      return "";
    };
    FIELDS.forEach((name) => {
      const value = (query.get(name) || "").trim(), { dataset, validity } = field(name);
      brief[name] = mayHold(field(name), value) && !validity.badInput
        ? value : leave(`${WORDS[name] || name} ${value}`, dataset.mxMay);
    });
    const those = (name, isGood, may) =>
      [...new Set(query.getAll(name))].filter((value) => isGood(value) || leave(value, may));
    brief.with = [...new Map(those("with", isPiece, "a piece of the library in a version known here")
      .map((use) => [nameOf(use), referenceOf(use)])).values()];
    brief.role = those("role", isRole, "a known role with its people");
    return brief;
  }

  function queryOf(brief, fields) {
    const query = new URLSearchParams();
    fields.forEach((name) => { if (brief[name]) query.set(name, brief[name]); });
    brief.with.forEach((use) => query.append("with", use));
    brief.role.forEach((role) => query.append("role", role));
    return query;
  }

  /* The plan that stands in the form. */
  function read() {
    const query = new URLSearchParams(new FormData(form));
    chosen.forEach((use) => query.append("with", use));
    roles.filter((input) => +input.value)
      .forEach((input) => query.append("role", `${input.dataset.mxRole}:${input.value}`));
    return briefOf(query);
  }

  function fill(brief) {
    FIELDS.forEach((name) => { field(name).value = brief[name]; });
    const people = new Map(brief.role.map((role) => role.split(":")));
    roles.forEach((input) => { input.value = people.get(input.dataset.mxRole) || ""; });
    if (people.size) roles[0].closest("details").open = true;
    chosen = brief.with;
  }

  /* The project as the formulas take it; null is what is not known. */
  function plannedOf(brief) {
    const isAll = brief.reuse === "none";
    const uses = brief.with.length || isAll ? [...brief.with].sort() : null;
    return {
      team: brief.owner || null, problem_class: brief.class || null, domain: brief.domain || null,
      complexity: +brief.complexity || null, team_size: +brief["team-size"] || null,
      data_rows: +brief.rows || null, started: brief.started || null, uses, is_active: false,
      may_use_more: uses !== null && !isAll,
      roles: brief.role.length ? brief.role.map((role) => role.split(":")[0]).sort() : null,
    };
  }

  /* -- the answer --------------------------------------------------------------------------- */

  function answersOf(brief) {
    const planned = plannedOf(brief);
    return Object.keys(TITLES).filter((target) => models.has(target)).map((target) => {
      const formula = formulas.get(target), model = models.get(target);
      return formula ? forecast(formula, planned) : {
        ...model, target, value: null, drivers: [], warnings: [], doubts: model.quality,
        base_rate: null,
      };
    });
  }

  /* The plan to compare with, as it stands in the address; its answer is asked for once. */
  function keepPlan(text) {
    const brief = briefOf(text);
    kept = queryOf(brief, PLAN).toString();
    keptRows = kept ? answersOf(brief) : [];
    return brief.left;
  }

  /* Pieces that clearly helped, largest effect first. */
  function helpful(brief) {
    const formula = formulas.get("success");
    if (!formula || formula.label === NOT_ENOUGH || !formula.weights.length) {
      return absent(part("helps").dataset.mxHelps);
    }
    const taken = brief.with.map(nameOf);
    const measured = [...pieces.values()].filter((piece) => piece.impact !== null &&
      piece.status !== "deprecated" && !taken.includes(piece.name));
    const found = measured.filter((piece) => piece.impact_label === "helps")
      .sort((a, b) => b.impact - a.impact).slice(0, HELPS);
    if (!found.length) {
      return absent("nothing clear is known: " + (measured.length
        ? `of ${plural(measured.length, "other piece")} with a measured newest version, none clearly helped`
        : "no other piece has a measured effect"));
    }
    const items = found.map((piece) => {
      const add = button("Add", () => choose(referenceOf(piece.name)), {
        class: "mx-button", "aria-label": `Add ${piece.name}`,
      });
      return make("li", {}, add, make("div", {}, link(piece.page, piece.name),
        make("div", { class: "mx-small" }, effectOf(piece))));
    });
    return make("ul", { class: "mx-list mx-helps" }, ...items);
  }

  const called = (one) =>
    one.getAttribute("aria-label") || (one.closest("label, a") || one).textContent;

  /* What has the focus may be made anew: the focus goes to what is called the same. */
  function changed(left) {
    clearTimeout(timer);
    const held = document.activeElement;
    answer(left);
    const again = !held.isConnected &&
      [...root.querySelectorAll(held.tagName)].find((one) => called(one) === called(held));
    if (again) again.focus();
  }

  /* Shows all that follows from what is filled in; `left`: what was left out before. */
  function answer(left = []) {
    const brief = read(), planned = plannedOf(brief), rows = answersOf(brief);
    showChosen();
    showOffers();
    /* The list cuts long words off. */
    part("rubric").textContent = field("complexity").selectedOptions[0].textContent;
    const made = make("p", {}, ...says(rows, [
      brief.class && field("class").selectedOptions[0].dataset.title,
      planned.complexity && `complexity ${planned.complexity}`,
      planned.team_size && `team of ${planned.team_size}`]));
    /* What is said already is not to be read aloud again. */
    if (made.textContent !== part("says").textContent) part("says").replaceChildren(...made.childNodes);
    part("sum").textContent = [inShort(rows), "see the answer"].filter(Boolean).join(" \u00b7 ");
    list("given", told(ALL.filter((name) => brief[name].length), brief));
    const notes = [...left, ...brief.left, ...warnings(rows)], rest = notes.length - NOTES;
    if (rest > 0) notes.splice(NOTES, rest, `And ${fixed(rest, 0)} more like these.`);
    part("notes").hidden = !notes.length;
    list("notes", notes);
    part("cards").replaceChildren(...rows.map((row, at) =>
      card(row, models.get(row.target), {
        kept: keptRows[at], effectOf: (name) => effectOf(pieces.get(nameOf(name))),
        pageOf: (name) => pieces.has(name) && pieces.get(name).page,
        worth: document.querySelector(`[data-mx-worth=${row.target}]`).textContent,
      })));
    part("similar").replaceChildren(
      similar(alike(data.projects, planned), { base, currency }));
    part("helps").replaceChildren(helpful(brief));
    showKept(brief);
    showRecord(brief, planned, rows);
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
    part("chosen").querySelector("li:last-child input").focus();
  }

  function tick(text, isOn, act) {
    const box = make("input", { type: "checkbox" });
    box.checked = isOn;
    box.addEventListener("change", act);
    return make("label", { class: "mx-tick" }, box, " ", text);
  }

  const aside = (piece) => make("span", { class: "mx-small" }, effectOf(piece));

  function showChosen() {
    list("chosen", chosen.map((use) => {
      const name = nameOf(use), piece = pieces.get(name);
      const item = [tick(name, true, () => {
        chosen = chosen.filter((one) => one !== use);
        changed();
        if (document.activeElement === document.body) field("find").focus();
      }), " "];
      if (piece.versions[0]) {
        const versions = make("select", { "aria-label": `Version of ${name}` });
        piece.versions.forEach((one) =>
          versions.append(new Option(one === piece.versions[0] ? `${one} (newest)` : one, one,
            use === `${name}@${one}`)));
        versions.addEventListener("change", () => {
          chosen = chosen.map((one) => (one === use ? `${name}@${versions.value}` : one));
          changed();
        });
        item.push(versions, " ");
      }
      return [...item, aside(piece)];
    }));
  }

  /* Pieces that no finished project used stand in the Library's list alone. It is long: it is
     read when a name is asked for that is nowhere else. */
  function readLibrary(act) {
    const script = make("script", { src: base + "library/catalog.js" });
    script.onerror = act;
    script.onload = () => {
      rowsOf(self.maestroCatalog.columns).forEach((one) => pieces.has(one.name) ||
        pieces.set(one.name, { ...one, users: 0, impact: null, versions: [one.version] }));
      act();
    };
    isWholeLibrary = true;
    document.head.append(script);
  }

  function offers() {
    const text = field("find").value.toLowerCase(), words = text.split(/\s+/).filter(Boolean);
    const taken = chosen.map(nameOf);
    const rank = (piece) => (piece.impact === null ? piece.users - 1e6 : piece.impact);
    return [...pieces.values()].filter((piece) => !taken.includes(piece.name) && words.every(
      (word) => `${piece.name} ${piece.title} ${piece.kind}`.toLowerCase().includes(word)))
      .sort((a, b) => rank(b) - rank(a));
  }

  function showOffers() {
    const found = offers();
    if (!found.length && !isWholeLibrary) return readLibrary(later);
    part("found").textContent = !found.length ? "No piece of the library is called so." :
      plural(found.length, "piece") + (isWholeLibrary ? "" : " that finished projects used") +
      (found.length > OFFERED ? `; the first ${OFFERED}, by effect:` : ":");
    list("offers", found.slice(0, OFFERED).map((piece) => [
      tick(piece.name, false, () => choose(referenceOf(piece.name))), " ", aside(piece)]));
  }

  /* -- the record --------------------------------------------------------------------------- */

  /* A double-quoted scalar of YAML: JSON's, without the characters that end a line in YAML. */
  const quoted = (text) => JSON.stringify(text).replace(/[\u007f-\uffff]/g,
    (one) => "\\u" + one.charCodeAt(0).toString(16).padStart(4, "0"));

  function showRecord(brief, planned, rows) {
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
    /* A record lists all that is reused: it cannot leave the rest undecided. */
    const closed = planned.may_use_more && inShort(answersOf({ ...brief, reuse: "none" }));
    part("closed").hidden = !closed;
    part("closed").textContent = `As a record, where nothing further is reused: ${closed}. ` +
      `The answer above, where what is undecided counts as average: ${inShort(rows)}.`;
  }

  /* -- events ------------------------------------------------------------------------------- */

  /* Not while something is pressed: what is drawn anew meanwhile is not clicked. */
  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => (root.querySelector(PRESSED) ? later() : changed()), WAIT);
  }

  function filled(event) {
    const { target } = event;
    /* A piece is ticked and drawn anew before its event arrives here. */
    if (!target.isConnected || target.closest("[data-mx-chosen], [data-mx-offers]")) return;
    if (target === field("find")) showOffers();
    else later();
  }

  root.addEventListener("input", filled);
  root.addEventListener("change", filled);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => { chosen = []; setTimeout(changed); });
  field("find").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const [first] = offers();
    if (first) { field("find").value = ""; choose(referenceOf(first.name)); }
  });
  const act = (name, done) => part(name).addEventListener("click", () => {
    done();
    changed();
    part("keep").focus();
  });
  act("keep", () => keepPlan(queryOf(read(), PLAN)));
  act("forget", () => keepPlan(""));
  act("swap", () => {
    const { name, description } = read();
    fill({ ...briefOf(kept), name, description });
  });

  function start() {
    document.querySelector("[data-mx-planner-off]").hidden = true;
    root.hidden = false;
    const left = keepPlan(asked.get("kept") || ""), brief = briefOf(asked);
    fill(brief);
    changed([...brief.left, ...left]);
  }

  const asked = new URLSearchParams(location.search);
  const named = [asked, asked.get("kept") || ""]
    .flatMap((query) => new URLSearchParams(query).getAll("with"));
  if (named.every((use) => pieces.has(nameOf(use)))) start();
  else readLibrary(start);
})();
