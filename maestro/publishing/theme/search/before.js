/* Runs in the search worker before the theme's script. While a query was being answered others may
   have come: only the newest is answered, so that typing on never waits for what was typed before. */
(function () {
  "use strict";
  const QUERY = 2;
  const due = new WeakSet();
  let newest = 0;

  addEventListener("message", (event) => {
    if (!event.data || event.data.type !== QUERY || due.has(event.data)) return;
    event.stopImmediatePropagation();
    const { data } = event;
    const turn = ++newest;
    /* A turn of the event loop later, whatever else was waiting has been seen. */
    setTimeout(() => {
      if (turn !== newest) return;
      due.add(data);
      dispatchEvent(new MessageEvent("message", { data }));
    });
  });
})();
