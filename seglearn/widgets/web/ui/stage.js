/**
 * The stage: a grid of pixels on a canvas, over a photograph or a plain ground, with a pointer, a keyboard cursor and
 * room for elements on top. A widget may have several.
 *
 *   const stage = createStage(shell, {
 *     label: "Drawing area …",       // accessible name; say which keys do what
 *     width, height,                 // the grid, in pixels
 *     image: "data:…",               // shown under the labels, scaled to the grid (optional)
 *     id: "stage",                   // data-testid
 *     onStroke: { start(p), move(p, before), end(p), cancel() },   // with the tool; see `tool`
 *     onHover: (p | null) => {},     // a mouse or pen passing over, not pressed
 *     onKey: (event, cursor) => bool // true: handled. Arrows the widget leaves alone move the cursor.
 *     onKeysEnd: () => {},           // the keys are released: commit what they previewed
 *   });
 *   stage.tool = true | false   is a tool active? Without one, a finger scrolls the page and nothing is drawn.
 *   stage.cursor                { col, row } of the keyboard cursor; shown while the stage has the focus
 *   stage.brush                 radius of the brush circle around pointer and cursor, in pixels, or null
 *   stage.overlay               a layer for elements; position them with stage.place(el, x0, y0, x1, y1)
 *   stage.lay(url)              another image under the labels
 *   stage.point(event)          the p of any pointer event: { x, y, col, row, event }, x and y in grid pixels
 *   stage.show({
 *     labels,                     // Uint8Array(height × width)
 *     ground,                     // a canvas shown under the labels, its pixels as they are (optional)
 *     styles: [null, { color, hatch, alpha = 0.45, part }],   // a label's look; null leaves the ground bare
 *     outlines: [{ mask, color, width = 2, dash = [], halo }],   // along the pixel edges of Uint8Array masks;
 *                                 // the halo sets a line off from what is below, by default from a photograph
 *   })
 *     A mask may hold several numbers: the edges between them are drawn too, those between equal ones are not.
 *     Labels whose `part` is not lit fade while something is lit (shell.light.parts).
 */
import { h } from "./dom.js";
import { arrow } from "./keys.js";
import { createPainter } from "./paint.js";

/**
 * A stage; see above.
 * @param {Shell} shell
 * @param {StageOptions} options
 * @returns {Stage}
 */
