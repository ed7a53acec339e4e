/* What the uncertainty of a published formula needs: linear systems and quantiles. It follows
   maestro/learning/solving.py line by line. */
(function () {
  "use strict";
  const CLOSE = 1e-24;

  function dot(a, b) {
    let sum = 0;
    for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
    return sum;
  }

  /* How the finished projects stand behind a formula: of a set of spreads, by its place, and the
     columns of a project, the mean and the variance along these columns. */
  function designOf(formula) {
    const { nodes, design: { numbers, ones, outcomes } } = formula;
    const blocks = [0, ...formula.numbers.map((number) => number.block),
      ...formula.words.flatMap((words) => words.levels.map(() => words.block))];
    const scale = blocks.map(() => 1), shift = blocks.map(() => 0);
    formula.pieces.forEach(({ block, shares, norm, centred }) => shares.forEach((share) => {
      blocks.push(block);
      scale.push(1 / norm);
      shift.push(centred ? share : 0);
    }));

    function times(v) {
      const wide = v.map((one, i) => one * scale[i]), always = v[0] - dot(shift, wide);
      return ones.map((places, row) => {
        let said = always;
        const own = numbers[row];
        for (let i = 0; i < own.length; i += 1) said += own[i] * v[i + 1];
        for (let i = 0; i < places.length; i += 1) said += wide[places[i]];
        return said;
      });
    }

    /* Sums over the projects, each with its weight, before the columns are scaled and shifted. */
    function sums(weights, held) {
      const out = new Array(scale.length).fill(0);
      ones.forEach((places, row) => {
        const one = weights[row], own = held[row];
        out[0] += one;
        for (let i = 0; i < own.length; i += 1) out[i + 1] += own[i] * one;
        for (let i = 0; i < places.length; i += 1) out[places[i]] += one;
      });
      return out;
    }

    const back = (said) =>
      sums(said, numbers).map((sum, i, all) => scale[i] * (sum - shift[i] * all[0]));
    const squares = sums(ones.map(() => 1), numbers.map((own) => own.map((n) => n * n)))
      .map((sum, i, all) => scale[i] ** 2 * (sum - 2 * shift[i] * sum + all[0] * shift[i] ** 2));
    const priors = nodes.map((node) => blocks.map((block) => 1 / node.spreads[block]));
    const eases = nodes.map((node, at) =>
      squares.map((square, i) => 1 / (priors[at][i] + square / node.noise)));

    function solve(place, c) {
      const prior = priors[place], ease = eases[place], { noise } = nodes[place];
      const eased = (left) => left.map((one, i) => ease[i] * one);
      let found = c.map(() => 0), left = c, step = eased(c), size = dot(c, step);
      const enough = CLOSE * size;
      for (let turn = 0; turn < 4 * c.length && size > enough; turn += 1) {
        const image = back(times(step)).map((one, i) => prior[i] * step[i] + one / noise);
        const far = size / dot(step, image), before = size;
        found = found.map((one, i) => one + far * step[i]);
        left = left.map((one, i) => one - far * image[i]);
        const next = eased(left);
        size = dot(left, next);
        step = next.map((one, i) => one + (size / before) * step[i]);
      }
      return found;
    }

    return (place, c) => {
      const solved = solve(place, c);
      const mean = outcomes.length ? dot(times(solved), outcomes) / nodes[place].noise : 0;
      return [mean, Math.max(dot(solved, c), 0)];
    };
  }

  function normal(x) {
    if (Math.abs(x) > 8) return x < 0 ? 0 : 1;
    let total = x, term = x, k = 1;
    while (Math.abs(term) > 1e-17 * Math.abs(total)) {
      k += 2;
      term *= x * x / k;
      total += term;
    }
    return 0.5 + total * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  function quantile(share, means, sds, shares) {
    let low = Math.min(...means.map((mean, i) => mean - 10 * sds[i]));
    let high = Math.max(...means.map((mean, i) => mean + 10 * sds[i]));
    for (let turn = 0; turn < 50; turn += 1) {
      const middle = (low + high) / 2;
      let below = 0;
      for (let i = 0; i < means.length; i += 1) {
        below += shares[i] * normal((middle - means[i]) / sds[i]);
      }
      if (below < share) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  }

  self.mxSolving = { designOf, dot, quantile };
})();
