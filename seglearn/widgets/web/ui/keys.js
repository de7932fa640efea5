/** What keys mean, and whose they are. */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Keys belong to the widget while the focus is in it. JupyterLab listens on the document and would take arrows and
 * letters ("x" cuts the cell), so nothing leaves the root, and the root carries the attribute that makes it look away.
 * @param {HTMLElement} root
 */
export function guardKeys(root) {
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  for (const type of ["keydown", "keyup", "keypress"]) root.addEventListener(type, (e) => e.stopPropagation());
}

/**
 * [dx, dy] of an arrow key, or null.
 * @param {KeyboardEvent} event
 * @returns {[number, number] | null}
 */
export function arrow(event) {
  return ARROWS[event.key] ?? null;
}

/**
 * "undo", "redo" or null for Ctrl/⌘ Z, Ctrl/⌘ Shift Z and Ctrl Y, outside text fields (which undo their own typing).
 * @param {KeyboardEvent} event
 * @returns {"undo" | "redo" | null}
 */
export function undoKey(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  const target = /** @type {Element} */ (event.composedPath()[0]);
  if (target.matches?.("textarea, input[type=text], input[type=number]")) return null;
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  return key === "y" ? "redo" : null;
}
