"use strict";
const resources = [...document.querySelectorAll(".resource")];
const chips = [...document.querySelectorAll(".chip")];
const [kind, find, all] = ["kind", "find", "all"].map((id) => document.getElementById(id));

function filter() {
  const changes = new Set(chips.filter((chip) => chip.ariaPressed === "true").map((chip) => chip.dataset.change));
  const name = find.value.trim().toLowerCase();
  let shown = 0;
  for (const resource of resources) {
    const { change, kind: own, name: title } = resource.dataset;
    const fits = changes.has(change) && (!kind.value || own === kind.value) && title.toLowerCase().includes(name);
    resource.hidden = !fits;
    shown += fits;
  }
  for (const group of document.querySelectorAll(".group")) {
    group.hidden = !group.querySelector(".resource:not([hidden])");
  }
  document.getElementById("none").hidden = shown > 0 || resources.length === 0;
  document.getElementById("shown").textContent = shown === resources.length ? "" : `${shown} of ${resources.length} shown, `;
}

for (const chip of chips) {
  chip.addEventListener("click", () => {
    chip.ariaPressed = String(chip.ariaPressed !== "true");
    filter();
  });
}
kind.addEventListener("change", filter);
find.addEventListener("input", filter);
all.addEventListener("click", () => {
  const open = all.dataset.open !== "true";
  all.dataset.open = String(open);
  all.textContent = open ? "Collapse all" : "Expand all";
  for (const resource of resources) resource.open = open;
  for (const group of document.querySelectorAll(".folded")) group.open = open;
});
// A link to a resource opens it.
const show = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (!target?.matches(".resource")) return;
  target.open = true;
  const group = target.closest(".folded");
  if (group && !group.open) {
    group.open = true;
    target.scrollIntoView();
  }
};
addEventListener("hashchange", show);
show();
if (resources.length > 0 && resources.length <= 3) for (const resource of resources) resource.open = true;
