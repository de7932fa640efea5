/**
 * A box on a stage: dragged by its inside, resized by eight handles, moved and resized by arrow keys. Its style sheet is
 * box.css, which a widget puts before its own.
 *
 *   const el = boxElement(shell, stage, { id: "truth", role: "truth", label, width, height,
 *     get: () => store.state.box, put: (box) => ({ ...store.state, box }) });
 *   stage.overlay.append(el);
 *
 * Hooks for tests: `box-ID`, `handle-ID-SIDE`.
 */
import { moveBox, resizeBox } from "../core/boxes.js";
import { h } from "./dom.js";
import { arrow } from "./keys.js";

const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];

/**
 * @param {Shell} shell
 * @param {Stage} stage
 * @param {{ id: string, role: string, label: string, width: number, height: number, get: () => Box,
 *   put: (box: Box) => any }} options width and height of the stage's grid; `role` is its class; `put` returns the
 *   document with another box
 * @returns {HTMLElement}
 */
export function boxElement({ store }, stage, { id, role, label, width, height, get, put }) {
  /** @type {{ id: number, x: number, y: number, box: Box, handle?: string } | null} */
  let drag = null;
  const el = h(
    "div",
    {
      class: `box ${role}`,
      tabindex: "0",
      role: "application",
      "aria-label": label,
      "data-testid": `box-${id}`,
      onpointerdown(/** @type {PointerEvent} */ event) {
        if (event.button !== 0 || !event.isPrimary) return;
        const p = stage.point(event);
        drag = {
          id: event.pointerId,
          x: p.x,
          y: p.y,
          box: get(),
          handle: /** @type {HTMLElement} */ (event.target).dataset.handle,
        };
        el.setPointerCapture(event.pointerId);
        el.focus({ preventScroll: true });
        event.preventDefault();
      },
      onpointermove(/** @type {PointerEvent} */ event) {
        if (drag?.id !== event.pointerId) return;
        const p = stage.point(event);
        change(drag.box, drag.handle, p.x - drag.x, p.y - drag.y);
      },
      onpointerup: (/** @type {PointerEvent} */ event) => release(event, () => store.commit()),
      onpointercancel: (/** @type {PointerEvent} */ event) => release(event, () => store.cancel()),
      onkeydown(/** @type {KeyboardEvent} */ event) {
        const by = arrow(event);
        if (event.key === "Escape" && drag) {
          drag = null;
          store.cancel();
        }
        if (!by || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        change(get(), event.shiftKey ? "se" : null, ...by);
      },
      // A held key is one undo step.
      onkeyup: (/** @type {KeyboardEvent} */ event) => arrow(event) && store.commit(),
      onblur: () => store.commit(),
    },
    HANDLES.map((name) =>
      h("i", { class: `handle ${name}`, "data-handle": name, "data-testid": `handle-${id}-${name}` }),
    ),
  );
  /**
   * @param {Box} box
   * @param {string | null | undefined} handle
   * @param {number} dx
   * @param {number} dy
   */
  function change(box, handle, dx, dy) {
    const next = handle ? resizeBox(box, handle, dx, dy, width, height) : moveBox(box, dx, dy, width, height);
    store.preview(put(next));
  }
  /**
   * @param {PointerEvent} event
   * @param {() => void} then
   */
  function release(event, then) {
    if (drag?.id !== event.pointerId) return;
    drag = null;
    then();
  }
  return el;
}
