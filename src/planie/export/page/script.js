"use strict";
// Sorting, filtering, and showing what belongs to a target. Nothing here makes markup out of text.
(() => {
  const all = (where, what) => Array.from(where.querySelectorAll(what));

  // Which mark has which role in which target: "p0t3:指标 p0t4:中心词".
  const roles = new Map();
  for (const mark of all(document, "mark[data-roles]")) {
    for (const pair of mark.dataset.roles.split(" ")) {
      const [target, role] = pair.split(":");
      if (!roles.has(target)) roles.set(target, []);
      roles.get(target).push([mark, role]);
    }
  }
  const dark = () => {
    for (const lit of all(document, ".lit")) {
      lit.classList.remove("lit");
      delete lit.dataset.role;
    }
  };
  const light = (targets) => {
    dark();
    for (const target of targets) {
      document.getElementById(target)?.classList.add("lit");
      for (const [mark, role] of roles.get(target) || []) {
        mark.classList.add("lit");
        mark.dataset.role = mark.dataset.role && mark.dataset.role !== role ? `${mark.dataset.role}·${role}` : role;
      }
    }
  };
  const of = (place) => {
    if (place.matches("mark")) return place.dataset.roles.split(" ").map((pair) => pair.split(":")[0]);
    return [place.dataset.target || place.id];
  };
  // What is pointed at, or reached by the keyboard, shows its roles; what was clicked on keeps them.
  let picked = null;
  const rest = () => (picked ? light([picked]) : dark());
  const pick = (target) => {
    for (const row of all(document, "tr.picked")) row.classList.remove("picked");
    picked = picked === target ? null : target;
    if (picked) document.getElementById(picked)?.classList.add("picked");
    rest();
  };
  for (const place of all(document, "mark[data-roles], tbody tr, .chip")) {
    place.addEventListener("mouseenter", () => light(of(place)));
    place.addEventListener("mouseleave", rest);
    place.addEventListener("focusin", () => light(of(place)));
    place.addEventListener("focusout", rest);
  }
  for (const mark of all(document, "mark[data-roles]")) {
    mark.addEventListener("click", () => {
      const [target] = of(mark);
      if (picked !== target) pick(target);
      document.getElementById(target)?.scrollIntoView({ block: "nearest" });
    });
  }
  // A row leads to its number in the document, wherever it is clicked; not when its words are being selected.
  for (const row of all(document, "tbody tr[id]")) {
    row.addEventListener("click", (event) => {
      if (String(getSelection())) return;
      if (event.target.closest("a")) {
        if (picked !== row.id) pick(row.id); // and the browser follows the link
        return;
      }
      pick(row.id);
      if (picked) row.querySelector("a.jump")?.click();
    });
  }
  for (const chip of all(document, ".chip")) chip.addEventListener("click", () => picked !== chip.dataset.target && pick(chip.dataset.target));

  // A click on a column's name sorts by it, a second one the other way round, a third one as in the document;
  // rows without a value come last.
  const key = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.sort === undefined) return cell.textContent || null;
    return cell.dataset.sort === "" ? null : Number(cell.dataset.sort);
  };
  const compare = (a, b, way) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return way * (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh"));
  };
  for (const table of all(document, "table.targets")) {
    const heads = all(table, "th");
    const written = Array.from(table.tBodies[0].rows);
    heads.forEach((head, column) => {
      head.querySelector("button").addEventListener("click", () => {
        const way = { ascending: -1, descending: 0 }[head.getAttribute("aria-sort")] ?? 1;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        const rows = written.slice();
        if (way) {
          head.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
          rows.sort((a, b) => compare(key(a, column), key(b, column), way));
        }
        table.tBodies[0].append(...rows);
      });
    });
  }

  for (const form of all(document, "form.filters")) {
    const rows = Array.from(form.parentNode.querySelector("tbody").rows);
    const { words, status, year } = form.elements;
    const output = form.querySelector("output");
    const apply = () => {
      const wanted = words.value.trim().toLowerCase().split(/\s+/);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        const fits = wanted.every((word) => text.includes(word));
        row.hidden = !(fits && (!status.value || row.dataset.status === status.value) && (!year.value || row.dataset.year === year.value));
        shown += !row.hidden;
      }
      output.textContent = `${shown} / ${rows.length}`;
    };
    form.addEventListener("input", apply);
    form.addEventListener("reset", () => setTimeout(apply));
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
  }

  // Several plans on a page: a list of them at the top.
  const plans = all(document, "article");
  if (plans.length > 1) {
    const nav = document.createElement("nav");
    for (const plan of plans) {
      const link = document.createElement("a");
      link.href = `#${plan.id}`;
      link.textContent = plan.querySelector("h1").textContent;
      nav.append(link);
    }
    document.querySelector("main").prepend(nav);
  }
})();
