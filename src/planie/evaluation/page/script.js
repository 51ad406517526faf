"use strict";
// Shows the sentences that have a word and a kind of fault. Nothing here makes markup out of text.
(() => {
  const form = document.querySelector("form");
  if (!form) return;
  const sections = Array.from(document.querySelectorAll("section"));
  const { words, fault, origin } = form.elements;
  const output = form.querySelector("output");
  const apply = () => {
    const wanted = words.value.trim().toLowerCase().split(/\s+/);
    let shown = 0;
    for (const section of sections) {
      const text = section.textContent.toLowerCase();
      const kinds = section.dataset.faults.split("|");
      section.hidden = !(
        wanted.every((word) => text.includes(word)) &&
        (!fault.value || kinds.includes(fault.value)) &&
        (!origin.value || section.dataset.origin === origin.value)
      );
      shown += !section.hidden;
    }
    output.textContent = `${shown} / ${sections.length}`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
