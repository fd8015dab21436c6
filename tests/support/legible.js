// What of a page cannot be read or reached, a line each. See legible.py.
({ least, parts }) => {
  const found = [], shown = [];
  const once = (make) => { const known = new Map(); return (node) => known.get(node) ?? (known.set(node, make(node)), known.get(node)); };
  const box = once((node) => node.getBoundingClientRect()), styled = once((node) => getComputedStyle(node));
  const above = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  function* up(node) { for (let at = node; at; at = above(at)) yield at; }
  const unseen = "header.stAppHeader, [data-testid=stToast], clipPath, defs, noscript, canvas, title";
  const quiet = once((node) => {
    const style = styled(node);
    if (style.visibility === "hidden" || +style.opacity === 0 || node.matches(unseen)) return true;
    if (style.fontFamily.includes("Material Symbols")) return true;
    const next = above(node);
    return next ? quiet(next) : false;
  });
  const cutting = once((at) => {
    // The boxes, from the inside out, that hide what hangs out of them.
    const next = above(at), rest = next ? cutting(next) : [];
    const { overflowX: x, overflowY: y, display } = styled(at), svg = at.tagName === "svg";
    if (!svg && ((x === "visible" && y === "visible") || display === "inline")) return rest;
    if (at === document.body || at === document.documentElement) return rest;
    return [{ at, b: box(at), scrolls: /auto|scroll/.test(x + y) && !svg }, ...rest];
  });
  const cut = (rect, node) => {
    // What is left of a rectangle inside those boxes, and the box that cuts it.
    let { left, top, right, bottom } = rect, by = null;
    for (const { at, b, scrolls } of cutting(node)) {
      if (!scrolls && (right > b.right + 1.5 || left < b.left - 1.5 || bottom > b.bottom + (rect.height / 3) || top < b.top - rect.height / 3)) {
        by ??= at;
      }
      left = Math.max(left, b.left); right = Math.min(right, b.right);
      top = Math.max(top, b.top); bottom = Math.min(bottom, b.bottom);
    }
    return { left, top, right, bottom, by };
  };
  const told = (node, by) => {
    for (const at of up(node)) {
      const style = styled(at);
      if (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none" || at.title || at.ariaLabel) return true;
      if (at === by) return false;
    }
    return false;
  };
  const words = (node) => node.textContent.trim().replace(/\s+/g, " ").slice(0, 50);
  const walk = (node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === 3) { if (child.textContent.trim()) text(child); }
      else if (child.nodeType === 1 && !/^(SCRIPT|STYLE|TEMPLATE)$/.test(child.tagName)) {
        if (child.shadowRoot) walk(child.shadowRoot);
        walk(child);
      }
    }
  };
  const text = (node) => {
    const of = node.parentElement ?? node.getRootNode().host;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((r) => r.width > 1.5 && r.height > 1.5);
    if (!rects.length || quiet(of)) return;
    let seen = 0;
    for (const rect of rects) {
      const left = cut(rect, of);
      const inside = left.right - left.left > 1 && left.bottom - left.top > rect.height / 3;
      if (left.by && parts.includes("cut") && !told(of, left.by) && box(left.by).width > 2) found.push(`cut: ${words(node)}`);
      if (!inside) continue;
      seen += 1;
      shown.push({ ...left, of, node, tall: rect.height });
    }
    if (seen && parts.includes("contrast")) contrast(node, of);
  };
  const parse = (color) => {
    const numbers = (color.match(/[-\d.]+(e-?\d+)?/g) ?? []).map(Number);
    const whole = color.startsWith("color(") ? 255 : 1;
    return [...numbers.slice(0, 3).map((n) => n * whole), numbers[3] ?? 1];
  };
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
  const light = (color) => {
    const [r, g, b] = color.map((c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    const layers = [], b = box(node), x = (b.left + b.right) / 2, y = (b.top + b.bottom) / 2;
    for (const at of up(node)) {
      const style = styled(at), r = box(at);
      if (r.width && (r.left > x || r.right < x || r.top > y || r.bottom < y)) continue;  // it hangs out of it
      if (style.backgroundImage !== "none") return null;
      const color = parse(style.backgroundColor);
      if (color[3] > 0) layers.push(color);
      if (color[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), parse(getComputedStyle(document.querySelector(".stApp")).backgroundColor));
  };
  const shapes = once((root) => [...root.querySelectorAll("svg *")].flatMap((node, place) => {
    if (!/^(path|rect|circle|text)$/.test(node.tagName) || node.closest("clipPath, defs")) return [];
    if (node.tagName === "text") return [{ node, place }];
    const style = getComputedStyle(node), color = parse(style.fill);
    if (style.fill === "none" || style.fill.startsWith("url") || +style.opacity === 0) return [];
    color[3] *= +style.fillOpacity * +style.opacity;
    return color[3] ? [{ node, place, color, rect: box(node) }] : [];
  }));
  const painted = (node) => {
    // The colour of the last shape drawn before an SVG text that lies under its middle.
    const svg = node.closest("svg"), b = box(node), x = (b.left + b.right) / 2, y = (b.top + b.bottom) / 2;
    let under = ground(svg);
    for (const { node: other, color, rect } of shapes(svg.parentElement)) {
      if (other === node) break;
      if (color && under && rect.left <= x && rect.right >= x && rect.top <= y && rect.bottom >= y) under = over(color, under);
    }
    return under;
  };
  const opaque = once((node) => { const next = above(node); return styled(node).opacity * (next ? opaque(next) : 1); });
  const contrast = (node, of) => {
    if (of.closest?.(":disabled, [disabled], [aria-disabled=true], [data-disabled=true]")) return;
    const style = styled(of), svg = of instanceof SVGElement;
    const under = svg ? painted(of.closest("text") ?? of) : ground(of);
    if (!under) return;
    const color = parse(svg ? style.fill : style.color);
    color[3] *= opaque(of);
    if (svg) color[3] *= +style.fillOpacity;
    const [a, b] = [light(over(color, under)), light(under)].sort((p, q) => q - p);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least) found.push(`contrast ${ratio.toFixed(1)}: ${words(node)} (${of.tagName} ${of.className.baseVal ?? of.className})`.slice(0, 160));
  };
  walk(document.body);
  if (parts.includes("over")) {
    shown.sort((a, b) => a.top - b.top);
    for (let i = 0; i < shown.length; i++) {
      for (let j = i + 1; j < shown.length && shown[j].top < shown[i].bottom; j++) {
        const a = shown[i], b = shown[j];
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide <= 2 || high <= 0.4 * Math.min(a.tall, b.tall)) continue;
        if (!a.of.contains(b.of) && !b.of.contains(a.of)) found.push(`over: ${words(a.node)} | ${words(b.node)}`);
      }
    }
  }
  if (parts.includes("keys")) {
    const reach = (root) => {
      for (const node of root.querySelectorAll("*")) {
        if (node.shadowRoot) reach(node.shadowRoot);
        if (node.matches("[role=button], [role=link], [role=slider]") && node.tabIndex < 0 && box(node).width && !quiet(node)) {
          found.push(`no key reaches: ${words(node) || node.getAttribute("aria-label")}`);
        }
      }
    };
    reach(document);
  }
  return [...new Set(found)];
}
