/* Pages opened from disk may not start a worker: run its script in a hidden frame instead. */
(function () {
  "use strict";
  if (location.protocol !== "file:" || !document.documentElement) return;

  class FrameWorker extends EventTarget {
    constructor(address) {
      super();
      this.waiting = [];
      this.inner = null;
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.title = "Search";
      this.frame.setAttribute("aria-hidden", "true");
      const start = () => this.start(String(address));
      if (document.body) start();
      else addEventListener("DOMContentLoaded", start, { once: true });
    }

    start(address) {
      document.body.append(this.frame);
      const inner = this.frame.contentWindow;
      // What the script posts reaches the page; what the page posts reaches the script.
      inner.postMessage = (data) => {
        setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data })));
      };
      const script = inner.document.createElement("script");
      script.src = address;
      script.onload = () => {
        this.inner = inner;
        this.waiting.splice(0).forEach((data) => this.postMessage(data));
      };
      script.onerror = () => this.dispatchEvent(new Event("error"));
      inner.document.body.append(script);
    }

    postMessage(data) {
      if (!this.inner) this.waiting.push(data);
      else this.inner.dispatchEvent(new this.inner.MessageEvent("message", { data }));
    }

    terminate() {
      this.frame.remove();
    }
  }

  window.Worker = FrameWorker;
})();
