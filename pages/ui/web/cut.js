/** The cut line: bars in two colours and lines that the hand or the arrow keys move.

    data: edges (n + 1), documents and weights (n each), none {documents, weight, kept}, ticks [[value, words]],
    low, high (limits, null where open), open (whether the limit itself is out), log, whole, unit, label, answer, on,
    fixed (the lines stand still).
    Kept is what lies between low and high. While a line moves nothing is sent; on release, the limits. */
export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".cut"), me = (box._me ??= { low: null, high: null }); // lives as long as the element
  me.send = () => {
    if (me.low !== me.data.low || me.high !== me.data.high) setTriggerValue("limit", { low: me.low, high: me.high });
  };
  const fresh = JSON.stringify(data);
  if (!me.dragging) { me.low = data.low; me.high = data.high; } // a late answer never moves the line under the hand
  me.data = data;
  if (!me.svg) {
    me.box = box;
    me.words = add(box, "div", "words");
    me.svg = draw(box, "svg");
    me.resize = new ResizeObserver(() => { if (box.clientWidth && box.clientWidth !== me.width) build(me); });
  } else if (fresh !== me.fresh) build(me);
  me.fresh = fresh;
  me.resize.observe(box);
  return () => me.resize.disconnect();
}

const HIGH = 68, TOP = 14, FLOOR = 50, SIDE = 8, WIDEST = 12;

/** Bars and axis, on new data or a new width. */
function build(me) {
  const { data, svg, box } = me, width = (me.width = box.clientWidth), n = data.weights.length;
  if (!width) return;
  const place = data.log ? (value) => Math.log10(1 + Math.max(0, value)) : (value) => value;
  const back = data.log ? (at) => 10 ** at - 1 : (at) => at;
  const first = place(data.edges[0]), last = place(data.edges[n]), span = last - first || 1;
  me.x = (value) => SIDE + Math.min(1, Math.max(0, (place(value) - first) / span)) * (width - 2 * SIDE);
  me.at = (px) => back(first + Math.min(1, Math.max(0, (px - SIDE) / (width - 2 * SIDE))) * span);
  me.sums = { documents: sums(data.documents), weights: sums(data.weights) };

  const held = me.lines?.findIndex((line) => line.node === svg.getRootNode().activeElement); // before the old parts go
  svg.replaceChildren();
  svg.style.setProperty("--high", HIGH + "px");
  box.classList.toggle("off", !data.on);
  const clips = ["keep", "lose"].map((name) => {
    const clip = draw(svg, "clipPath", { id: name });
    return [0, 1].map(() => draw(clip, "rect", { y: 0, height: HIGH, width: 0 }));
  });
  me.keep = clips[0][0]; me.lose = clips[1];
  draw(svg, "line", { class: "base", x1: SIDE, x2: width - SIDE, y1: FLOOR + .5, y2: FLOOR + .5 });
  const most = Math.max(...data.weights) || 1;
  for (const name of ["lose", "keep"]) {
    const group = draw(svg, "g", { class: name, "clip-path": `url(#${name})` });
    for (let i = 0; i < n; i++) {
      if (!data.weights[i] && !data.documents[i]) continue;
      const x0 = me.x(data.edges[i]), x1 = me.x(data.edges[i + 1]);
      const wide = Math.max(1, Math.min(WIDEST, x1 - x0 - (x1 - x0 > 3 ? 1 : .4)));
      const high = Math.max(1.5, (data.weights[i] / most) * (FLOOR - TOP));
      draw(group, "rect", { x: x0.toFixed(2), y: (FLOOR - high).toFixed(2), width: wide.toFixed(2), height: high.toFixed(2), rx: Math.min(1, wide / 4) });
    }
  }
  let right = -40;
  for (const [value, words] of data.ticks) {
    const x = me.x(value);
    if (x - right < 26) continue;
    draw(svg, "text", { class: "tick", x, y: FLOOR + 14, "text-anchor": x < 14 ? "start" : x > width - 14 ? "end" : "middle" }, words);
    right = x;
  }
  me.lines = ["low", "high"].filter((name) => data[name] !== null).map((name) => handle(me, name));
  if (data.on && !data.fixed) pointer(me);
  box.classList.toggle("fixed", !!data.fixed);
  show(me);
  if (held >= 0) me.lines[held]?.node.focus({ preventScroll: true }); // new data must not take the keyboard away
}

