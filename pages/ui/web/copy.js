/** A button that copies a text, or the address of the page. */
export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".copy");
  if (same(box, data)) return;
  box.replaceChildren();
  const button = copyButton(box, "", data.words, data.text);
  if (data.address) {
    button.onclick = async () => {
      await copy(location.href);
      button.textContent = "Copied"; setTimeout(() => (button.textContent = data.words), 1400);
    };
  }
}
