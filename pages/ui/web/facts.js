/** A text whose long names break after an underscore; what is copied from the page stays as it was. */
function breaking(parent, text) {
  text.split(/(?<=[A-Za-z0-9]_+)(?=[A-Za-z0-9])/).forEach((part, i) => {
    if (i) add(parent, "wbr");
    parent.appendChild(document.createTextNode(part));
  });
}

/** Names and values, as text; a value may have a button that copies it. */
export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".facts");
  if (same(box, data)) return;
  box.replaceChildren();
  const list = add(box, "dl");
  for (const row of data.rows) {
    breaking(add(list, "dt"), row.name);
    const value = add(list, "dd", row.value === null ? "none" : row.tone, row.value === null ? "not stated" : undefined);
    if (row.value !== null) breaking(value, row.value);
    if (row.copy) copyButton(value, "copy", "Copy", row.value);
  }
}
