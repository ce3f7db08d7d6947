(() => {
  "use strict";
  const root = document.documentElement;
  const make = (label) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    return button;
  };

  // A theme other than that of the system.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const theme = make("");
  theme.className = "theme";
  const name = () => { theme.textContent = isDark() ? "Light theme" : "Dark theme"; };
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    name();
  });
  dark.addEventListener("change", name);
  name();
  document.querySelector("header").append(theme);

  // Tables by any of their columns: up, down, and as they were.
  const number = (text) => {
    const found = text.replace(/,/g, "").match(/-?\d+(\.\d+)?/);
    return found ? Number(found[0]) : null;
  };
  const compare = (one, other) => {
    if (one === other) return 0;
    if (one === null) return 1;
    if (other === null) return -1;
    return typeof one === "number" ? one - other : one.localeCompare(other, "en", { numeric: true });
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    const original = [...body.rows];
    const heads = [...table.tHead.querySelectorAll("th[scope=col]:not(.bars)")];
    const position = new Map();
    const first = [...table.tHead.rows[0].cells];
    let at = 0;
    for (const cell of first) {
      if (cell.scope === "col") position.set(cell, at);
      at += cell.colSpan;
    }
    if (table.tHead.rows.length > 1) {
      const free = [];
      at = 0;
      for (const cell of first) {
        if (cell.rowSpan === 1) for (let more = cell.colSpan; more > 0; more--) free.push(at + cell.colSpan - more);
        at += cell.colSpan;
      }
      [...table.tHead.rows[1].cells].forEach((cell, index) => position.set(cell, free[index]));
    }
    for (const head of heads) {
      const button = make("");
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        const next = now === null ? "ascending" : now === "ascending" ? "descending" : null;
        for (const it of heads) it.removeAttribute("aria-sort");
        let rows = original;
        if (next) {
          head.setAttribute("aria-sort", next);
          const isNumber = head.classList.contains("number");
          const key = (row) => {
            const text = row.cells[position.get(head)].textContent;
            return isNumber ? number(text) : text;
          };
          const sign = next === "ascending" ? 1 : -1;
          rows = original.map((row) => [key(row), row]);
          rows.sort((one, other) => {
            const order = compare(one[0], other[0]);
            return one[0] === null || other[0] === null ? order : sign * order;
          });
          rows = rows.map((it) => it[1]);
        }
        body.append(...rows);
      });
    }
  }

  // What does not scroll need not be stopped at.
  const scrolls = document.querySelectorAll(".scroll");
  const measure = () => {
    for (const it of scrolls) {
      if (it.scrollWidth > it.clientWidth) it.tabIndex = 0;
      else it.removeAttribute("tabindex");
    }
  };
  addEventListener("resize", measure);
  measure();

  // Paper cannot be opened.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const it of closed) it.open = true;
  });
  addEventListener("afterprint", () => {
    for (const it of closed) it.open = false;
    measure();
  });
})();
