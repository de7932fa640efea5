/** What follows from a state, each part worked out once for what it depends on. */
import { areas, iou } from "../../web/core/areas.js";
import { decodeLabelRuns } from "../../web/core/codec.js";
import { components } from "../../web/core/connectivity.js";
import { areasByTolerance, grow, lastBeforeLeak } from "../../web/core/grow.js";
import { open, openedPicture } from "../../web/core/packed.js";
import { remembering } from "../../web/core/remember.js";
import { bestCuts, classesOf, histogram, varianceBetween } from "../../web/core/threshold.js";

export const STEPS = 100; // of the tolerance

const labs = new WeakMap();

/** Unpacks what a widget's constant data hold; the lab needs it at hand. */
export const ready = ({ pictures }) => Promise.all(Object.values(pictures).map(({ pixels }) => open(pixels)));

/** The one lab of a widget's constant data. */
export function labOf(data) {
  if (!labs.has(data)) labs.set(data, createLab(data));
  return labs.get(data);
}

/** The luminance of RGB bytes, rounded as in widget.py. */
export const toGrey = (rgb) =>
  Uint8Array.from({ length: rgb.length / 3 }, (_, i) =>
    Math.floor((2125 * rgb[3 * i] + 7154 * rgb[3 * i + 1] + 721 * rgb[3 * i + 2] + 5000) / 10000),
  );

const sizesOf = (labels) => {
  const sizes = new Float64Array(labels.reduce((a, b) => Math.max(a, b), 0) + 1);
  for (const label of labels) sizes[label]++;
  return sizes;
};

/** A picture: its grey levels, its values as Python has them, its objects numbered from 1 or null. */
function prepared(id, grey, width, truth) {
  const height = grey.length / width;
  const values = Float32Array.from(grey, (level) => level / 255);
  const sizes = truth && sizesOf(truth);
  return {
    id,
    grey,
    width,
    height,
    values,
    counts: histogram(grey),
    truth,
    sizes,
    nObjects: sizes ? sizes.length - 1 : 0,
  };
}

/** The highest IoU with the truth that the pixels above one cut, or up to it, can have. */
function highestIouOf({ grey, truth, counts }, bright) {
  const wanted = histogram(grey.filter((_, p) => truth[p]));
  const objects = wanted.reduce((a, b) => a + b, 0);
  let [highest, below, wantedBelow] = [0, 0, 0];
  for (let k = 0; k < 255; k++) {
    below += counts[k];
    wantedBelow += wanted[k];
    const both = bright ? objects - wantedBelow : wantedBelow;
    const found = bright ? grey.length - below : below;
    highest = Math.max(highest, both / (objects + found - both));
  }
  return highest;
}

/** How many objects one component covers with an IoU above one half. */
function matchedBy({ labels, areas: found }, { truth, sizes, nObjects }) {
  const both = new Map();
  for (let p = 0; p < truth.length; p++) {
    const pair = labels[p] && truth[p] && labels[p] * (nObjects + 1) + truth[p];
    if (pair) both.set(pair, (both.get(pair) ?? 0) + 1);
  }
  let n = 0;
  for (const [pair, shared] of both) {
    const [part, object] = [Math.floor(pair / (nObjects + 1)), pair % (nObjects + 1)];
    if (shared / (found[part - 1] + sizes[object] - shared) > 0.5) n++;
  }
  return n;
}

