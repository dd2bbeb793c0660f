"use strict";
// Narrows the list of keys. Without scripts the page shows them all, and this bar stays hidden.
const bar = document.querySelector(".filter");
if (bar) {
  const [words, liveness, provider] = bar.querySelectorAll("input, select");
  const cards = [...document.querySelectorAll("[data-liveness]")];
  const texts = new Map(cards.map((card) => [card, card.textContent.toLowerCase()]));
  const count = bar.querySelector("output");
  const narrow = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const card of cards) {
      const fits =
        wanted.every((word) => texts.get(card).includes(word)) &&
        (!liveness.value || liveness.value === card.dataset.liveness) &&
        (!provider.value || provider.value === card.dataset.provider);
      card.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    count.textContent = `${shown} / ${cards.length}`;
  };
  for (const kind of ["input", "change"]) bar.addEventListener(kind, narrow);
  bar.addEventListener("submit", (event) => event.preventDefault());
  bar.hidden = false;
  narrow();
}
