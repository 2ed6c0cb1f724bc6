"""How a page looks and what its script does: sorting, unfolding, and links between pictures and tables."""

from __future__ import annotations

__all__ = ["SCRIPT", "STYLE"]

STYLE = """\
:root { --ink: #17212b; --muted: #56636f; --paper: #ffffff; --panel: #f5f7f8; --line: #d9dfe4;
  --accent: #1f5f99; --hit: #fff2c2; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e9ed; --muted: #a3afba; --paper: #12171c; --panel: #1b2229; --line: #343e47;
    --accent: #86b9e8; --hit: #4a4016; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.45;
  font: 15px/1.45 "Inter", "Helvetica Neue", Helvetica, Arial, "DejaVu Sans", sans-serif; }
header, nav, main, footer { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
h1 { font-size: 25px; line-height: 1.2; margin: 34px 0 4px; overflow-wrap: anywhere; }
header p, footer { color: var(--muted); }
header p { margin: 0 0 14px; }
h2 { font-size: 19px; margin: 34px 0 10px; }
nav { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 4px 18px;
  align-items: center; padding-top: 9px; padding-bottom: 9px; background: var(--paper);
  border-bottom: 1px solid var(--line); }
nav #tools { margin-left: auto; }
section { scroll-margin-top: 44px; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; z-index: 3; background: var(--paper); padding: 6px; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
#tools button { border: 1px solid var(--line); border-radius: 5px; padding: 3px 10px;
  background: var(--panel); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 0 0 18px; }
dt { color: var(--muted); overflow-wrap: anywhere; max-width: 22ch; }
dd { margin: 0; overflow-wrap: anywhere; }
.pictures { display: grid; gap: 22px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr)); }
figure { margin: 0; }
figure svg { width: 100%; height: auto; display: block; border: 1px solid var(--line); border-radius: 6px; }
figcaption { color: var(--muted); font-size: 13.5px; margin-top: 5px; }
.scroll { overflow: auto; max-height: 640px; border: 1px solid var(--line); border-radius: 6px;
  width: fit-content; max-width: 100%; }
table { border-collapse: separate; border-spacing: 0; font-size: 13.5px;
  font-variant-numeric: tabular-nums; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th { position: sticky; top: 0; background: var(--panel); text-align: left; font-weight: 600;
  border-bottom: 1px solid var(--line); padding: 6px 12px; white-space: nowrap; }
th button { font-weight: 600; white-space: nowrap; }
th button::after { content: " ↕"; color: var(--muted); opacity: .55; }
th[aria-sort=ascending] button::after { content: " ↑"; opacity: 1; }
th[aria-sort=descending] button::after { content: " ↓"; opacity: 1; }
td { padding: 4px 12px; border-bottom: 1px solid var(--line); vertical-align: top; max-width: 340px;
  overflow-wrap: anywhere; min-width: 5ch; }
th.n, td.n, td.none { text-align: right; }
td.n, td.none, td.list, td:first-child { white-space: nowrap; }
td.none { color: var(--muted); }
tbody tr:hover, tbody tr.hit { background: var(--hit); }
details { display: inline-block; vertical-align: top; max-width: 340px; text-align: left; }
td.n details { text-align: right; }
summary { cursor: pointer; list-style: none; border-bottom: 1px dotted var(--muted);
  display: inline-block; }
summary::-webkit-details-marker { display: none; }
code { display: block; white-space: normal; overflow-wrap: anywhere; text-align: left; max-height: 8.5em;
  overflow: auto; font: 12px/1.4 ui-monospace, "DejaVu Sans Mono", Consolas, monospace;
  color: var(--muted); min-width: 160px; padding: 2px 0 4px; }
.note, .warning { color: var(--muted); margin: 0 0 8px; }
.warning { color: var(--ink); background: var(--hit); padding: 8px 12px; border-radius: 6px; }
.hit-cell { stroke: #d6006c; stroke-width: 3px; paint-order: stroke; }
footer { margin-top: 40px; padding-bottom: 30px; font-size: 13px; }
@media print { nav, .skip { display: none; } .scroll { max-height: none; border: 0; } }
"""

# Without the script the page reads the same: nothing is hidden, only sorting and highlighting are missing.
SCRIPT = """\
"use strict";
(() => {
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const sortBy = (head, k) => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    all("th", head.parentNode).forEach(other => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const body = head.closest("table").tBodies[0];
    const undefinedLast = cell => cell.classList.contains("none") ? 1 : 0;
    const rows = [...body.rows].map(row => [undefinedLast(row.cells[k]), +row.cells[k].dataset.v, row]);
    rows.sort((a, b) => a[0] - b[0] || (up ? a[1] - b[1] : b[1] - a[1]));
    body.append(...rows.map(entry => entry[2]));
  };
  all("table").forEach(table => all("th", table).forEach((head, k) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sortBy(head, k));
    head.replaceChildren(button);
  }));
  const tools = document.getElementById("tools");
  if (all("details").length) {
    const button = document.createElement("button");
    button.type = "button";
    button.id = "exact";
    button.setAttribute("aria-pressed", "false");
    button.textContent = "Show exact numbers";
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-pressed") === "false";
      button.setAttribute("aria-pressed", String(open));
      button.textContent = open ? "Hide exact numbers" : "Show exact numbers";
      all("details").forEach(item => { item.open = open; });
    });
    tools.append(button);
  }
  const twins = (kind, id) => all(`svg [data-${kind}="${CSS.escape(id)}"]`);
  for (const kind of ["cell", "edge"]) {
    all(`tr[data-${kind}]`).forEach(row => {
      const mark = on => twins(kind, row.dataset[kind]).forEach(s => s.classList.toggle("hit-cell", on));
      row.addEventListener("mouseenter", () => mark(true));
      row.addEventListener("mouseleave", () => mark(false));
    });
    all(`svg [data-${kind}]`).forEach(shape => shape.addEventListener("click", () => {
      all("tr.hit").forEach(row => row.classList.remove("hit"));
      const row = document.querySelector(`tr[data-${kind}="${CSS.escape(shape.dataset[kind])}"]`);
      if (row) { row.classList.add("hit"); row.scrollIntoView({block: "center"}); }
    }));
  }
})();
"""
