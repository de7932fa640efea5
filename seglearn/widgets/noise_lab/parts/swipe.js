/** The stage with its divider: what is compared, the probed pixel, and what is said of it. */
import { reachOf } from "../../web/core/denoise.js";
import { segmented, slider } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { strings } from "../words/en.js";
import { createPicture, pictureOf } from "./picture.js";

const PAIRS = {
  "noisy-filtered": ["noisy", "filtered"],
  "clean-filtered": ["clean", "filtered"],
  "clean-noisy": ["clean", "noisy"],
  taken: ["taken"],
};
const AFTER = new Set(["filtered", "taken", "error", "ssim"]); // what there is once the filter is through
const clamp = (v, n) => Math.min(n - 1, Math.max(0, Math.floor(v)));

/** Pointer, focus and arrow keys on the stage; `probe` is the pixel under them, or null. */
function createProbe(frame, canvas, { size, divide, redraw }) {
  const self = { probe: null, tell: false };
  let dragging = false;
  const shareOf = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  const move = (probe) => {
    self.probe = probe;
    redraw();
  };
  frame.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    dragging = true;
    frame.setPointerCapture(event.pointerId);
    divide(shareOf(event)[0]);
  });
  frame.addEventListener("pointermove", (event) => {
    const [left, top] = shareOf(event);
    if (dragging) return divide(left);
    const { width, height } = size();
    move({ row: clamp(top * height, height), col: clamp(left * width, width) });
  });
  for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, () => (dragging = false));
  for (const end of ["pointerleave", "blur"]) frame.addEventListener(end, () => move(null));
  frame.addEventListener("keydown", (event) => {
    const by = arrow(event);
    if (!by || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { width, height } = size();
    const [dx, dy] = by.map((v) => (event.shiftKey ? 10 * v : v));
    const { row, col } = self.probe ?? { row: height >> 1, col: width >> 1 };
    self.tell = true;
    move({ row: clamp(row + dy, height), col: clamp(col + dx, width) });
  });
  return self;
}

const valuesAt = ({ data, width, channels }, { row, col }) =>
  Array.from({ length: channels }, (_, c) => data[(row * width + col) * channels + c].toFixed(2)).join(" ");

/** The words under the picture: the values of the probed pixel, or what can be done. */
function words(probe, { clean, noisy, filtered }, reach) {
  if (!probe) return strings.hint;
  const values = [clean, noisy, filtered].map((image) => valuesAt(image, probe));
  return strings.probe(probe.row, probe.col, ...values, reach > 0);
}

/** The elements of the stage. */
function createFrame() {
  const canvas = h("canvas", { "data-testid": "picture-canvas", "aria-hidden": "true" });
  const line = h("div", { class: "divider", "aria-hidden": "true" });
  const [left, right] = ["left", "right"].map((side) =>
    h("span", { class: `stage-tag tag-${side}`, "data-testid": `tag-${side}` }),
  );
  const nothing = h("p", { class: "nothing", "data-testid": "nothing" }, strings.nothingTaken);
  const frame = h(
    "div",
    { class: "stage", tabindex: "0", role: "application", "aria-label": strings.stage, "data-testid": "stage" },
    canvas,
    line,
    left,
    right,
    nothing,
  );
  return { frame, canvas, line, tags: { left, right }, nothing };
}

/** `{ el, caption, pairs, draw(drawing, all, pending) }` */
export function createSwipe(shell, lab) {
  const { store, light } = shell;
  const { frame, canvas, line, tags, nothing } = createFrame();
  const paint = createPicture(shell, canvas);
  const divide = (share) => store.look({ at: Math.round(100 * Math.min(1, Math.max(0, share))) });
  const pointer = createProbe(frame, canvas, { size: () => lab.clean(store.state), divide, redraw: shell.redraw });
  const observer = new ResizeObserver(() => shell.redraw());
  observer.observe(frame);
  shell.onClose(() => observer.disconnect());
  const at = slider({
    label: strings.swipe,
    id: "swipe",
    min: 0,
    max: 100,
    value: 50,
    format: (v) => `${v}\u202f%`,
    onInput: (share) => store.look({ at: share }),
  });
  const pairs = segmented({
    label: strings.pairs.label,
    id: "pair",
    options: Object.keys(PAIRS).map((value) => ({ value, label: strings.pairs[value] })),
    onChange: (pair) => store.look({ pair }),
  });
  // Where no filter can be chosen, there is nothing filtered to see.
  for (const name of ["noisy-filtered", "clean-filtered", "taken"])
    pairs.el.querySelector(`[value="${name}"]`).closest("label").dataset.control = "filter";
  const caption = h("p", { class: "hint", "data-testid": "caption", "data-secondary": true });

  return {
    el: h("div", { class: "picture" }, frame, at.el),
    frame,
    pairs: pairs.el,
    caption,
    draw({ state, view }, all, pending) {
      const { width, height } = all.clean;
      frame.style.setProperty("--columns", width);
      frame.style.setProperty("--rows", height);
      const probe = pointer.probe && {
        row: clamp(pointer.probe.row, height),
        col: clamp(pointer.probe.col, width),
      };
      pairs.value = view.pair;
      const lit = [...(light.parts ?? [])][0];
      const [left, right] = lit ? [lit] : PAIRS[view.pair];
      line.hidden = !right;
      line.style.left = `${view.at}%`;
      tags.left.hidden = right && view.at < 12; // there is no room for it
      tags.right.hidden = !right || view.at > 88;
      at.el.classList.toggle("idle", !PAIRS[view.pair][1]);
      at.value = view.at;
      const tag = (part) => (pending && AFTER.has(part) ? strings.computing(strings.parts[part]) : strings.parts[part]);
      tags.left.textContent = tag(left);
      tags.right.textContent = right ? tag(right) : "";
      nothing.hidden = left !== "taken" || state.filter !== "none";
      frame.setAttribute("aria-busy", String(pending));
      const reach = reachOf(state.filter, state.setting);
      paint({
        left: pictureOf(left, all),
        right: right && pictureOf(right, all),
        at: right ? view.at / 100 : 1,
        probe,
        reach,
      });
      caption.textContent = words(probe, all, reach);
      if (pointer.tell) shell.say(caption.textContent);
      pointer.tell = false;
    },
  };
}
