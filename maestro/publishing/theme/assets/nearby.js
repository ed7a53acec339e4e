/* What the Library says when nothing fits, and what else a word stands for. Every offer is a
   button with the number of entries that it leads to. */
(function () {
  "use strict";
  const { make, button } = self.maestro;
  const { KEYS, select, fewer, like, wordsOf } = self.maestroFacets;

  const quoted = (text) => "\u201c" + text + "\u201d";
  const counted = (count) => count.toLocaleString("en") + (count === 1 ? " entry" : " entries");
  const rest = (text, word) =>
    (" " + wordsOf(text).join(" ") + " ").replace(" " + word + " ", " ").trim();

  /* `acts`: what a choice does: words(text), choose(key, value, words), clear(key). */
  function nothing(entries, state, without, acts) {
    const made = [make("p", {}, "Nothing fits all of this.")];
    const say = (...parts) => made.push(make("p", {}, ...parts));
    const offer = (words, count, act) =>
      say(button(words, act, {}), ": " + counted(count));
    const { lost, isApart, offers } = fewer(entries, state);
    lost.forEach((word) => {
      say("No entry holds " + quoted(word) + ".");
      const left = rest(state.words, word);
      near(entries, state, word, left).forEach(({ key, value, count }) => offer(
        "Show " + acts.label(key) + " " + entries.say(key, value), count,
        () => acts.choose(key, value, left)));
    });
    if (isApart && !lost.length) say("Each word is found, but no entry holds all of them.");
    offers.forEach(({ text, count }) =>
      offer("Look for " + quoted(text) + " only", count, () => acts.words(text)));
    const takeAway = (what, count, act) => say(button("Take away " + what, act, {}),
      " and " + counted(count) + (count === 1 ? " is" : " are") + " left.");
    if (without.words) takeAway("the words", without.words, () => acts.words(""));
    KEYS.filter((key) => without[key]).forEach((key) =>
      takeAway("the choice of " + acts.label(key), without[key], () => acts.clear(key)));
    if (made.length === 1) say("No single choice is to blame: clear them all.");
    return made;
  }

  /* Values that begin like a word that is lost, and how many entries each would leave. */
  function near(entries, state, word, left) {
    return like(entries, word).map(({ key, value }) => {
      const chosen = { ...state.chosen, [key]: [value] };
      return { key, value, count: select(entries, { ...state, chosen, words: left }).rows.length };
    }).filter((one) => one.count);
  }

  /* Another word for a class, a tag or a persona: what it stands for, and a way to see only that. */
  function hint(other, entries, state, acts) {
    const typed = " " + wordsOf(state.words).join(" ") + " ";
    const found = other.find(([word, key, value]) => key !== "kind" &&
      typed.includes(" " + word + " ") && !state.chosen[key].includes(value));
    if (!found) return [];
    const [word, key, value] = found;
    const what = acts.label(key) + " " + entries.say(key, value);
    const act = () => acts.choose(key, value, rest(state.words, word));
    return [quoted(word) + " also stands for the " + what + ". ", button("Show only those", act, {})];
  }

  self.maestroNearby = { nothing, hint };
})();
