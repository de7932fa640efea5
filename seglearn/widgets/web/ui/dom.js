/** A few lines instead of a framework: elements, and frames that are drawn once however often they are asked for. */

/**
 * h("button", { class: "x", "aria-label": "…", onclick: fn, hidden: true }, ...children).
 * Properties that start with "on" are listeners, true/false set or leave out an attribute, the rest are attributes.
 */
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else if (value === true) el.setAttribute(name, "");
    else if (value !== false && value != null) el.setAttribute(name, value);
  }
  el.append(...children.flat().filter((child) => child != null && child !== false));
  return el;
}

/** An inline SVG icon of 16 × 16 units, drawn with strokes in the colour of the text. */
export function icon(path) {
  const span = h("span", { class: "icon", "aria-hidden": "true" });
  span.innerHTML = `<svg viewBox="0 0 16 16"><path d="${path}"/></svg>`;
  return span;
}

/** Calls `draw` once in the next animation frame, however often the returned function is called before it. */
export function perFrame(draw) {
  let asked = 0;
  return () => {
    if (!asked) {
      asked = requestAnimationFrame(() => {
        asked = 0;
        draw();
      });
    }
  };
}
