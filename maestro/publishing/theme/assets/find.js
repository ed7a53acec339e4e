/* The search on Home: takes the words to the Library, which finds. Without this script a link
   leads there. */
(function () {
  "use strict";

  function setUp(place) {
    const link = place.querySelector("a");
    if (!link || place.querySelector("input")) return;
    const library = link.getAttribute("href");
    const label = document.createElement("label");
    const words = document.createElement("span");
    words.textContent = "What are you looking for?";
    const box = document.createElement("input");
    box.type = "search";
    box.placeholder = "churn features, forecasting, a team\u2026";
    box.autocomplete = "off";
    label.append(words, box);
    place.prepend(label);

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
