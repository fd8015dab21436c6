/** Parts of a whole in two levels, largest first. It knows its pixels, so that hardly a cell stays blank.

    data: parts [{id, name, share, title, chosen, inside: [same], rest}], height, unit, alt, pick. */
export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".treemap"), me = (box._me ??= {});
  me.box = box; me.data = data; me.send = (id) => setTriggerValue("pick", { id });
  me.resize ??= new ResizeObserver(() => { if (box.clientWidth && box.clientWidth !== me.width) build(me); });
  if (me.width && !same(box, data)) build(me);
  me.resize.observe(box);
  return () => me.resize.disconnect();
}

const LEAST = 1900, LEAST_INSIDE = 1500, SPLIT = 9500, TITLE = 19, GAP = 2;

function build(me) {
  const { box, data } = me;
  me.width = box.clientWidth;
  const held = box.getRootNode().activeElement?._id;
  box.style.height = data.height + "px";
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", data.alt);
  box.replaceChildren();
  const area = me.width * data.height, parts = gather(data.parts, area, LEAST, (n) => `${n} smaller`, data.rest, data.unit);
  for (const [part, at] of squarify(parts, { x: 0, y: 0, w: me.width, h: data.height })) {
    const tone = part.id === undefined ? 0 : Math.min(4, Math.floor(part.share * 26));
    const room = { x: at.x, y: at.y + TITLE, w: at.w, h: at.h - TITLE };
    const large = part.inside?.length > 1 && at.w * at.h > SPLIT && at.h > 56 && at.w > 60;
    const inner = large ? gather(part.inside, (room.w * room.h) / part.share, LEAST_INSIDE, (n) => `+${n}`, part.rest, data.unit) : [];
    const inside = inner.length > 1;
    cell(me, box, part, inside ? { ...at, h: TITLE } : at, tone, inside ? "outer" : ""); // a title over its parts
    if (!inside) continue;
    for (const [piece, place] of squarify(inner, room)) cell(me, box, piece, place, tone, "inner");
  }
  const cells = [...box.querySelectorAll("button")];
  cells.forEach((node, i) => (node.tabIndex = i ? -1 : 0));
  box.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const next = step && cells[cells.indexOf(box.getRootNode().activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  if (held !== undefined) cells.find((node) => node._id === held)?.focus({ preventScroll: true });
}

/** Parts too small to read become one; `more` is what the server did not send. */
function gather(parts, density, least, words, more, unit) {
  const large = parts.filter((part) => part.share * density >= least), small = parts.slice(large.length);
  if (small.length === 1 && !more.count) return parts;
  const count = small.length + more.count, share = small.reduce((sum, part) => sum + part.share, more.share);
  const rest = { name: words(count), share, title: `${words(count)}: ${percent(share)} of ${unit}` };
  return count && share > 0 ? [...large, rest].sort((a, b) => b.share - a.share) : large; // out of order, cells become slivers
}

function cell(me, box, part, at, tone, kind) {
  const able = me.data.pick && part.id !== undefined;
  const wide = at.w - GAP, high = at.h - GAP;
  const small = kind !== "outer" && (wide < 46 || high < 32);
  const node = add(box, able ? "button" : "div", ["cell", kind, able ? "" : "plain", small ? "small" : "", part.chosen ? "chosen" : ""].join(" "));
  Object.assign(node.style, { left: at.x + "px", top: at.y + "px", width: wide + "px", height: high + "px", background: `var(--t${tone})` });
  node.title = part.title;
  node.setAttribute("aria-label", part.title);
  if (able) {
    node.type = "button"; node._id = part.id;
    node.onclick = () => me.send(part.id);
    if (part.chosen) node.setAttribute("aria-pressed", "true");
  }
  if (wide > 20 && high > 12) add(node, "b", "", part.name);
  if (wide > 34 && high > (small ? 26 : 34) && kind !== "outer") add(node, "span", "", percent(part.share));
  return node;
}

/** Rectangles as close to squares as can be, in order (Bruls, Huizing and van Wijk 2000). */
function squarify(parts, room) {
  const total = parts.reduce((sum, part) => sum + part.share, 0), scale = total ? (room.w * room.h) / total : 0, out = [];
  let { x, y, w, h } = room, row = [], i = 0;
  const worst = (row, side) => {
    const sum = row.reduce((all, part) => all + part.share * scale, 0), large = row[0].share * scale, small = row[row.length - 1].share * scale;
    return Math.max((side * side * large) / (sum * sum), (sum * sum) / (side * side * small));
  };
  const lay = () => {
    const sum = row.reduce((all, part) => all + part.share * scale, 0), side = Math.min(w, h), deep = side ? sum / side : 0;
    let along = 0;
    for (const part of row) {
      const long = deep ? (part.share * scale) / deep : 0;
      out.push([part, w >= h ? { x, y: y + along, w: deep, h: long } : { x: x + along, y, w: long, h: deep }]);
      along += long;
    }
    if (w >= h) { x += deep; w -= deep; } else { y += deep; h -= deep; }
    row = [];
  };
  while (i < parts.length) {
    const next = [...row, parts[i]], side = Math.min(w, h);
    if (!row.length || worst(next, side) <= worst(row, side)) { row = next; i++; } else lay();
  }
  if (row.length) lay();
  return out;
}
