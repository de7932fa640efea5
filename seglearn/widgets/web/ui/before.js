/**
 * Hold to see before. The toolbar has such a button for the whole widget: while it is held, draw() gets the document
 * and the metrics from before the last change. For a picture of your own that is drawn otherwise:
 *
 *   figure.append(before(label, (held) => { showsBefore = held; shell.redraw(); }));
 */
import { button } from "./controls.js";

const EYE = "M1.5 8c3-5 10-5 13 0-3 5-10 5-13 0zM8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4";

/**
 * A button that is held: with the pointer, or with Space or Enter.
 * @param {string} label
 * @param {(held: boolean) => void} draw
 * @returns {HTMLButtonElement}
 */
export function before(label, draw) {
  const el = button({ label, id: "before", symbol: EYE, quiet: true, onClick() {} });
  let held = false;
  /** @param {boolean} on */
  const hold = (on) => {
    if (on === held || (on && el.ariaDisabled === "true")) return;
    held = on;
    el.ariaPressed = String(on);
    draw(on);
  };
  /** @param {KeyboardEvent} event */
  const isKey = (event) => event.key === " " || event.key === "Enter";
  el.ariaPressed = "false";
  el.addEventListener("pointerdown", (event) => {
    if (event.button === 0) hold(true);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave", "blur"]) el.addEventListener(end, () => hold(false));
  el.addEventListener("contextmenu", (event) => event.preventDefault()); // a long touch
  el.addEventListener("keydown", (event) => isKey(event) && hold(true));
  el.addEventListener("keyup", (event) => isKey(event) && hold(false));
  return el;
}
