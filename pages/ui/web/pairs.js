/** Ranked documents beside the benchmark example that pulled each in; shared words are marked. */
export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".pairs");
  if (same(box, data)) return;
  box.replaceChildren();
  if (!data.rows.length) add(box, "div", "nothing", data.nothing);
  for (const row of data.rows) {
    const node = add(box, "article");
    node.tabIndex = 0;
    node.setAttribute("role", "link");
    node.setAttribute("aria-label", `Open document ${row.doc}, rank ${row.rank}`);
    reacts(node, () => { if (!String(getSelection())) setTriggerValue("open", { id: row.id }); });
    add(node, "div", "rank mono", row.rank);
    side(node, "document", row.domain, row.about, row.doc, row.text);
    side(node, "example", row.target, row.why, "", row.example);
  }
}

function side(parent, className, name, about, doc, text) {
  const node = add(parent, "div", className), top = add(node, "div", "top");
  add(top, "b", "", name);
  add(top, "span", "about", about).title = about;
  if (doc) add(top, "span", "doc mono", doc);
  pieces(add(node, "div", "lines"), text);
}