function sums(counts) {
  const all = [0];
  for (const count of counts) all.push(all[all.length - 1] + count);
  return all;
}

/** One line with its grip: a slider for those who use the keyboard. */
function handle(me, name) {
  const { data, svg } = me, node = draw(svg, "g", { class: "line", role: "slider", tabindex: data.on && !data.fixed ? 0 : -1 });
  draw(node, "rect", { class: "halo", x: -9, y: 14, width: 18, height: 34, rx: 9 });
  draw(node, "line", { class: "stem", x1: 0, x2: 0, y1: 0, y2: FLOOR });
  draw(node, "rect", { class: "grip", x: -3.5, y: 22, width: 7, height: 18, rx: 3.5 });
  const words = draw(svg, "text", { class: "limit", y: 9 });
  node.setAttribute("aria-label", `${data.label}, limit`);
  node.setAttribute("aria-valuemin", data.edges[0]);
  node.setAttribute("aria-valuemax", data.edges[data.edges.length - 1]);
  if (data.on && !data.fixed) node.onkeydown = (event) => key(me, name, event);
  return { name, node, words };
}

function key(me, name, event) {
  const { edges } = me.data, old = me[name];
  const step = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -40, PageUp: 40 }[event.key];
  if (step) {
    let px = me.x(old) + step * (event.shiftKey ? 10 : 1);
    while (set(me, name, px) === old && px > SIDE - 2 && px < me.width - SIDE + 2) px += Math.sign(step); // a whole number takes several pixels
  } else if (event.key === "Home") set(me, name, SIDE, edges[0]);
  else if (event.key === "End") set(me, name, me.width - SIDE, edges[edges.length - 1]);
  else return;
  event.preventDefault();
  show(me);
  clearTimeout(me.timer);
  me.timer = setTimeout(me.send, 350);
}

/** Move a limit to a pixel; it stays on its side of the other. */
function set(me, name, px, exact = undefined) {
  let value = exact ?? round(me, px);
  if (name === "low" && me.high !== null) value = Math.min(value, me.high);
  if (name === "high" && me.low !== null) value = Math.max(value, me.low);
  return (me[name] = value);
}

/** The shortest number that stands on this pixel. */
function round(me, px) {
  const value = me.at(px);
  if (me.data.whole) return Math.round(value);
  const step = Math.abs(me.at(px + 1) - me.at(px - 1)) / 2 || 1e-9;
  return Number(value.toFixed(Math.min(8, Math.max(0, Math.ceil(-Math.log10(step))))));
}

function pointer(me) {
  const { svg } = me;
  const move = (event) => {
    set(me, me.dragging, event.clientX - svg.getBoundingClientRect().left);
    cancelAnimationFrame(me.frame);
    me.frame = requestAnimationFrame(() => show(me));
  };
  svg.onpointerdown = (event) => {
    if (event.button || !me.lines.length) return;
    const px = event.clientX - svg.getBoundingClientRect().left;
    const near = [...me.lines].sort((a, b) => Math.abs(me.x(me[a.name]) - px) - Math.abs(me.x(me[b.name]) - px))[0];
    me.dragging = near.name;
    svg.setPointerCapture(event.pointerId);
    near.node.focus({ preventScroll: true });
    event.preventDefault();
    move(event);
  };
  svg.onpointermove = (event) => me.dragging && move(event);
  svg.onpointerup = svg.onpointercancel = () => {
    if (!me.dragging) return;
    me.dragging = null;
    cancelAnimationFrame(me.frame);
    show(me);
    me.send();
  };
}

