"use strict";
const form = document.getElementById("filter");
const query = document.getElementById("query");
const count = document.getElementById("count");
const boxes = [...form.querySelectorAll("input[type=checkbox]")];
const groups = [...document.querySelectorAll(".group")].map((section) => ({
  section,
  details: section.querySelector("details"),
  number: section.querySelector(".number"),
  title: section.querySelector("h2").textContent,
  rows: [...section.querySelectorAll(".rows > li")],
}));
const total = groups.reduce((sum, group) => sum + group.rows.length, 0);
const FEW = 100;

const texts = new Map();
function text(group, row) {
  let known = texts.get(row);
  if (known === undefined) {
    known = (group.title + " " + row.textContent).toLowerCase();
    texts.set(row, known);
  }
  return known;
}

function filter() {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  const off = new Set(boxes.filter((box) => !box.checked).map((box) => box.value));
  let shown = 0;
  const kept = [];
  for (const group of groups) {
    let here = 0;
    const out = off.has(group.section.dataset.level);
    for (const row of group.rows) {
      const show = !out && words.every((word) => text(group, row).includes(word));
      if (row.hidden === show) row.hidden = !show;
      here += show;
    }
    group.section.hidden = here === 0;
    group.number.textContent = here;
    if (here > 0) kept.push(group);
    shown += here;
  }
  if (words.length > 0 && shown <= FEW) for (const group of kept) group.details.open = true;
  count.textContent = shown === total ? `${total} results` : `${shown} of ${total} results`;
}

function all(open) {
  const visible = groups.filter((group) => !group.section.hidden);
  for (const group of visible) {
    group.details.open = open;
    for (const row of group.rows) if (!row.hidden) row.firstElementChild.open = open;
  }
}

let later;
query.addEventListener("input", () => {
  clearTimeout(later);
  later = setTimeout(filter, 120);
});
for (const box of boxes) box.addEventListener("change", filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(filter));
document.getElementById("open").addEventListener("click", () => all(true));
document.getElementById("close").addEventListener("click", () => all(false));
document.getElementById("print").addEventListener("click", () => print());
form.hidden = false;
count.textContent = `${total} results`;
