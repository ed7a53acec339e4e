/* Runs in the search worker after the theme's script. The theme marks every match of a query and
   hands all of them over, and takes each word as the beginning of others: one letter of thousands
   of pages takes it seconds. So one letter stands for itself, two are a beginning in titles only,
   and the best matches alone are marked. Words such as "is" stand for nothing, not for "island",
   but for the last one, which may not be typed to its end. */
(function () {
  "use strict";
  const MOST = 200;
  const SHORT = 2;
  const { lunr } = self;
  if (!lunr || !lunr.Index || !lunr.Query) return;
  const all = lunr.Index.prototype.query;

  const isOptional = (clause) => clause.presence === lunr.Query.presence.OPTIONAL;
  const wordOf = (clause) => clause.term.replace(/\*$/, "");

  function narrow(query) {
    query.clauses = query.clauses.filter((clause, at, { length }) => at === length - 1 ||
      !isOptional(clause) || lunr.stopWordFilter(wordOf(clause)));
    query.clauses.slice().forEach((clause) => {
      const word = wordOf(clause);
      if (!isOptional(clause) || word === clause.term || word.length > SHORT) return;
      query.clauses.push({ ...clause, term: word });
      clause.fields = word.length < SHORT ? [] : clause.fields.filter((f) => f === "title");
    });
  }

  lunr.Index.prototype.query = function (fill) {
    const found = all.call(this, (query) => {
      fill.call(query, query);
      narrow(query);
    });
    return found.slice(0, MOST);
  };
})();