function createLab({ pictures }) {
  let own = null; // the reader's picture; in a page that was opened with a link to it there is none
  const bundled = remembering((name) => {
    const { shape, pixels, truth } = pictures[name];
    const [height, width] = shape;
    return prepared(name, openedPicture(pixels, width, 1), width, decodeLabelRuns(truth, width * height));
  }, 4);
  const pictureOf = ({ picture }) => {
    if (picture === "own" && own) return own;
    const known = picture in pictures ? picture : Object.keys(pictures)[0];
    return bundled(known, known);
  };
  const classes = remembering(({ grey }, cuts) => classesOf(grey, cuts), 4);
  const mask = remembering((map, wanted) => map.map((of) => Number(of === wanted)), 4);
  const region = remembering(
    ({ values, width }, { seeds, tolerance, against }) => grow(values, width, seeds, tolerance, against === "region"),
    8,
  );
  const spread = remembering(({ values, width }, seeds) => areasByTolerance(values, width, seeds, STEPS), 4);
  const best = remembering(({ counts }, n) => bestCuts(counts, n), 12);
  const highestIou = remembering(highestIouOf, 4);
  const parts = remembering((inside, width, corners, area) => components(inside, width, corners, area), 4);
  const lab = {
    pictureOf,
    hasOwn: () => own !== null,
    take({ rgb, width }) {
      own = prepared(`own ${Number(own?.id.slice(4) ?? 0) + 1}`, toGrey(rgb), width, null);
    },
    classes(state) {
      const picture = pictureOf(state);
      return classes([picture.id, state.cuts].join(), picture, state.cuts);
    },
    mask(state) {
      const wanted = state.foreground === "bright" ? state.cuts.length : 0;
      return mask([pictureOf(state).id, state.cuts, wanted].join(), lab.classes(state), wanted);
    },
    bestCuts(state, n = state.cuts.length) {
      const picture = pictureOf(state);
      return best([picture.id, n].join(), picture, n);
    },
    region(state) {
      const picture = pictureOf(state);
      const { seeds, tolerance, against } = state;
      return region([picture.id, seeds, tolerance, against].join(), picture, state);
    },
    /** Areas of the region at each tolerance, compared with the seeds. */
    spread(state) {
      const picture = pictureOf(state);
      return spread([picture.id, state.seeds].join(), picture, state.seeds);
    },
    lastBeforeLeak: (state) => lastBeforeLeak(lab.spread(state)) / STEPS,
    components(state) {
      const { cuts, foreground, connectivity, min_area: area } = state;
      const { id, width } = pictureOf(state);
      const key = [id, cuts, foreground, connectivity, area].join();
      return parts(key, lab.mask(state), width, connectivity === 8, area);
    },
    /** The object under the first seed; 0 where there is none. */
    objectOf(state) {
      const { truth, width } = pictureOf(state);
      const [first] = state.seeds;
      return truth && first ? truth[first[0] * width + first[1]] : 0;
    },
    /** The mask of that object; null where there is none. */
    wanted(state) {
      const object = lab.objectOf(state);
      return object ? pictureOf(state).truth.map((label) => Number(label === object)) : null;
    },
    /** The highest IoU that one cut can have with the foreground of this state. */
    bestIou(state) {
      const picture = pictureOf(state);
      const bright = state.foreground === "bright";
      return highestIou([picture.id, bright].join(), picture, bright);
    },
    metrics: (state) => measure(lab, state),
  };
  return lab;
}

const iouOf = (mask, truth) => iou(areas(truth, mask));

function measure(lab, state) {
  const picture = lab.pictureOf(state);
  const { counts, truth, nObjects, values } = picture;
  const mask = lab.mask(state);
  const region = lab.region(state);
  const found = lab.components(state);
  const wanted = lab.wanted(state);
  const area = region.reduce((a, b) => a + b, 0);
  return {
    criterion: varianceBetween(counts, state.cuts),
    highest: varianceBetween(counts, lab.bestCuts(state)),
    foreground: mask.reduce((a, b) => a + b, 0) / mask.length,
    iou: truth && iouOf(mask, truth),
    region_area: area,
    region_mean: area ? values.reduce((sum, v, p) => sum + v * region[p], 0) / area : null,
    region_iou: wanted && iouOf(region, wanted),
    n_components: found.areas.length,
    n_dropped: found.dropped.length,
    matched: nObjects > 1 ? matchedBy(found, picture) : null,
  };
}
