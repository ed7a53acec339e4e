/* What an address asks for and its page does not know: taken out of the address, and said in front
   of what the page has found, until something else is chosen. */
(function () {
  "use strict";
  const MOST = 3, LONGEST = 60;

  function said([name, value]) {
    return `${name}=${value.length > LONGEST ? value.slice(0, LONGEST) + "\u2026" : value}`;
  }

  /* `pairs`: name and value of each; the others of the same name stay. */
  function leave(pairs, found) {
    if (!pairs.length) return;
    const query = new URLSearchParams(location.search);
    const lost = new Set(pairs.map((pair) => pair.join("=")));
    const kept = [...query].filter((pair) => !lost.has(pair.join("=")));
    self.maestro.keep(new URLSearchParams(kept));
    const told = pairs.filter(([, value]) => value.trim()).map(said);
    const rest = told.splice(MOST).length;
    if (rest) told.push(`${rest} more`);
    if (!told.length) return;
    found.prepend(`Left out: ${told.join(", ")} ${told.length > 1 ? "are" : "is"} not known here. `);
  }

  self.maestroLeft = leave;
})();
