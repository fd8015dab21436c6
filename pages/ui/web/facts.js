/** Names and values, as text; a value may have a button that copies it. */
export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".facts");
  if (same(box, data)) return;
  box.replaceChildren();
  const list = add(box, "dl");
  for (const row of data.rows) {
    add(list, "dt", "", row.name);
    const value = add(list, "dd", row.value === null ? "none" : row.tone, row.value === null ? "not stated" : row.value);
    if (row.copy) copyButton(value, "copy", "Copy", row.value);
  }
}
