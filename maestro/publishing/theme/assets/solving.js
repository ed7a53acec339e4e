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

  function blocksOf(formula) {
    const found = [0, ...formula.numbers.map((number) => number.block)];
    formula.words.forEach((words) => words.levels.forEach(() => found.push(words.block)));
    formula.pieces.forEach((pieces) => pieces.columns.forEach(() => found.push(pieces.block)));
    return found;
  }

  class Design {
    constructor(formula) {
      this.nodes = formula.nodes;
      this.design = formula.design;
      const plain = 1 + formula.numbers.length +
        formula.words.reduce((sum, words) => sum + words.levels.length, 0);
      const scale = new Array(plain).fill(1), shift = new Array(plain).fill(0);
      formula.pieces.forEach((pieces) => pieces.columns.forEach((_, place) => {
        scale.push(1 / pieces.norm);
        shift.push(pieces.centred ? pieces.shares[place] : 0);
      }));
      this.scale = Float64Array.from(scale);
      this.shift = Float64Array.from(shift);
      const squares = this.squares(), blocks = blocksOf(formula);
      this.prior = this.nodes.map((node) =>
        Float64Array.from(blocks, (block) => 1 / node.spreads[block]));
      this.easy = this.nodes.map((node, at) =>
        Float64Array.from(squares, (square, i) => 1 / (this.prior[at][i] + square / node.noise)));
    }

    along(place, c) {
      const solved = this.solve(place, c), outcomes = this.design.outcomes;
      const mean = outcomes.length
        ? dot(this.times(solved), outcomes) / this.nodes[place].noise : 0;
      return [mean, Math.max(dot(solved, c), 0)];
    }

    solve(place, c) {
      const prior = this.prior[place], easy = this.easy[place], noise = this.nodes[place].noise;
      const count = c.length, found = new Float64Array(count), left = Float64Array.from(c);
      const step = new Float64Array(count);
      let size = 0;
      for (let i = 0; i < count; i += 1) {
        step[i] = easy[i] * left[i];
        size += left[i] * step[i];
      }
      const enough = CLOSE * size;
      for (let turn = 0; turn < 4 * count && size > enough; turn += 1) {
        const image = this.back(this.times(step));
        let along = 0;
        for (let i = 0; i < count; i += 1) {
          image[i] = prior[i] * step[i] + image[i] / noise;
          along += step[i] * image[i];
        }
        const far = size / along, before = size;
        size = 0;
        for (let i = 0; i < count; i += 1) {
          found[i] += far * step[i];
          left[i] -= far * image[i];
          size += left[i] * easy[i] * left[i];
        }
        for (let i = 0; i < count; i += 1) step[i] = easy[i] * left[i] + (size / before) * step[i];
      }
      return found;
    }

    times(v) {
      const { scale, shift } = this, { numbers, ones } = this.design;
      const wide = scale.map((s, i) => s * v[i]), always = v[0] - dot(shift, wide);
      return Float64Array.from(ones, (places, row) => {
        let said = always;
        const own = numbers[row];
        for (let i = 0; i < own.length; i += 1) said += own[i] * v[i + 1];
        for (let i = 0; i < places.length; i += 1) said += wide[places[i]];
        return said;
      });
    }

    back(said) {
      const { scale, shift } = this, { numbers, ones } = this.design;
      const out = new Float64Array(scale.length);
      let total = 0;
      ones.forEach((places, row) => {
        const one = said[row], own = numbers[row];
        total += one;
        for (let i = 0; i < own.length; i += 1) out[i + 1] += own[i] * one;
        for (let i = 0; i < places.length; i += 1) out[places[i]] += one;
      });
      out[0] = total;
      return out.map((o, i) => scale[i] * (o - shift[i] * total));
    }

    squares() {
      const { scale, shift } = this, { numbers, ones } = this.design;
      const out = new Float64Array(scale.length), count = ones.length;
      out[0] = count;
      ones.forEach((places, row) => {
        numbers[row].forEach((number, i) => { out[i + 1] += number * number; });
        places.forEach((place) => { out[place] += 1 - 2 * shift[place]; });
      });
      return out.map((o, i) => scale[i] * scale[i] * (o + count * shift[i] * shift[i]));
    }
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

  self.mxSolving = { Design, dot, quantile };
})();
