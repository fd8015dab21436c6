/** Excerpts of documents; a click or Enter on one sends its id. */
export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".excerpts");
  if (same(box, data)) return;
  box.replaceChildren();
  const part = add(box, "div", data.tone);
  part.style.setProperty("--clamp", data.clamp);
  if (data.title) {
    const over = add(part, "div", "over");
    add(over, "b", "", data.title);
    over.appendChild(document.createTextNode(data.note));
  }
  if (!data.rows.length) add(part, "div", "nothing", data.nothing);
  for (const row of data.rows) {
    const node = add(part, "article");
    node.tabIndex = 0;
    node.setAttribute("role", "link");
    node.setAttribute("aria-label", `Open document ${row.doc}`);
    reacts(node, () => { if (!String(getSelection())) setTriggerValue("open", { id: row.id }); });
    const top = add(node, "div", "top");
    if (row.lead) add(top, "span", "lead", row.lead);
    add(top, "span", "about", row.about).title = row.about;
    add(top, "span", "doc mono", row.doc);
    const lines = add(node, "div", row.pieces.length ? "lines" : "lines blank", row.pieces.length ? undefined : "no text");
    pieces(lines, row.pieces);
  }
}
