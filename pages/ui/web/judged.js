/** How a recipe and its rules stand after what was judged: a row each, its two rates with their intervals. */
export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".judged");
  if (same(box, data)) return;
  box.replaceChildren();
  box.setAttribute("role", "table");
  const head = line(box, "row head");
  for (const name of data.heads) cell(head, "columnheader", "", name);
  for (const row of data.rows) {
    const node = line(box, "row");
    const name = cell(node, "rowheader", "name", row.name);
    for (const note of row.notes) add(name, "small", "", note);
    rate(node, "rate right", row.precision);
    rate(node, "rate miss", row.misses);
  }
}

function line(parent, className) {
  const node = add(parent, "div", className);
  node.setAttribute("role", "row");
  return node;
}

function cell(parent, role, className, text) {
  const node = add(parent, "div", className, text);
  node.setAttribute("role", role);
  return node;
}

function rate(parent, className, data) {
  const node = cell(parent, "cell", className);
  if (data.value === null) { add(node, "span", "none", data.said); return; }
  add(node, "b", "", data.said);
  const track = add(node, "div", "track"), interval = add(track, "i"), dot = add(track, "u");
  interval.style.left = `${data.low * 100}%`;
  interval.style.width = `${(data.high - data.low) * 100}%`;
  dot.style.left = `${data.value * 100}%`;
  add(node, "small", "", data.interval);
  add(node, "small", "", data.counts);
}
