/** A ranked list: rows of name, bar and amount; a click on a row sends its id. */
export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".ranked");
  if (same(box, data)) return;
  box.replaceChildren();
  const send = (row) => setTriggerValue("pick", { id: row.id });
  const list = add(box, "ol");
  for (const row of data.rows) line(list, row, data, send);
  if (data.more.length || data.beyond) {
    const rest = line(list, { name: data.rest_name, amount: data.rest_amount, length: 0, kind: "rest" }, { pick: true }, () => open(rest));
    const panel = all(box, data, send);
    const open = (from) => {
      panel.showPopover();
      const at = from.getBoundingClientRect(), own = panel.getBoundingClientRect();
      panel.style.left = Math.max(8, Math.min(at.left, innerWidth - own.width - 8)) + "px";
      panel.style.top = Math.max(8, Math.min(at.top, innerHeight - own.height - 8)) + "px";
      panel.querySelector("input").focus();
    };
  }
  if (data.none) line(list, { ...data.none, length: 0, kind: "none" }, data, send);
}

function line(list, row, data, send) {
  const item = add(list, "li"), able = data.pick && row.kind !== "gone";
  const node = add(item, able ? "button" : "div", ["row", row.kind || "", row.chosen ? "chosen" : ""].join(" ").trim());
  if (able) { node.type = "button"; node.onclick = () => send(row); }
  if (row.chosen) node.setAttribute("aria-pressed", "true");
  const track = add(node, "span", "track");
  if (row.length > 0) add(track, "span", "fill").style.width = (row.length * 100).toFixed(2) + "%";
  const name = add(track, "span", "name", row.name);
  name.title = row.title || row.name;
  add(node, "span", "amount", row.amount);
  return node;
}

/** Every row, in a panel over the page with a search box. */
function all(box, data, send) {
  const panel = add(box, "div", "all"), find = add(panel, "input"), list = add(panel, "ol");
  panel.popover = "auto";
  find.type = "search"; find.placeholder = "Find"; find.setAttribute("aria-label", "Find in the list");
  const rows = [...data.rows, ...data.more];
  const fill = () => {
    const words = find.value.trim().toLowerCase();
    list.replaceChildren();
    for (const row of rows) if (!words || row.name.toLowerCase().includes(words)) line(list, row, data, (picked) => { panel.hidePopover(); send(picked); });
  };
  find.oninput = fill;
  fill();
  if (data.beyond) add(panel, "p", "", data.beyond);
  return panel;
}
