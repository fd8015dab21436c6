const THIN = "\u202f", MINUS = "\u2212";

/** A new element with a class and a text node; values reach the page by no other way. */
function add(parent, tag, className = "", text = undefined) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = String(text);
  parent.appendChild(node);
  return node;
}

/** A new SVG element with attributes of our own making: numbers and fixed words. */
function draw(parent, tag, attributes = {}, text = undefined) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = String(text);
  parent.appendChild(node);
  return node;
}

/** Pieces [[text, mark or null], …] as text nodes and marks; a mark may name its reason. */
function pieces(parent, parts) {
  for (const [text, mark] of parts) {
    if (mark === null || mark === undefined || mark === false) parent.appendChild(document.createTextNode(text));
    else {
      const node = add(parent, "mark", "", text);
      if (typeof mark === "string" && mark) node.title = mark;
    }
  }
}

function percent(share, digits = 1) {
  const part = Math.abs(share) * 100, least = 10 ** -digits, sign = share < 0 ? MINUS : "";
  if (part === 0 || part === 100) return sign + part.toFixed(0) + THIN + "%";
  if (part < least / 2) return "<" + THIN + least + THIN + "%";
  if (part < 100 && part >= 100 - least / 2) return ">" + THIN + (100 - least) + THIN + "%";
  return sign + part.toFixed(digits) + THIN + "%";
}

/** Enter and Space do what a click does. */
function reacts(node, what) {
  node.onclick = what;
  node.onkeydown = (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); what(event); }
  };
}

/** Copy text; pages served without TLS from another machine have no clipboard of their own. */
async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text; area.style.position = "fixed"; area.style.opacity = "0";
  document.body.appendChild(area); area.select(); document.execCommand("copy"); area.remove();
}

/** A button that copies and says so for a moment. */
function copyButton(parent, className, words, text) {
  const button = add(parent, "button", className, words);
  button.type = "button";
  button.onclick = async (event) => {
    event.stopPropagation();
    await copy(text);
    button.textContent = "Copied"; clearTimeout(button._timer);
    button._timer = setTimeout(() => (button.textContent = words), 1400);
  };
  return button;
}

/** What must not be drawn anew, with its focus, when the data is the same. */
function same(box, data) {
  const now = JSON.stringify(data);
  if (box._drawn === now) return true;
  box._drawn = now;
  return false;
}
