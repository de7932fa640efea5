/** The stage, and the pixel of it that is looked at: under the pointer, kept by a click, or moved by arrow keys. */
import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { strings } from "../words/en.js";

export const clamp = (v, n) => Math.min(n - 1, Math.max(0, Math.floor(v)));

/** `{ frame, canvas, probed(), forget(), fit(), told() }` */
export function createProbe({ redraw, onClose }, pictureOf) {
  const canvas = h("canvas", { "data-testid": "picture-canvas", "aria-hidden": "true" });
  let pointed = null; // where the pointer is
  let pinned = null; // what was clicked
  let tell = false; // the keyboard moved the probed pixel: say what is there
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const { width, height } = pictureOf();
    return {
      row: clamp((height * (event.clientY - box.top)) / box.height, height),
      col: clamp((width * (event.clientX - box.left)) / box.width, width),
    };
  };
  const probed = () => {
    const { probe, width, height } = pictureOf();
    const { row, col } = pinned ?? pointed ?? { row: probe[0], col: probe[1] };
    return { row: clamp(row, height), col: clamp(col, width) };
  };
  const point = (p) => {
    pointed = p;
    redraw();
  };
  const pin = (p) => {
    pinned = pinned && Math.hypot(pinned.row - p.row, pinned.col - p.col) < 3 ? null : p;
    point(p);
  };
  const step = (event) => {
    const by = arrow(event);
    if (event.ctrlKey || event.metaKey || !(by || event.key === "Enter" || event.key === " ")) return;
    event.preventDefault();
    const { row, col } = probed();
    if (!by) return pin({ row, col });
    const { width, height } = pictureOf();
    const [dx, dy] = by.map((v) => (event.shiftKey ? 10 * v : v));
    pinned = null;
    tell = true;
    point({ row: clamp(row + dy, height), col: clamp(col + dx, width) });
  };
  const frame = h(
    "div",
    {
      class: "stage",
      tabindex: "0",
      role: "application",
      "aria-label": strings.stage,
      "data-testid": "stage",
      onpointermove: (event) => point(at(event)),
      onpointerleave: () => point(null),
      onclick: (event) => pin(at(event)),
      onkeydown: step,
    },
    canvas,
  );
  const observer = new ResizeObserver(() => redraw());
  observer.observe(frame);
  onClose(() => observer.disconnect());
  return {
    frame,
    canvas,
    probed,
    forget: () => (pinned = null),
    fit({ width, height }) {
      frame.style.setProperty("--columns", width);
      frame.style.setProperty("--rows", height);
    },
    /** Whether there is something to say, once. */
    told() {
      const now = tell;
      tell = false;
      return now;
    },
  };
}
