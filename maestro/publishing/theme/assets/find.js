/* The search on Home: takes the words to the Library, which finds. Without this script a link
   leads there. */
(function () {
  "use strict";
  const { make } = self.maestro;

  function setUp(place) {
    const link = place.querySelector("a");
    if (!link || place.querySelector("input")) return;
    const library = link.getAttribute("href");
    /* Words that find something in this library, if there are any. */
    const known = place.dataset.mxFind;
    const box = make("input", {
      type: "search", placeholder: known ? "such as " + known : "words to look for",
      autocomplete: "off",
    });
    place.prepend(make("label", {}, make("span", {}, "What are you looking for?"), box));

    function aim() {
      const text = box.value.trim();
      link.setAttribute("href", text ? library + "?words=" + encodeURIComponent(text) : library);
    }

    box.addEventListener("input", aim);
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      aim();
      link.click();
    });
  }

  document.querySelectorAll("[data-mx-find]").forEach(setUp);
})();
