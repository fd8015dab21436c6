/** Signals of one document beside the corpus's: band, dot, value, percentile. */
export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".tracks");
  if (same(box, data)) return;
  box.replaceChildren();
  for (const row of data.rows) {
    const node = add(box, "div", row.at === null ? "row missing" : "row"), at = (share) => (share * 100).toFixed(2) + "%";
    node.title = row.title;
    add(node, "span", "name mono", row.name);
    const track = add(node, "span", "track");
    add(track, "span", "axis");
    if (row.from !== null) {
      const band = add(track, "span", "band");
      band.style.left = at(row.from); band.style.width = at(row.to - row.from);
    }
    if (row.at !== null) add(track, "span", "dot").style.left = at(row.at);
    add(node, "span", "value", row.value);
    add(node, "span", "rank", row.rank);
  }
}
