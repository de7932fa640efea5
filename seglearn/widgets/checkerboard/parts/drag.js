/** An element that is a vertical slider. */
import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";

/**
 * What a drag does to the state; commits of one `run` make one undo step.
 * @typedef {{ preview: (v: number) => void, commit: (run?: string) => void, cancel: () => void }} Keep
 */

/**
 * A bar that is dragged up and down, or moved with arrow keys; Home and End for 0 and the largest.
 * @param {{ label: string, id: string, className: string, fillClass: string, largest: number, step: number }} look
 * @param {Keep} keep
 * @returns {{ el: HTMLElement, show: (value: number, words: string) => void }}
 */
export function dragBar({ label, id, className, fillClass, largest, step }, keep) {
  const fill = h("span", { class: fillClass });
  const read = h("span", { class: "bar-value" });
  const el = h(
    "div",
    {
      class: className,
      role: "slider",
      tabindex: "0",
      "aria-label": label,
      "aria-valuemin": 0,
      "aria-valuemax": largest,
      "aria-orientation": "vertical",
      "data-testid": id,
    },
    fill,
    read,
  );
  const drag = dragValue(el, { largest, step, keep, run: id });
  return {
    el,
    show(value, words) {
      drag.value = value;
      fill.style.height = `${(100 * value) / largest}%`;
      el.ariaValueNow = String(value);
      el.ariaValueText = words;
      read.textContent = words;
    },
  };
}

/**
 * @param {HTMLElement} el with role slider
 * @param {{ largest: number, step: number, keep: Keep, run: string }} options
 * @returns {{ value: number }} to be told what is shown
 */
function dragValue(el, { largest, step, keep, run }) {
  const clamp = (v) => Math.min(largest, Math.max(0, Math.round(v / step) * step));
  const tidied = (v) => Math.round(clamp(v) * 1000) / 1000;
  const now = { value: 0 }; // of the state, or ahead of it: keys may be faster than frames
  let drag = null;
  let moved = false; // by keys that are still down
  const at = (event) => {
    const box = el.getBoundingClientRect();
    return tidied(((box.bottom - event.clientY) / box.height) * largest);
  };
  const preview = (value) => {
    now.value = value;
    keep.preview(value);
  };
  const drop = () => {
    drag = null;
    keep.cancel();
  };
  const settle = () => {
    if (!moved) return;
    moved = false;
    keep.commit(run); // a row of key presses is one step back
  };
  el.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    drag = event.pointerId;
    el.setPointerCapture(drag);
    preview(at(event));
  });
  el.addEventListener("pointermove", (event) => drag === event.pointerId && preview(at(event)));
  el.addEventListener("pointerup", (event) => {
    if (drag !== event.pointerId) return;
    drag = null;
    keep.commit();
  });
  el.addEventListener("pointercancel", drop);
  el.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drag !== null) return drop();
    const [dx, dy] = arrow(event) ?? [0, 0];
    const by = (event.shiftKey ? 5 : 1) * step * (dx - dy);
    const next = { Home: 0, End: largest }[event.key] ?? (by ? now.value + by : null);
    if (next === null || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    moved = true;
    preview(tidied(next));
  });
  el.addEventListener("keyup", settle);
  el.addEventListener("blur", settle);
  return now;
}
