"use strict";

function filter(box) {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  const changes = [...document.getElementById(box.dataset.filters).querySelectorAll("details.change")];
  for (const change of changes) {
    const text = change.textContent.toLowerCase();
    change.hidden = !words.every((word) => text.includes(word));
  }
  const count = changes.filter((change) => !change.hidden).length;
  box.nextElementSibling.textContent = count === changes.length ? "" : `${count} of ${changes.length}`;
}

const boxes = [...document.querySelectorAll("input[data-filters]")];
for (const box of boxes) box.addEventListener("input", () => filter(box));

/* A node of the graph leads to its change, which may be closed or filtered away. */
function open() {
  const change = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!change) return;
  if (change.hidden) for (const box of boxes) { box.value = ""; filter(box); }
  change.open = true;
  change.scrollIntoView();
}

/* Which arrows are whose is only visible while one node is pointed at. */
for (const graph of document.querySelectorAll("svg.graph")) {
  const edges = [...graph.querySelectorAll("path.edge")];
  for (const node of graph.querySelectorAll("g.node")) {
    const name = node.dataset.address;
    const light = (on) => edges.forEach((edge) => {
      if (edge.dataset.from === name || edge.dataset.to === name) edge.classList.toggle("lit", on);
    });
    node.addEventListener("mouseenter", () => light(true));
    node.addEventListener("mouseleave", () => light(false));
  }
}

addEventListener("hashchange", open);
open();
