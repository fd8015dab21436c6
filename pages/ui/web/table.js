/** A table of documents; a click on a row opens it, one on the head of a column sorts by it. */
export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".table");
  if (same(box, data)) return;
  const held = box.getRootNode().activeElement?.dataset.head;
  box.replaceChildren();
  const table = add(box, "table");
  table.setAttribute("aria-label", data.alt);
  const top = add(add(table, "thead"), "tr");
  data.heads.forEach((head, id) => {
    const cell = add(top, "th", id === 0 ? "doc" : head.number ? "number" : "");
    cell.scope = "col";
    cell.setAttribute("aria-sort", head.sorted);
    const button = add(cell, "button", "", head.name);
    button.type = "button";
    button.title = `${head.name}: sort by it`;
    button.dataset.head = head.name;
    if (head.sorted !== "none") add(button, "i", "", head.sorted === "descending" ? "↓" : "↑").ariaHidden = "true";
    button.onclick = () => setTriggerValue("sort", { id });
    if (head.name === held) button.focus(); // who sorts by keyboard stays where they are
  });
  add(top, "th", "text", "Text").scope = "col";
  const body = add(table, "tbody");
  for (const row of data.rows) {
    const line = add(body, "tr");
    const open = () => { if (!String(getSelection())) setTriggerValue("open", { id: row.id }); };
    line.onclick = open;
    const button = add(add(line, "td", "doc"), "button", "mono", row.doc);
    button.type = "button";
    button.setAttribute("aria-label", `Open document ${row.doc}`);
    button.onclick = (event) => { event.stopPropagation(); setTriggerValue("open", { id: row.id }); };
    row.cells.forEach((value, i) => {
      const none = value === null;
      const cell = add(line, "td", (data.heads[i + 1].number ? "number" : value?.length < 14 ? "whole" : "") + (none ? " none" : ""), none ? "–" : value);
      if (!none) cell.title = value;
    });
    const none = row.text === null || !row.text;
    add(add(line, "td", "text"), "div", none ? "none" : "", none ? "no text" : row.text);
  }
}