/** How much lies under a value, a part of a bin taken as evenly spread. */
function under(me, all, value) {
  const { edges } = me.data, n = edges.length - 1;
  if (value <= edges[0]) return 0;
  if (value >= edges[n]) return all[n];
  let low = 0, high = n;
  while (high - low > 1) { const middle = (low + high) >> 1; if (edges[middle] <= value) low = middle; else high = middle; }
  return all[low] + (all[high] - all[low]) * ((value - edges[low]) / (edges[high] - edges[low]));
}

function kept(me, name, counts) {
  const { data } = me, all = me.sums[name], one = data.whole ? 1 : 0;
  const from = me.low === null ? 0 : under(me, all, me.low + (data.open ? one : 0));
  const to = me.high === null ? all[all.length - 1] : under(me, all, me.high + (data.open ? 0 : one));
  const none = data.none[counts], total = all[all.length - 1] + none;
  return total ? (Math.max(0, to - from) + (data.none.kept ? none : 0)) / total : null;
}

/** A line that has no place on the axis stands at its end; words and an arrow say where its value is. */
function beyond({ edges }, value) {
  return value > edges[edges.length - 1] ? ", beyond the axis →" : value < edges[0] ? ", before the axis ←" : "";
}

/** The lines and the words, at every move. */
function show(me) {
  const { data, width } = me, signs = data.open ? { low: ">", high: "<" } : { low: "≥", high: "≤" };
  const still = me.low === data.low && me.high === data.high ? data.answer : null;
  const share = still?.kept ?? kept(me, "weights", "weight"), docs = still?.documents ?? kept(me, "documents", "documents");
  const from = me.low === null ? 0 : me.x(me.low), to = me.high === null ? width : me.x(me.high);
  me.keep.setAttribute("x", from); me.keep.setAttribute("width", Math.max(0, to - from));
  me.lose[0].setAttribute("width", from); me.lose[1].setAttribute("x", to); me.lose[1].setAttribute("width", Math.max(0, width - to));
  const said = share === null ? "nothing measured" : `${data.on ? "keeps" : "would keep"} ${percent(share)} of ${data.unit}`;
  const written = (value) => value.toLocaleString("en", { maximumFractionDigits: 8, useGrouping: Math.abs(value) >= 10000 })
    .replaceAll(",", THIN).replace("-", MINUS) + beyond(data, value);
  // Two lines close together: the lower's words stand left of it, or before the other's where there is no room.
  const close = me.low !== null && me.high !== null && to - from < 48, joined = close && from < 48;
  for (const line of me.lines) {
    const value = me[line.name], x = me.x(value), number = written(value), low = line.name === "low";
    const left = x > width - 90 || (close && low);
    line.node.setAttribute("transform", `translate(${x} 0)`);
    const before = joined && !low ? `${signs.low} ${written(me.low)}, ` : "";
    line.words.textContent = joined && low ? "" : `${before}${signs[line.name]} ${number}`;
    line.words.setAttribute("x", left ? x - 7 : x + 7);
    line.words.setAttribute("text-anchor", left ? "end" : "start");
    line.node.setAttribute("aria-valuenow", value);
    line.node.setAttribute("aria-valuetext", `${number}, ${said}`);
  }
  me.words.replaceChildren();
  add(me.words, share === null ? "span" : "b", share === null ? "none" : "", said);
  if (still?.interval) add(me.words, "span", "interval", still.interval);
  const lost = docs ?? share; // of documents, beside what is kept of the unit: two shares of two wholes, and no sum
  if (lost !== null) add(me.words, "span", "lost", `· ${data.on ? "removes" : "would remove"} ${percent(1 - lost)}${data.unit === "documents" ? "" : " of documents"}`);
}
