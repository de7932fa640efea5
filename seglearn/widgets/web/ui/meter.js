/**
 * A meter with a ghost: a thin mark where the value was before the last change.
 *
 *   const iou = meter({ label: "IoU", id: "meter-iou", role: "agreement" });   // el carries data-readout
 *   iou.show(metrics.iou, drawing.why);                                        // in draw()
 *
 * Where the label and the number stand elsewhere, `createBar` is the track alone, and `createGhost` remembers for it:
 * `ghost.next(value, why)` gives the value before the last change, null where there is none.
 */
import { h } from "./dom.js";
import { score } from "./format.js";

/** @returns {{ next(value: Score, why: Why): Score }} */
export function createGhost() {
  /** @type {Score} */
  let settled = null;
  /** @type {Score} */
  let ghost = null;
  let known = false;
  let dragging = false; // what is drawn for another reason meanwhile settles nothing
  return {
    next(value, why) {
      dragging = why === "preview" || (dragging && (why === "redraw" || why === "view"));
      if (!known || why === "start") {
        known = true;
        settled = value;
      } else if (value !== settled && why !== "view") {
        ghost = settled;
        if (!dragging) settled = value;
      }
      return ghost;
    },
  };
}

/**
 * A track that is full at `max`, with a mark where the value was before; null is nothing.
 * @param {number} [min]
 * @param {number} [max]
 * @returns {{ el: HTMLElement, show(value: Score, before: Score): void }}
 */
export function createBar(min = 0, max = 1) {
  const fill = h("i", { class: "meter-fill" });
  const mark = h("i", { class: "meter-ghost", hidden: true });
  /** @param {Score} value */
  const share = (value) => `${(100 * (Math.min(max, Math.max(min, value ?? min)) - min)) / (max - min)}%`;
  return {
    el: h("span", { class: "meter-track", "aria-hidden": "true", "data-readout": true }, fill, mark),
    show(value, before) {
      fill.style.width = share(value);
      mark.hidden = before === null || before === value;
      mark.style.left = share(before);
    },
  };
}

/**
 * A meter; see above. `min` and `max` are the ends of its track, `role` ("agreement") gives its colour.
 * @param {{ label: string, id: string, min?: number, max?: number, role?: string, format?: (value: Score) => string }}
 *   options
 * @returns {{ el: HTMLElement, show(value: Score, why: Why): void }}
 */
export function meter({ label, id, min = 0, max = 1, role = "", format = score }) {
  const bar = createBar(min, max);
  const number = h("b", { class: "meter-value", "data-readout": true });
  const said = {
    role: "meter",
    "aria-hidden": "false",
    "aria-label": label,
    "aria-valuemin": min,
    "aria-valuemax": max,
  };
  const track = bar.el;
  for (const [name, value] of Object.entries(said)) track.setAttribute(name, String(value));
  const el = h(
    "div",
    { class: `meter ${role}`, "data-testid": id },
    h("span", { class: "meter-label" }, label),
    track,
    number,
  );
  const ghost = createGhost();
  return {
    el,
    show(value, why) {
      bar.show(value, ghost.next(value, why));
      const words = format(value);
      if (number.textContent !== words) number.textContent = words;
      track.setAttribute("aria-valuenow", String(value ?? min));
      track.setAttribute("aria-valuetext", words);
    },
  };
}
