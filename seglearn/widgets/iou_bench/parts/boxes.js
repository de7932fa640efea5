/** Boxes on the stage: dragged by their inside, resized by eight handles, moved and resized by arrow keys. */
import { moveBox, resizeBox } from "../../web/core/boxes.js";
import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { strings } from "../words/en.js";

const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];

/**
 * @param {Shell} shell
 * @param {Stage} stage
 * @param {string} shape
 * @param {number} width
 * @param {number} height
 * @returns {HTMLElement}
 */
export function boxElement({ store }, stage, shape, width, height) {
  const key = `${shape}_box`;
  let drag = null;
  const el = h(
    "div",
    {
      class: `box ${shape}`,
      tabindex: "0",
      role: "application",
      "aria-label": strings.box[shape],
      "data-testid": `box-${shape}`,
      onpointerdown(event) {
        if (event.button !== 0 || !event.isPrimary) return;
        const p = stage.point(event);
        drag = { id: event.pointerId, x: p.x, y: p.y, box: store.state[key], handle: event.target.dataset.handle };
        el.setPointerCapture(event.pointerId);
        el.focus({ preventScroll: true });
        event.preventDefault();
      },
      onpointermove(event) {
        if (drag?.id !== event.pointerId) return;
        const p = stage.point(event);
        change(drag.box, drag.handle, p.x - drag.x, p.y - drag.y);
      },
      onpointerup: (event) => release(event, () => store.commit()),
      onpointercancel: (event) => release(event, () => store.cancel()),
      onkeydown(event) {
        const by = arrow(event);
        if (event.key === "Escape" && drag) {
          drag = null;
          store.cancel();
        }
        if (!by || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        change(store.state[key], event.shiftKey ? "se" : null, ...by);
      },
      // A held key is one undo step.
      onkeyup: (event) => arrow(event) && store.commit(),
      onblur: () => store.commit(),
    },
    HANDLES.map((name) =>
      h("i", { class: `handle ${name}`, "data-handle": name, "data-testid": `handle-${shape}-${name}` }),
    ),
  );
  function change(box, handle, dx, dy) {
    const next = handle ? resizeBox(box, handle, dx, dy, width, height) : moveBox(box, dx, dy, width, height);
    store.preview({ ...store.state, [key]: next });
  }
  function release(event, then) {
    if (drag?.id !== event.pointerId) return;
    drag = null;
    then();
  }
  return el;
}
