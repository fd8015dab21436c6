/** A text with marks, as text nodes. */
export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".text");
  if (same(box, data)) return;
  box.replaceChildren();
  box.className = ["text", data.raw ? "raw" : "", data.pieces.length ? "" : "blank"].join(" ").trim();
  if (data.pieces.length) pieces(box, data.pieces);
  else box.textContent = data.nothing;
  if (data.to_mark) requestAnimationFrame(() => box.querySelector("mark")?.scrollIntoView({ block: "center" }));
}
