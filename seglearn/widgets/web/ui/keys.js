/** What keys mean, and whose they are. */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Keys belong to the widget while the focus is in it. JupyterLab listens on the document and would take arrows and
 * letters ("x" cuts the cell), so nothing leaves the host, and the host carries the attribute that makes it look away.
 * After a click on anything in the widget the focus is in it: `root` takes what no part of it takes, also when the part
 * that had it goes away. (A host that could take it would have to carry tabindex=-1, and Tab would pass over all in it.)
 * @param {HTMLElement} host
 * @param {HTMLElement} root the element in its shadow root that holds the whole widget
 * @returns {() => void} gives the focus back to the widget if the part that had it has gone
 */
export function guardKeys(host, root) {
  let ours = false; // the focus came in and was not carried elsewhere by the reader
  let tabbing = false; // what leaves now leaves by Tab, perhaps to the browser's own bar, which no event names
  const take = () => {
    const page = /** @type {Document | ShadowRoot} */ (host.getRootNode());
    const now = page.activeElement;
    if (host.isConnected && (!now || now === document.body || (now !== host && now.contains(host)))) {
      root.focus({ preventScroll: true });
    }
  };
  const keep = () => {
    if (ours) take();
  };
  root.tabIndex = -1;
  host.setAttribute("data-lm-suppress-shortcuts", "true");
  for (const type of ["keydown", "keyup", "keypress"]) host.addEventListener(type, (e) => e.stopPropagation());
  host.addEventListener("keydown", ({ key }) => {
    tabbing = key === "Tab";
    if (tabbing) setTimeout(() => (tabbing = false));
  });
  host.addEventListener("focusin", () => (ours = true));
  host.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget || tabbing) ours = false;
  });
  document.addEventListener("pointerdown", (event) => (ours = event.composedPath().includes(host)), true);
  host.addEventListener("pointerup", () => requestAnimationFrame(take));
  host.addEventListener("click", () => requestAnimationFrame(keep));
  return keep;
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

/**
 * While arrow keys change a slider or a number field, its commits are one run, so that ten presses need one undo.
 * @param {HTMLElement} root
 * @param {Store} store
 */
export function joinKeyRuns(root, store) {
  let serial = 0;
  /** @type {EventTarget | null} */
  let on = null;
  const end = () => {
    on = store.run = null;
  };
  root.addEventListener(
    "keydown",
    (event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      if (!/^(Arrow|Page|Home|End)/.test(event.key) || !["range", "number"].includes(input.type)) return end();
      if (on !== input) store.run = `keys ${++serial}`;
      on = input;
    },
    true,
  );
  root.addEventListener("pointerdown", end, true);
}
