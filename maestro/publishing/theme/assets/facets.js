/* The entries of the Library as numbers: which fit a choice, how many would fit with one choice
   more, and in which order they come. Draws nothing. */
(function () {
  "use strict";
  const KEYS = ["kind", "class", "grade", "used", "status", "owner", "tag", "persona", "license"];
  /* Facets whose values are found by words, too: what an entry is, not how well it did. */
  const SPOKEN = ["kind", "class", "status", "owner", "tag", "persona", "license"];
  const MOST_WORDS = 8;
  const MOST_OFFERS = 5;
  const MOST_LIKE = 3;
  const BUCKETS = [[10, "10+"], [5, "5-9"], [1, "1-4"], [0, "0"]];

  function fold(text) {
    if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  function wordsOf(text) {
    return [...new Set(fold(text).split(/\s+/).filter(Boolean))];
  }

  function bucket(count) {
    return count === null ? "?" : BUCKETS.find(([least]) => count >= least)[1];
  }

  /* A column whose values are numbered: the codes of row r stand from starts[r] to starts[r + 1]. */
  function coded(column) {
    const places = new Map();
    const starts = new Int32Array(column.length + 1);
    const codes = [];
    column.forEach((cell, row) => {
      (Array.isArray(cell) ? cell : [cell]).forEach((value) => {
        if (!places.has(value)) places.set(value, places.size);
        codes.push(places.get(value));
      });
      starts[row + 1] = codes.length;
    });
    return { values: [...places.keys()], places, starts, codes: Int32Array.from(codes) };
  }

  function index(data) {
    const columns = { ...data.columns, used: data.columns.used.map(bucket) };
    const words = {};
    Object.entries(data.words).forEach(([key, pairs]) => { words[key] = new Map(pairs); });
    words.used = new Map([
      ["0", "none"], ["1-4", "1 to 4"], ["5-9", "5 to 9"], ["10+", "10 or more"],
      ["?", "not counted"],
    ]);
    const say = (key, value) => (words[key] && words[key].get(value)) || value;
    const size = columns.name.length;
    const titles = columns.name.map((name, row) => fold(name + "\n" + columns.title[row]));
    const texts = columns.text.map(fold);
    const facets = {};
    KEYS.forEach((key) => { facets[key] = coded(columns[key]); });
    const also = new Map();
    data.other.forEach(([word, key, value]) => {
      const at = key + "\n" + value;
      also.set(at, [...(also.get(at) || []), word]);
    });
    SPOKEN.forEach((key) => {
      facets[key].spoken = facets[key].values.map((value) =>
        spoken(value, say(key, value), also.get(key + "\n" + value) || []));
    });
    return {
      size, say, facets, texts, titles, columns: data.columns, orders: orders(data.columns, size),
    };
  }

  /* What people call a value of a facet: itself, its title and other words, whole and in parts.
     Said once for a value, never once for each row. */
  function spoken(value, title, also) {
    const names = value ? [value, title, ...also].map(fold) : [];
    return names.map((name) => " " + name + " " + name.replace(/[^\p{L}\p{N}]+/gu, " "));
  }

  /* The facets that have values which a word begins, each with a mask over its values. */
  function called(found, word) {
    return SPOKEN.map((key) => {
      const facet = found.facets[key];
      const mask = Uint8Array.from(facet.spoken, (names) =>
        Number(names.some((name) => name.includes(" " + word))));
      return { facet, mask };
    }).filter(({ mask }) => mask.includes(1));
  }

  /* Whether a row holds the word of a place: in its name, its sentence or a value of a facet. */
  function holder(found, words) {
    const named = words.map((word) => called(found, word));
    return (word, at, row) => found.titles[row].includes(word) ||
      found.texts[row].includes(word) || named[at].some((one) => has(one.facet, one.mask, row));
  }

  /* Rows stand in the order of effect; every other order falls back on it. */
  function orders(columns, size) {
    const rows = Array.from({ length: size }, (_, row) => row);
    const used = (row) => (columns.used[row] === null ? -1 : columns.used[row]);
    const { changed, name } = columns;
    const makers = {
      effect: () => rows,
      use: () => [...rows].sort((a, b) => used(b) - used(a) || a - b),
      recent: () => [...rows].sort(
        (a, b) => (changed[b] > changed[a]) - (changed[b] < changed[a]) || a - b),
      name: () => [...rows].sort((a, b) => (name[a] > name[b]) - (name[a] < name[b])),
    };
    const made = {};
    return (key) => {
      const wanted = Object.hasOwn(makers, key) ? key : "effect";
      if (!made[wanted]) made[wanted] = makers[wanted]();
      return made[wanted];
    };
  }

  /* The facets in which something is chosen, each with a mask over its values. */
  function chosenOf(found, chosen) {
    return KEYS.filter((key) => chosen[key] && chosen[key].length).map((key) => {
      const facet = found.facets[key];
      const mask = new Uint8Array(facet.values.length);
      chosen[key].forEach((value) => {
        if (facet.places.has(value)) mask[facet.places.get(value)] = 1;
      });
      return { key, facet, mask };
    });
  }

  function has(facet, mask, row) {
    for (let at = facet.starts[row]; at < facet.starts[row + 1]; at += 1) {
      if (mask[facet.codes[at]]) return true;
    }
    return false;
  }

  function count(facet, row, into) {
    for (let at = facet.starts[row]; at < facet.starts[row + 1]; at += 1) {
      into[facet.codes[at]] += 1;
    }
  }

  /* Within a facet any value will do, and all facets must hold; the counts of a facet ignore
     what is chosen in it. `without` says how many rows each choice alone keeps away. */
  function select(found, choice) {
    const words = wordsOf(choice.words);
    const holds = holder(found, words);
    const active = chosenOf(found, choice.chosen);
    const counts = {};
    KEYS.forEach((key) => { counts[key] = new Int32Array(found.facets[key].values.length); });
    const without = { words: 0 };
    active.forEach((one) => { without[one.key] = 0; });
    const rows = [];
    const every = KEYS.map((key) => [found.facets[key], counts[key]]);
    for (const row of found.orders(choice.sort)) {
      const fits = words.every((word, at) => holds(word, at, row));
      let missing = 0;
      let last = null;
      for (const one of active) {
        if (has(one.facet, one.mask, row)) continue;
        missing += 1;
        last = one.key;
        if (missing > 1) break;
      }
      if (!fits) {
        if (!missing) without.words += 1;
      } else if (!missing) {
        rows.push(row);
        for (const [facet, into] of every) count(facet, row, into);
      } else if (missing === 1) {
        without[last] += 1;
        count(found.facets[last], row, counts[last]);
      }
    }
    return { rows: ranked(found, rows, choice, words), counts, without };
  }

  /* Under the order of effect, names that begin with the words come first, then names that hold
     them all, then what only says them elsewhere. */
  function ranked(found, rows, choice, words) {
    if (!words.length || choice.sort !== "effect") return rows;
    const title = fold(choice.words).trim();
    const name = title.replace(/\s+/g, "-");
    const tiers = [[], [], []];
    rows.forEach((row) => {
      const text = found.titles[row];
      const begins = text.startsWith(name) || text.includes("\n" + title);
      tiers[begins ? 0 : words.every((word) => text.includes(word)) ? 1 : 2].push(row);
    });
    return tiers.flat();
  }

  /* What fewer words would find, told by one look at each row: `lost` are words that no entry
     holds, `isApart` says that no entry holds all; `offers` come with most words first. */
  function fewer(found, choice) {
    const words = wordsOf(choice.words).slice(0, MOST_WORDS);
    const holds = holder(found, words);
    const active = chosenOf(found, choice.chosen);
    const tally = new Map();
    const whole = (1 << words.length) - 1;
    let seen = 0;
    let isApart = true;
    for (let row = 0; row < found.size; row += 1) {
      const held = words.reduce((bits, word, at) => bits | (Number(holds(word, at, row)) << at), 0);
      seen |= held;
      if (held === whole) isApart = false;
      if (held && active.every((one) => has(one.facet, one.mask, row))) {
        tally.set(held, (tally.get(held) || 0) + 1);
      }
    }
    const sets = new Set(words.flatMap((_, at) => [whole & ~(1 << at), 1 << at]));
    const offers = [...sets].filter((wanted) => wanted && wanted !== whole).map((wanted) => ({
      text: words.filter((_, at) => wanted & (1 << at)).join(" "),
      size: words.filter((_, at) => wanted & (1 << at)).length,
      count: [...tally].reduce((sum, [held, n]) => sum + ((held & wanted) === wanted ? n : 0), 0),
    })).filter((one) => one.count).sort((a, b) => b.size - a.size || b.count - a.count);
    const lost = words.filter((_, at) => !(seen & (1 << at)));
    return { lost, isApart, offers: offers.slice(0, MOST_OFFERS) };
  }

  /* Values of facets that begin like a word which nothing holds: "forecasts" and "forecasting". A
     few of them, those of most entries first. */
  function like(found, word) {
    const start = word.slice(0, Math.max(4, word.length - 3));
    if (start.length < 4) return [];
    const isLike = (names) => names.some((name) => name.includes(" " + start) ||
      name.split(" ").some((part) => part.length > 3 && word.startsWith(part)));
    const sizeOf = (facet, code) => facet.codes.reduce((sum, one) => sum + Number(one === code), 0);
    return SPOKEN.flatMap((key) => {
      const facet = found.facets[key];
      const codes = facet.values.map((_, code) => code).filter((code) => isLike(facet.spoken[code]));
      return codes.slice(0, MOST_LIKE).map((code) =>
        ({ key, value: facet.values[code], size: sizeOf(facet, code) }));
    }).sort((a, b) => b.size - a.size).slice(0, MOST_LIKE);
  }

  self.maestroFacets = { KEYS, index, select, fewer, like, wordsOf };
})();