export function createStage(shell, options) {
  const { width, height, onHover, onKeysEnd } = options;
  const { el, canvas, overlay, cross, ring } = createElements(options);
  const painter = createPainter({ canvas, width, height, color: shell.color, light: shell.light });
  /** @type {Scene | null} */
  let scene = null;
  /** @type {number | null | undefined} */
  let brush = null;
  let tool = false;
  let cursor = { col: width >> 1, row: height >> 1 };
  /** @param {string} url */
  function lay(url) {
    const picture = new Image();
    picture.onload = () => {
      painter.photo = picture;
      shell.redraw();
    };
    picture.src = url;
  }
  if (options.image) lay(options.image);

  function paint() {
    const ratio = window.devicePixelRatio || 1;
    const w = Math.round(el.clientWidth * ratio);
    const tall = Math.round(el.clientHeight * ratio);
    if (w && tall && scene) painter.paint(scene, w, tall, ratio);
  }

  /** @type {Stage["place"]} */
  function place(node, x0, y0, x1, y1) {
    node.style.left = `${(100 * x0) / width}%`;
    node.style.top = `${(100 * y0) / height}%`;
    node.style.width = `${(100 * (x1 - x0)) / width}%`;
    node.style.height = `${(100 * (y1 - y0)) / height}%`;
  }

  /** @type {Stage["point"]} */
  function point(event) {
    const box = canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    const y = ((event.clientY - box.top) / box.height) * height;
    return { x, y, col: inside(Math.floor(x), width), row: inside(Math.floor(y), height), event };
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  function showRing(x, y) {
    ring.hidden = brush == null;
    if (brush != null) place(ring, x - brush, y - brush, x + brush, y + brush);
  }

  function showCursor() {
    // A click gives focus as well; the cursor is for those who came by keyboard.
    const visible = el.matches(":focus-visible") && !pointer.drawing;
    cross.hidden = !visible;
    if (!visible) return;
    place(cross, cursor.col, cursor.row, cursor.col + 1, cursor.row + 1);
    showRing(cursor.col + 0.5, cursor.row + 0.5);
  }

  const stage = {
    el,
    overlay,
    lay,
    place,
    point,
    get cursor() {
      return cursor;
    },
    /**
     * @param {number} dx
     * @param {number} dy
     */
    moveCursor(dx, dy) {
      cursor = { col: inside(cursor.col + dx, width), row: inside(cursor.row + dy, height) };
      showCursor();
      onHover?.({ x: cursor.col + 0.5, y: cursor.row + 0.5, ...cursor });
    },
    get tool() {
      return tool;
    },
    set tool(active) {
      tool = active;
      el.classList.toggle("tool", active); // theme.css: touch-action none, so that a finger draws
    },
    get brush() {
      return brush;
    },
    set brush(radius) {
      brush = radius;
      if (radius == null) ring.hidden = true;
      else showCursor();
    },
    /** @param {Scene} next */
    show(next) {
      scene = next;
      paint();
    },
  };
  const pointer = listenToPointer(stage, options, { ring, showRing, moved: ({ col, row }) => (cursor = { col, row }) });
  listenToKeys(stage, options, pointer);
  el.addEventListener("focus", showCursor);
  el.addEventListener("blur", () => {
    cross.hidden = ring.hidden = true;
    onKeysEnd?.();
  });
  const observer = new ResizeObserver(paint);
  observer.observe(el);
  shell.onClose(() => observer.disconnect());
  return stage;
}

/**
 * @param {number} v
 * @param {number} n
 */
const inside = (v, n) => Math.min(n - 1, Math.max(0, v));

/** @param {StageOptions} options */
function createElements({ label, width, height, id = "stage" }) {
  const canvas = h("canvas", { "aria-hidden": "true", "data-testid": `${id}-canvas` });
  const overlay = h("div", { class: "stage-overlay" });
  const cross = h("div", { class: "stage-cursor", "aria-hidden": "true", hidden: true });
  const ring = h("div", { class: "stage-brush", "aria-hidden": "true", hidden: true });
  const el = h(
    "div",
    { class: "stage", tabindex: "0", role: "application", "aria-label": label, "data-testid": id },
    canvas,
    overlay,
    cross,
    ring,
  );
  el.style.setProperty("--columns", String(width));
  el.style.setProperty("--rows", String(height));
  return { el, canvas, overlay, cross, ring };
}

/** @type {Stroke} */
const NO_STROKE = { start: () => false, move() {}, end() {}, cancel() {} };

/**
 * Strokes with the tool, and a mouse or pen that passes over.
 * @param {Stage} stage
 * @param {StageOptions} options
 * @param {{ ring: HTMLElement, showRing: (x: number, y: number) => void, moved: (p: Spot) => void }} calls
 * @returns {{ readonly drawing: boolean, cancel(): void }}
 */
function listenToPointer(stage, { onStroke = NO_STROKE, onHover }, { ring, showRing, moved }) {
  const { el, point } = stage;
  /** @type {{ id: number, last: Spot } | null} */
  let stroke = null;
  el.addEventListener("pointerdown", (event) => {
    if (!stage.tool || stroke !== null || event.button !== 0 || !event.isPrimary) return;
    const p = point(event);
    if (onStroke.start(p) === false) return;
    stroke = { id: event.pointerId, last: p };
    el.setPointerCapture(event.pointerId);
    moved(p);
  });
  el.addEventListener("pointermove", (event) => {
    if (stroke?.id === event.pointerId) {
      // The browser batches moves; the ones in between keep a fast stroke round.
      const moves = event.getCoalescedEvents?.() ?? [];
      for (const each of moves.length ? moves : [event]) {
        const p = point(each);
        onStroke.move(p, stroke.last);
        stroke.last = p;
      }
      moved(stroke.last);
    }
    const p = point(event);
    if (stroke === null && event.pointerType !== "touch") onHover?.(p);
    if (event.pointerType !== "touch") showRing(p.x, p.y);
  });
  /** @param {"end" | "cancel"} how */
  const finish = (how) => (/** @type {PointerEvent} */ event) => {
    if (stroke?.id !== event.pointerId) return;
    stroke = null;
    onStroke[how](point(event));
  };
  el.addEventListener("pointerup", finish("end"));
  el.addEventListener("pointercancel", finish("cancel"));
  el.addEventListener("pointerleave", () => {
    ring.hidden = true;
    if (stroke === null) onHover?.(null);
  });
  return {
    get drawing() {
      return stroke !== null;
    },
    cancel() {
      stroke = null;
      onStroke.cancel();
    },
  };
}

/**
 * @param {Stage} stage
 * @param {StageOptions} options
 * @param {{ readonly drawing: boolean, cancel(): void }} pointer
 */
function listenToKeys(stage, { onKey, onKeysEnd }, pointer) {
  stage.el.addEventListener("keydown", (event) => {
    if (event.target !== stage.el) return;
    if (event.key === "Escape" && pointer.drawing) return pointer.cancel();
    const step = arrow(event);
    if (onKey?.(event, stage.cursor)) event.preventDefault();
    else if (step && !event.ctrlKey && !event.metaKey) {
      stage.moveCursor(...step);
      event.preventDefault();
    }
  });
  stage.el.addEventListener("keyup", () => onKeysEnd?.());
}
