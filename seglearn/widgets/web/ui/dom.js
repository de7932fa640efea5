/** A few lines instead of a framework: elements, and frames that are drawn once however often they are asked for. */

/**
 * h("button", { class: "x", "aria-label": "…", onclick: fn, hidden: true }, ...children).
 * Properties that start with "on" are listeners, true/false set or leave out an attribute, the rest are attributes.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any> | null} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = null, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else if (value === true) el.setAttribute(name, "");
    else if (value !== false && value != null) el.setAttribute(name, value);
  }
  const given = /** @type {unknown[]} */ (/** @type {unknown[]} */ (children).flat(9));
  for (const child of given) if (child != null && child !== false) el.append(/** @type {Node | string} */ (child));
  return el;
}

/**
 * An inline SVG icon of 16 × 16 units, drawn with strokes in the colour of the text.
 * @param {string} path the `d` of an SVG path
 * @returns {HTMLSpanElement}
 */
export function icon(path) {
  const span = h("span", { class: "icon", "aria-hidden": "true" });
  span.innerHTML = `<svg viewBox="0 0 16 16"><path d="${path}"/></svg>`;
  return span;
}

/**
 * Calls `draw` once in the next animation frame, however often the returned function is called before it.
 * @param {() => void} draw
 * @returns {() => void}
 */
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

/**
 * The context to draw on a canvas with.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export const context = (canvas, settings) =>
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", settings));

/**
 * What a selector finds in an element, as elements with a `dataset`.
 * @param {ParentNode} el
 * @param {string} selector
 */
export const elementsOf = (el, selector) => /** @type {HTMLElement[]} */ ([...el.querySelectorAll(selector)]);
