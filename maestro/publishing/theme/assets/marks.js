/* Interval bars, badges and addresses for pages that are filled by a script. */
(function () {
  "use strict";
  const { make, draw } = self.maestro;

  /* The page of an entry as seen from one folder below the site's root; a name that is no name
     has none. */
  function page(kind, name) {
    if (!/^[a-z0-9-]+$/.test(name)) return "";
    return (kind === "model_cards" ? "../models/" : "../library/") + name + ".html";
  }

  /* The same bar as in the tables that the build makes: margin, zero, interval, centre. */
  function bar(title, value, lo, hi, scale) {
    const [low, high] = scale.axis;
    const at = (end) => (8 + (164 * (end - low)) / (high - low)).toFixed(1);
    const tone = lo > scale.margin ? "up" : hi < -scale.margin ? "down" : "open";
    const parts = [draw("line", { class: "mx-axis", x1: 8, x2: 172, y1: 10, y2: 10 })];
    if (scale.margin > 0) {
      const left = at(-scale.margin);
      const width = (at(scale.margin) - left).toFixed(1);
      parts.push(draw("rect", { class: "mx-margin", x: left, y: 2, width, height: 16 }));
    }
    parts.push(draw("line", { class: "mx-zero", x1: at(0), x2: at(0), y1: 2, y2: 18 }));
    if (lo !== null && hi !== null) {
      const width = Math.max(at(hi) - at(lo), 2).toFixed(1);
      parts.push(draw("rect", { class: "mx-bar", x: at(lo), y: 6, width, height: 8, rx: 4 }));
    }
    parts.push(draw("circle", { class: "mx-mark", cx: at(value), cy: 10, r: 3.5 }));
    const cls = "mx-chart mx-interval mx-" + tone;
    const head = { class: cls, viewBox: "0 0 180 20", role: "img" };
    return draw("svg", head, draw("title", {}, title), ...parts);
  }

  function badge(words, tone) {
    return make("span", { class: "mx-badge mx-badge-" + tone }, words);
  }

  const TONES = { stable: "good", deprecated: "warn" };

  function status(name) {
    return badge(name, Object.hasOwn(TONES, name) ? TONES[name] : "plain");
  }

  /* Words in which fair comparisons lead to the guide that the page's note on effects names. */
  function fair(text) {
    const term = "fair comparisons";
    const guide = document.querySelector(".mx-impact-note a");
    const at = text.indexOf(term);
    if (!guide || at < 0) return [text];
    const link = make("a", { href: guide.getAttribute("href") }, term);
    return [text.slice(0, at), link, text.slice(at + term.length)];
  }

  /* An effect in words; its interval is not broken. */
  function points(text) {
    const at = text.lastIndexOf(" (") + 1;
    return [text.slice(0, at), make("span", { class: "mx-whole" }, text.slice(at))];
  }

  self.maestroMarks = { page, bar, badge, status, fair, points };
})();
