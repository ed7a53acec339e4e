/* Evaluates the published formulas: what a planned project may take and reach. It follows
   maestro/learning/forecast.py and planned.py line by line, and agrees with them within 1e-9.
   It stands on solving.js; nothing here touches the page. */
(function () {
  "use strict";
  const { designOf, dot, quantile } = self.mxSolving;
  const NOT_ENOUGH = "not enough evidence";
  const ROLE = "role ";
  const UNUSED = "pieces it does not use";
  const UNFILLED = "roles it does not have";
  const DRIVERS = 5;
  const LEAST_EFFECT = 1e-9;
  const WORDS = { team_size: "a team of", complexity: "complexity", data_rows: "data rows:" };
  const USUAL_REUSE = "how much its team usually reuses is an adjustment: it sets teams apart " +
    "and does not say what this project's own reuse brings";

  const nameOf = (use) => use.slice(0, Math.max(use.lastIndexOf("@"), 0)) || use;
  const namesOf = (project) => [...new Set((project.uses || []).map(nameOf))].sort();
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  /* Published numbers have six digits: 0.575 is 57.5 %, though its double is a little less. */
  const percent = (share) => Math.round((100 * share).toPrecision(6)) + " %";
  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+\b)/g, ",");

  /* Rows of data that are published in columns; none of no columns. */
  const rowsOf = (columns) => (columns.name || []).map((_, at) => Object.fromEntries(
    Object.entries(columns).map(([column, values]) => [column, values[at]])));
  /* Whether it may reuse more than is said. */
  const isOpen = (project) => project.uses === null || project.may_use_more;
  const isRoleColumn = (pieces, member) =>
    pieces.members === "names and roles" && member.startsWith(ROLE);

  /* -- what was never seen (planned.py) ---------------------------------------------------- */

  const outside = (name, value, [low, high], how) =>
    `${WORDS[name]} ${grouped(value)} is ${how}outside what was seen ` +
    `(${low === high ? "only" : grouped(low) + " to"} ${grouped(high)})`;

  function farOutside(formula, project) {
    const used = new Set(["team_size", "complexity", ...formula.numbers.map((n) => n.field)]);
    const notes = [];
    Object.keys(formula.seen.ranges).filter((name) => used.has(name)).sort().forEach((name) => {
      const value = project[name];
      if (value === null) return;
      const [low, high] = formula.seen.ranges[name];
      let at = value, ends = [low, high], least = 2;
      if (name !== "complexity") {
        at = Math.log(Math.max(at, 1));
        least = Math.log(1.5);
        ends = ends.map((end) => Math.log(Math.max(end, 1)));
      }
      const beyond = Math.max(ends[0] - at, at - ends[1]);
      if (beyond > Math.max((ends[1] - ends[0]) / 2, least)) {
        notes.push(`${outside(name, value, [low, high], "far ")}: no answer`);
      }
    });
    return notes;
  }

  function unlisted(formula, project) {
    const counts = formula.numbers.some((number) => number.field === "reuse");
    const isRole = formula.pieces.flatMap((pieces) =>
      pieces.columns.map((member) => isRoleColumn(pieces, member)));
    const notes = [];
    if (isOpen(project) && (isRole.includes(false) || counts)) {
      notes.push(`what ${project.uses ? "else " : ""}it reuses is not known and counts as in ` +
        "the average project");
    }
    if (project.roles === null && isRole.includes(true)) {
      notes.push("the roles in its team are not known and count as in the average project");
    }
    return notes;
  }

  function warningsOf(formula, project) {
    const notes = [], seen = formula.seen;
    Object.keys(WORDS).forEach((name) => {
      const value = project[name], known = seen.ranges[name];
      if (known && value !== null && !(known[0] <= value && value <= known[1])) {
        notes.push(outside(name, value, known, ""));
      }
    });
    [["problem_class", "class"], ["team", "team"], ["domain", "domain"]].forEach(([name, word]) => {
      const value = project[name], known = seen.words[name];
      if (known && known.length && value !== null && !known.includes(value)) {
        notes.push(`no finished project of the ${word} ${value}`);
      }
    });
    const fresh = namesOf(project).filter((name) => !seen.pieces.includes(name));
    if (fresh.length) notes.push(`no finished project used ${fresh.join(", ")}`);
    notes.push(...unlisted(formula, project));
    if (formula.base_rate !== null) notes.push(`base rate ${percent(formula.base_rate)}`);
    if (project.is_active) {
      notes.push("as if it had just begun: what has happened since is not used");
    }
    return notes;
  }

  /* -- a project as columns (forecast.py) -------------------------------------------------- */

  function rawOf(name, project, usual) {
    if (name === "reuse") return project.uses === null ? null : namesOf(project).length;
    if (name === "usual_reuse") {
      const team = project.team || "";
      return Object.hasOwn(usual, team) ? usual[team] : usual[""];
    }
    if (name === "started") {
      return project.started === null ? null : Date.parse(project.started + "T00:00:00Z") / 864e5;
    }
    return project[name];
  }

  function numberOf(number, project, usual) {
    const raw = rawOf(number.field, project, usual);
    let scaled = raw;
    if (raw === null || (number.scale === "log" && raw <= 0)) scaled = number.missing;
    else if (number.scale === "log") scaled = Math.log(raw);
    else if (number.scale === "log1p") scaled = Math.log1p(Math.max(raw, 0));
    if (number.field === "reuse" && project.may_use_more) scaled = Math.max(scaled, number.missing);
    let found = (scaled - number.mean) / number.sd;
    if (number.limit !== null) found = clamp(found, -number.limit, number.limit);
    if (number.square_mean !== null) {
      found = (found * found - number.square_mean) / number.square_sd;
    }
    return found;
  }

  function isSaid(number, project) {
    if (number.field === "usual_reuse") return project.team !== null;
    if (number.field === "reuse" && project.may_use_more) return false;
    return rawOf(number.field, project, { "": 0 }) !== null;
  }

  function wordsOf(project) {
    const day = project.started;
    return {
      problem_class: project.problem_class || "",
      team: project.team || "",
      domain: project.domain || "",
      quarter: day ? `${day.slice(0, 4)}Q${Math.ceil(day.slice(5, 7) / 3)}` : "",
    };
  }

  function holds(pieces, project, names, member, share) {
    if (isRoleColumn(pieces, member)) {
      if (project.roles === null) return share;
      return project.roles.includes(member.slice(ROLE.length)) ? 1 : 0;
    }
    if (project.uses === null) return share;
    const isVersion = pieces.members === "references";
    if ((isVersion ? project.uses : names).includes(member)) return 1;
    return project.may_use_more && !(isVersion && names.includes(nameOf(member))) ? share : 0;
  }

  function moves(pieces, project, names, member) {
    if (isRoleColumn(pieces, member)) {
      return (project.roles || []).includes(member.slice(ROLE.length)) ? member : UNFILLED;
    }
    const name = pieces.members === "references" ? nameOf(member) : member;
    return names.includes(name) ? name : UNUSED;
  }

  function hasColumn(pieces, formula, use) {
    if (pieces.members === "references") return pieces.columns.includes(use);
    return pieces.columns.includes(nameOf(use)) || formula.pieces.some(
      (one) => one.members === "references" && one.columns.includes(use));
  }

  function columnsOf(formula, project) {
    const values = [1], names = [""], strange = [], usual = [1];
    const own = namesOf(project), known = wordsOf(project);
    formula.numbers.forEach((number) => {
      values.push(numberOf(number, project, formula.usual));
      names.push(number.name);
      usual.push(isSaid(number, project) ? 0 : values[values.length - 1]);
    });
    formula.words.forEach((words) => {
      const word = known[words.field];
      words.levels.forEach((level) => {
        values.push(word === level ? 1 : 0);
        names.push(words.name);
        usual.push(word === "" && level === "" ? 1 : 0);
      });
      if (!words.levels.includes(word)) strange.push(words.block);
    });
    formula.pieces.forEach((pieces) => {
      pieces.columns.forEach((member, place) => {
        const share = pieces.shares[place], shift = pieces.centred ? share : 0;
        values.push((holds(pieces, project, own, member, share) - shift) / pieces.norm);
        names.push(moves(pieces, project, own, member));
        usual.push((share - shift) / pieces.norm);
      });
      if (pieces.adds) {
        (project.uses || []).forEach((use) => {
          if (!hasColumn(pieces, formula, use)) strange.push(pieces.block);
        });
      }
    });
    return { values, names, usual, strange };
  }

  /* -- the forecast (forecast.py) ---------------------------------------------------------- */

  const designs = new WeakMap();
  function alongOf(formula) {
    if (!designs.has(formula)) designs.set(formula, designOf(formula));
    return designs.get(formula);
  }

  const startOf = (formula) => (formula.is_log ? Math.log(formula.mean) : formula.mean);

  /* A middle with its ends, as far from it in logarithms. */
  const around = (value, half) => [value, value * Math.exp(-half), value * Math.exp(half)];

  function plainOf(formula) {
    const { kind, mean, sd, tails, level } = formula;
    if (kind === "logit" || kind === "rate") return [100 * (formula.base_rate || 0), null, null];
    if (!tails[level]) return [mean, null, null];
    const half = sd * tails[level];
    if (formula.is_log) return around(mean, half);
    return [mean, Math.max(mean - half, 0), Math.min(mean + half, 100)];
  }

  function unsaid(node, project) {
    if (project.roles !== null) return isOpen(project) ? node.unknown_uses : 0;
    return isOpen(project) ? node.unknown_both : node.unknown_roles;
  }

  function centreOf(formula, columns) {
    return startOf(formula) + formula.sd * dot(columns.values, formula.weights);
  }

  function intervalOf(formula, columns, project, middleOnly) {
    const { nodes, sd, level } = formula, [least, most] = formula.ends, c = columns.values;
    const centre = centreOf(formula, columns);
    const isLog = formula.kind === "log", value = clamp(isLog ? Math.exp(centre) : centre, least, most);
    if (middleOnly) return [value, null, null];
    const along = alongOf(formula);
    const strange = nodes.map((node) => unsaid(node, project) +
      columns.strange.reduce((sum, block) => sum + node.spreads[block], 0));
    const found = nodes.map((_, place) => along(place, c));
    if (isLog) {
      const spread = sd * Math.sqrt(nodes[0].noise + found[0][1] + strange[0]);
      return around(value, spread * formula.tails[level]);
    }
    const shares = nodes.map((node) => node.weight);
    const middle = dot(shares, found.map((one) => one[0]));
    const means = found.map(([mean]) => centre + sd * (mean - middle));
    const sds = nodes.map((node, i) => sd * Math.sqrt(node.noise + found[i][1] + strange[i]));
    const tail = (1 - level) / 2;
    const [low, high] = [tail, 1 - tail].map((share) =>
      clamp(quantile(share, means, sds, shares), least, most));
    return [value, Math.min(low, value), Math.max(high, value)];
  }

  function movedOf(formula, columns, value) {
    const isLog = formula.is_log;
    const start = startOf(formula) + formula.sd * dot(columns.usual, formula.weights);
    const end = isLog ? Math.log(value) : value, parts = new Map();
    for (let place = 1; place < columns.values.length; place += 1) {
      const apart = columns.values[place] - columns.usual[place], name = columns.names[place];
      parts.set(name, (parts.get(name) || 0) + formula.sd * apart * formula.weights[place]);
    }
    let rest = end - start;
    parts.forEach((part) => { rest -= part; });
    parts.set(isLog ? "limit of what was seen" : "limit of the scale", rest);
    let typical = start, unit = 1;
    if (isLog) {
      typical = Math.exp(start);
      unit = Math.abs(end - start) > LEAST_EFFECT ? (value - typical) / (end - start) : value;
    }
    const least = LEAST_EFFECT * Math.max(1, Math.abs(value));
    const drivers = [...parts].map(([name, part]) => ({ name, effect: part * unit }))
      .filter((one) => Math.abs(one.effect) > least)
      .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect) || (a.name < b.name ? -1 : 1));
    return [typical, drivers.slice(0, DRIVERS)];
  }

  /* What a formula says of a planned project; null stands for what is not known of it.
     `middleOnly` leaves out the interval, which is what takes time. */
  function forecast(formula, project, middleOnly) {
    const answer = {
      target: formula.target, unit: formula.unit, value: null, lo: null, hi: null, level: null,
      typical: null, drivers: [], doubts: [], warnings: [], label: NOT_ENOUGH, n: formula.n,
      base_rate: formula.base_rate,
    };
    const far = farOutside(formula, project);
    if (far.length) return { ...answer, doubts: far };
    let [value, lo, hi] = plainOf(formula), typical = null, drivers = [];
    if (formula.weights.length) {
      const columns = columnsOf(formula, project);
      if (formula.kind === "logit") {
        value = 100 / (1 + Math.exp(-centreOf(formula, columns)));
      } else {
        [value, lo, hi] = intervalOf(formula, columns, project, middleOnly);
        if (formula.label !== NOT_ENOUGH) [typical, drivers] = movedOf(formula, columns, value);
      }
    }
    const warnings = warningsOf(formula, project);
    if (drivers.some((one) => one.name === "usual_reuse")) warnings.push(USUAL_REUSE);
    return {
      ...answer, value, lo, hi, typical, drivers, warnings, label: formula.label,
      doubts: [...formula.doubts], level: lo === null ? null : formula.level,
    };
  }

  /* -- finished projects like it (similarity.py, alike.py) ---------------------------------- */

  const ONE_SIDED = 0.1, LEAST = 0.2, MOST = 5;
  /* What a plan on this page never has: what it reads, its tags, its text. */
  const ABSENT = { inputs: 0.10, tags: 0.10, text: 0.25 };

  function sharedPieces(ours, theirs) {
    const both = ours.filter((name) => theirs.includes(name)).sort();
    const either = new Set([...ours, ...theirs]).size, more = both.length > 5 ? ", ..." : "";
    return [both.length / either, `${both.length} of ${either} piece${either === 1 ? "" : "s"} ` +
      `used (${both.slice(0, 5).join(", ")}${more})`];
  }

  /* What may be alike: its weight, ours, theirs, and how much of it is shared, in words too. */
  function partsOf(project, past) {
    const own = namesOf(project), theirs = past.uses;
    const word = (name) => (one, other) => [one === other ? 1 : 0, `${name} ${one}`];
    const near = (gap, reach) => Math.max(0, 1 - Math.abs(gap) / reach);
    return [
      [0.20, project.problem_class, past.problem_class, word("class")],
      [0.05, project.domain, past.domain, word("domain")],
      [0.05, own.length && own, theirs.length && theirs, sharedPieces],
      [0.05, project.complexity, past.complexity, (a, b) =>
        [near(a - b, 5), `complexity ${a}` + (a === b ? "" : ` and ${b}`)]],
      [0.05, project.team_size, past.team_size, (a, b) =>
        [near(Math.log2(a) - Math.log2(b), 2), a === b ? `team of ${a}` : `teams of ${a} and ${b}`]],
    ];
  }

  /* Finished projects most like a planned one, best first, of all but its text, with the score
     and what is shared. */
  function alike(columns, project) {
    return rowsOf(columns).map((past) => {
      let sum = 0;
      let weight = ONE_SIDED *
        (ABSENT.text + ABSENT.inputs * past.inputs + ABSENT.tags * past.tags);
      const found = [];
      partsOf(project, past).forEach(([share, ours, theirs, compare]) => {
        if (!ours || !theirs) {
          if (ours || theirs) weight += share * ONE_SIDED;
          return;
        }
        const [likeness, said] = compare(ours, theirs);
        weight += share;
        sum += share * likeness;
        if (likeness) found.push([share * likeness, said]);
      });
      const shared = found.sort((a, b) => b[0] - a[0]).map(([, said]) => said);
      return { ...past, shared, score: Math.round(Math.min(sum / weight, 1) * 1e4) / 1e4 };
    }).filter((one) => one.score >= LEAST)
      .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1)).slice(0, MOST);
  }

  self.mxForecast = { alike, forecast, grouped, nameOf, percent, rowsOf, NOT_ENOUGH };
})();
