/** What a document means: who said what of each pixel, what was found after its iterations, and the scores of that. */
import { areas, iou } from "../../web/core/areas.js";
import { decodeLabelRuns, decodeMask, encodeMask } from "../../web/core/codec.js";
import { assign, colourAt, linkStrengths } from "../../web/core/grabcut.js";
import { open, openedPicture } from "../../web/core/packed.js";
import { remembering } from "../../web/core/remember.js";

/** What a pixel of the scribbles says. */
export const [NOTHING, BACKGROUND, FOREGROUND] = [0, 1, 2];
const VOID = 255;

/**
 * The document; see the class in widget.py.
 * @typedef {{ picture: string, box: Box | null, scribbles: string, strokes: number, start: string | null,
 *   iteration: number }} State
 */
/**
 * What Python found after an iteration; it sends the mask as run lengths.
 * @typedef {{ mask: Mask, settled: boolean, trace: [number, number][],
 *   sides: [import("../../web/core/grabcut.js").Component[], import("../../web/core/grabcut.js").Component[]] }} Result
 */
/**
 * @typedef {{ width: number, height: number, channels: number, pixels: Uint8Array, truth: LabelMap | null, key: string
 *   }} Photo
 */

/** @type {WeakMap<object, ReturnType<typeof createStudio>>} */
const studios = new WeakMap();

/** The pictures have to be unpacked before anything is shown. */
export const ready = ({ pictures }) => Promise.all(Object.values(pictures).map(({ pixels }) => open(pixels)));

/** The one studio of a widget's constant data. */
export function studioOf(data) {
  const known = studios.get(data) ?? createStudio(data);
  studios.set(data, known);
  return known;
}

/** @returns {{ of(state: State): Photo, own: Photo | null }} */
function createPhotos(pictures) {
  const photo = remembering((key) => {
    const { shape, pixels, truth } = pictures[key];
    const [height, width, channels] = shape;
    return {
      key,
      width,
      height,
      channels,
      pixels: openedPicture(pixels, width, channels),
      truth: truth === undefined ? null : decodeLabelRuns(truth, width * height),
    };
  }, 4);
  const first = Object.keys(pictures)[0];
  const photos = {
    own: null,
    of({ picture }) {
      if (picture === "own" && photos.own) return photos.own;
      // In a page that was opened with a link to it, the reader's own picture is not there.
      const known = picture in pictures ? picture : first;
      return photo(known, known);
    },
  };
  return photos;
}

function createStudio({ pictures, presets, recorded, most_iterations: most }) {
  const photos = createPhotos(pictures);
  /** @type {Map<string, Result>} */
  const found = new Map();
  const keyOf = (state) => {
    const { box, scribbles, start, iteration } = state;
    return JSON.stringify([photos.of(state).key, box, scribbles, start, iteration]);
  };
  const know = (state, result) => {
    const { width, height } = photos.of(state);
    found.set(keyOf(state), { ...result, mask: decodeMask(result.mask, width * height) });
  };
  for (const { id, state } of presets) {
    recorded[id].forEach((result, i) => know({ ...state, iteration: i + 1 }, result));
  }
  const result = (state) => (state.iteration ? found.get(keyOf(state)) : undefined);
  const begin = remembering((state) => beginning(state, photos.of(state)), 4);
  const begun = (state) => begin(state, state);
  const assigned = remembering(({ mask, sides }, { pixels, channels }) => assign(pixels, channels, mask, sides), 4);
  const strengths = remembering(({ pixels, width, channels }) => linkStrengths(pixels, width, channels), 2);
  const studio = {
    most,
    photo: photos.of,
    know,
    result,
    /** @param {State} state @returns {Uint8Array} what is drawn on each pixel */
    scribbles: (state) => begun(state).scribbles,
    /** @param {State} state @returns {Mask} */
    mask: (state) => result(state)?.mask ?? begun(state).mask,
    /** The document after another stroke: iterations begin again, from what is cut out by now. */
    after: (state) => ({
      ...state,
      start: state.iteration ? encodeMask(studio.mask(state)) : state.start,
      iteration: 0,
    }),
    /** @param {State} state @returns {Uint8Array | null} the component of every pixel, in the mixture of its side */
    components(state) {
      const one = result(state);
      return one ? assigned(one, one, photos.of(state)) : null;
    },
    /** @param {State} state @returns {Float32Array} */
    links: (state) => strengths(photos.of(state), photos.of(state)),
    colour: (state, p) => colourAt(photos.of(state).pixels, photos.of(state).channels, p),
    /** @param {OwnPicture} picture */
    take({ rgb, width, height }) {
      const key = `own ${Date.now()}`;
      photos.own = { width, height, channels: 3, pixels: new Uint8Array(rgb), truth: null, key };
    },
    metrics(state) {
      const { truth } = photos.of(state);
      const mask = studio.mask(state);
      const one = result(state);
      const unknown = state.iteration > 0 && !one;
      const [u, v] = one?.trace.at(-1) ?? [null, null];
      return {
        iou: truth && !unknown ? scored(truth, mask) : null,
        foreground: unknown ? null : mask.reduce((sum, inside) => sum + inside, 0),
        u,
        v,
        energy: one ? u + v : null,
      };
    },
  };
  return studio;
}

/**
 * Where GrabCut begins: the box, or what was cut out before, and what was drawn since.
 * @param {State} state
 * @param {Photo} photo
 */
function beginning({ box, scribbles, start }, { width, height }) {
  const size = width * height;
  const drawn = decodeLabelRuns(scribbles, size);
  const mask = start === null ? new Uint8Array(size).fill(box ? 1 : 0) : decodeMask(start, size);
  for (let p = 0; p < size; p++) {
    if (box && !within(box, p % width, Math.floor(p / width))) mask[p] = 0;
    if (drawn[p]) mask[p] = drawn[p] === FOREGROUND ? 1 : 0;
  }
  return { mask, scribbles: drawn };
}

/** Whether a pixel lies in a box. */
export const within = ([x0, y0, x1, y1], x, y) => x >= x0 && x < x1 && y >= y0 && y < y1;

/** IoU over the pixels that count. */
function scored(truth, mask) {
  const counted = mask.filter((_, p) => truth[p] !== VOID);
  return iou(
    areas(
      truth.filter((label) => label !== VOID),
      counted,
    ),
  );
}
