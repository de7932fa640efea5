/** The picture: photograph, components, trimap, links or mask, with the cut, the box and the strokes on it. */
import { boxElement } from "../../web/ui/box.js";
import { context, h } from "../../web/ui/dom.js";
import { createStage } from "../../web/ui/stage.js";
import { strings } from "../words/en.js";
import { boxed, keyStrokes, LABELS, pointerStrokes } from "./strokes.js";
import { BACKGROUND, FOREGROUND, within } from "./studio.js";

export const VIEWS = ["photograph", "components", "trimap", "links", "mask"];
const [DIM, BRIGHT, DARK, LIT] = [1, 2, 3, 4]; // labels of the stage
const [WHITE, BLACK, LIGHT] = ["#ffffff", "#000000", "#ffe14d"]; // no hue of a role

/**
 * A small canvas with one pixel a pixel.
 * @param {{ width: number, height: number }} size
 * @param {(p: number) => ArrayLike<number>} colourOf grey, or red, green and blue, 0 … 255
 */
function painted({ width, height }, colourOf) {
  const canvas = h("canvas", { width, height });
  const data = new ImageData(width, height);
  for (let p = 0; p < width * height; p++) {
    const colour = colourOf(p);
    for (let c = 0; c < 3; c++) data.data[4 * p + c] = colour[colour.length === 1 ? 0 : c];
    data.data[4 * p + 3] = 255;
  }
  context(canvas).putImageData(data, 0, 0);
  return canvas;
}

/** What each view shows of a pixel. */
const GROUNDS = {
  photograph: (studio, state) => {
    const { pixels, channels } = studio.photo(state);
    return (p) => pixels.subarray(channels * p, channels * (p + 1));
  },
  components(studio, state) {
    const parts = studio.components(state);
    if (!parts) return GROUNDS.photograph(studio, state);
    const mask = studio.mask(state);
    const means = studio
      .result(state)
      .sides.map((side) => side.map(({ mean }) => mean.map((v) => Math.round(255 * v))));
    return (p) => means[mask[p]][parts[p]];
  },
  trimap(studio, state) {
    const { width } = studio.photo(state);
    const drawn = studio.scribbles(state);
    return (p) => {
      const outside = state.box && !within(state.box, p % width, Math.floor(p / width));
      if (drawn[p]) return [drawn[p] === FOREGROUND ? 255 : 0];
      return [outside ? 0 : 128];
    };
  },
  links(studio, state) {
    const strengths = studio.links(state);
    return (p) => [Math.round(255 * strengths[p])];
  },
  mask(studio, state) {
    const mask = studio.mask(state);
    return (p) => [255 * mask[p]];
  },
};

/** The label of every pixel: what is drawn there, else whether it is lit, else whether it lies outside the cut. */
function labelsOf(studio, state, show, lit) {
  const drawn = studio.scribbles(state);
  const mask = studio.mask(state);
  const parts = lit && studio.components(state);
  return Uint8Array.from(mask, (side, p) => {
    if (drawn[p] && show !== "trimap") return drawn[p] === FOREGROUND ? BRIGHT : DARK;
    if (lit?.has(side ? "inside" : "outside") || (parts && lit.has(`${side}-${parts[p]}`))) return LIT;
    return show === "photograph" && !side ? DIM : 0;
  });
}

const STYLES = [
  null,
  { color: BLACK, alpha: 0.55 },
  { color: WHITE, alpha: 0.85 },
  { color: BLACK, alpha: 0.85 },
  { color: LIGHT, alpha: 0.35, hatch: "/" },
];

/** One grid of pixels, with its box. */
function createSheet(shell, studio, state, { pointer, keys, onProbe }) {
  const { store } = shell;
  const photo = studio.photo(state);
  const { width, height } = photo;
  const stage = createStage(shell, {
    label: strings.stage.none,
    width,
    height,
    onStroke: pointer,
    onHover: (p) => onProbe(p && p.row * width + p.col),
    onKey: (event, cursor) => keys.press(stage, event, cursor),
    onKeysEnd: keys.end,
  });
  const box = boxElement(shell, stage, {
    id: "object",
    role: "edge",
    label: strings.box,
    width,
    height,
    get: () => store.state.box,
    put: (next) => boxed(store.state, next),
  });
  stage.overlay.append(box);
  let ground = { key: null, canvas: null };
  return {
    photo,
    stage,
    draw({ state, view }, lit) {
      const { show, tool, brush } = view;
      const mask = studio.mask(state);
      const key = JSON.stringify([
        show,
        show !== "photograph" && show !== "links" && state,
        Boolean(studio.result(state)),
      ]);
      if (ground.key !== key) ground = { key, canvas: painted(photo, GROUNDS[show](studio, state)) };
      stage.tool = tool !== null;
      stage.brush = tool in LABELS ? brush / 2 : null;
      stage.el.setAttribute("aria-label", strings.stage[tool ?? "none"]);
      box.hidden = !state.box;
      box.classList.toggle("still", tool !== "box");
      box.tabIndex = tool === "box" ? 0 : -1;
      if (state.box) stage.place(box, .../** @type {Box} */ (state.box));
      const drawn = studio.scribbles(state);
      const outlines = [
        { mask, color: shell.color("prediction"), width: lit?.has("contour") ? 5 : 2.5 },
        ...(show === "trimap"
          ? []
          : [
              { mask: drawn.map((label) => (label === FOREGROUND ? 1 : 0)), color: BLACK, width: 2, halo: false },
              { mask: drawn.map((label) => (label === BACKGROUND ? 1 : 0)), color: WHITE, width: 2, halo: false },
            ]),
        ...(show === "mask" && photo.truth
          ? [{ mask: photo.truth.map((v) => (v === 1 ? 1 : 0)), color: shell.color("truth"), width: 2, dash: [5, 4] }]
          : []),
      ];
      const part = lit ? [...lit][0] : undefined; // nothing fades while something is lit
      const styles = STYLES.map((style) => style && { ...style, part });
      stage.show({ ground: ground.canvas, labels: labelsOf(studio, state, show, lit), styles, outlines });
    },
  };
}

/**
 * @param {Shell} shell
 * @param {ReturnType<typeof import("./studio.js").studioOf>} studio
 */
export function createPicture(shell, studio) {
  const frame = h("div", { class: "frame" });
  const pointer = pointerStrokes(shell, studio);
  const keys = keyStrokes(shell, studio);
  /** @type {number | null} */
  let probed = null; // the pixel under the pointer or the cursor
  const onProbe = (p) => {
    if (p === probed) return;
    probed = p;
    if (shell.store.view.stage === "colours") shell.redraw();
  };
  const sheets = new Map();
  const sheetOf = (state) => {
    const { key } = studio.photo(state);
    if (!sheets.has(key)) sheets.set(key, createSheet(shell, studio, state, { pointer, keys, onProbe }));
    return sheets.get(key);
  };
  return {
    frame,
    drawing: () => pointer.busy,
    probed: () => probed,
    draw(drawing) {
      const sheet = sheetOf(drawing.state);
      if (frame.firstChild !== sheet.stage.el) {
        probed = null;
        frame.replaceChildren(sheet.stage.el);
      }
      sheet.draw(drawing, shell.light.parts);
    },
  };
}
