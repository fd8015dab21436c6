/** One bar of parts, and lines of words under it. */
export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".bars");
  if (same(box, data)) return;
  box.replaceChildren();
  const bar = add(box, "div", "bar");
  bar.style.setProperty("--high", data.height + "px");
  bar.setAttribute("role", "img");
  bar.setAttribute("aria-label", data.alt);
  for (const part of data.parts) {
    const node = add(bar, "span", part.tone);
    node.style.flex = `${part.share} 0 0`;
    node.title = part.title;
  }
  for (const line of data.lines) {
    const under = add(box, "div", "under");
    for (const word of line) {
      const node = add(under, "span", word.end ? "end" : "");
      if (word.plain) node.appendChild(document.createTextNode(word.plain + (word.bold ? " " : "")));
      if (word.bold) add(node, "b", word.tone, word.bold);
    }
  }
}
