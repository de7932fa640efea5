/**
 * A meter with a ghost: a thin mark where the value was before the last change.
 *
 *   const iou = meter({ label: "IoU", id: "meter-iou", role: "agreement" });   // el carries data-readout
 *   iou.show(metrics.iou, drawing.why);                                        // in draw()
 *
 * `createGhost` is the mark without the meter, for a meter of your own: `ghost.next(value, why)` gives the value before
 * the last change, null where there is none.
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
 * A meter; see above. `min` and `max` are the ends of its track, `role` ("agreement") gives its colour.
 * @param {{ label: string, id: string, min?: number, max?: number, role?: string, format?: (value: Score) => string }}
 *   options
 * @returns {{ el: HTMLElement, show(value: Score, why: Why): void }}
 */
export function meter({ label, id, min = 0, max = 1, role = "", format = score }) {
  const fill = h("i", { class: "meter-fill" });
  const mark = h("i", { class: "meter-ghost", hidden: true });
  const number = h("b", { class: "meter-value", "data-readout": true });
  const track = h("span", {
    class: "meter-track",
    role: "meter",
    "aria-label": label,
    "aria-valuemin": min,
    "aria-valuemax": max,
    "data-readout": true,
  });
  track.append(fill, mark);
  const el = h(
    "div",
    { class: `meter ${role}`, "data-testid": id },
    h("span", { class: "meter-label" }, label),
    track,
    number,
  );
  const ghost = createGhost();
  /** @param {number} value */
  const share = (value) => `${(100 * (Math.min(max, Math.max(min, value)) - min)) / (max - min)}%`;
  return {
    el,
    show(value, why) {
      const before = ghost.next(value, why);
      fill.style.width = value === null ? "0" : share(value);
      mark.hidden = before === null || before === value;
      if (before !== null) mark.style.left = share(before);
      const words = format(value);
      if (number.textContent !== words) number.textContent = words;
      track.setAttribute("aria-valuenow", String(value ?? min));
      track.setAttribute("aria-valuetext", words);
    },
  };
}
