import { count, score } from "../../web/ui/format.js";

const threes = (m) => `mIoU ${score(m.mean_iou)}, boundary IoU ${score(m.boundary_iou)}`;

export const strings = {
  title: "Skips of FCN",
  prompt: "Keep or cut each path of a trained FCN-8s, and watch the borders.",
  stages: { network: "Network", border: "Close up", pixel: "One pixel", trained: "Trained apart" },
  ladder: {
    switches: "Paths that are kept",
    label: "The network, coarse at the bottom, with a switch on each path",
    head: ["layer", "path", "its scores", "", "sum so far"],
    image: "image",
    prediction: "argmax",
    cells: (stride, h, w) => `1/${stride}: ${h}×${w}`,
    pool: "pooling",
    up: (factor) => `× ${factor}, bilinear`,
    kept: "kept",
    cut: "cut",
    toggle: {
      fc7: (said) => `Path of fc7, stride 32: ${said}`,
      pool4: (said) => `Skip of pool4, stride 16: ${said}`,
      pool3: (said) => `Skip of pool3, stride 8: ${said}`,
    },
    names: { fc7: "fc7", pool4: "pool4", pool3: "pool3" },
    own: (path) => `Best class of each cell by the scores of ${path} alone`,
    sum: (path) => `Best class of each cell by the sum up to ${path}`,
  },
  views: { label: "Show", prediction: "Prediction", errors: "Errors", truth: "Truth", image: "Image" },
  captions: {
    prediction: "Colours: the prediction. Blue line: where the truth changes.",
    errors: "Orange: wrong. Green: right. Dots: void, not counted.",
    truth: "What is there.",
    image: "What the network saw.",
  },
  stage: "Picture. Arrow keys move from pixel to pixel, Enter keeps one; its scores are listed below.",
  crop: {
    box: "Enlarged part. Arrow keys move it, with Shift by eight pixels.",
    image: "image and true borders",
    prediction: "prediction and true borders",
    stage: "Enlarged prediction. Arrow keys move from pixel to pixel.",
    hint: "Drag the frame in the picture:",
    at: (row, col, size) => `rows ${row} to ${row + size - 1}, columns ${col} to ${col + size - 1}`,
  },
  scores: {
    label: "Scores on this image",
    head: "kept paths",
    rows: {
      "32s": "fc7",
      "16s": "fc7 + pool4",
      "8s": "all three",
      jump: "fc7 + pool3",
      where: "pool4 + pool3",
    },
    net: (name) => `FCN-${name}, trained like this`,
  },
  tiles: { mean_iou: "mIoU", boundary_iou: "boundary IoU", wrong: "pixels wrong" },
  classes: { label: "Classes and their IoU", absent: "–" },
  probe: {
    head: ["class", "fc7", "pool4", "pool3", "sum"],
    where: (row, col, truth) => `Row ${row}, column ${col}: ${truth}.`,
    isTruth: (name) => `truth ${name}`,
    isVoid: "void",
    says: (name, right) =>
      `The sum says ${name}, ${right === null ? "which is not counted" : right ? "right" : "wrong"}.`,
    nothing: "Every path is cut: all sums are 0, and argmax takes the first class.",
    other: "Another network is shown, which has no such paths. Below is what the FCN-8s says.",
    tag: "truth",
    winner: "best",
    cut: "cut",
    formula: "Score of the best class at the pixel",
    terms: {
      fc7: "fc7, up-sampled 32 times",
      pool4: "pool4, up-sampled 16 times",
      pool3: "pool3, up-sampled 8 times",
    },
    score: "score",
  },
  note: {
    honest:
      "Cutting is not retraining. These three maps were trained to be added, each counting on the others. What is left after a cut usually says less than a network that was trained without that skip.",
    one: (rounding) =>
      `All scores are of this one image, over the classes in it. Class scores are stored with 16 bits, at most ${rounding} off.`,
  },
  announce: (kept, m) => `${kept}. ${threes(m)}.`,
  noPath: "no path",
  python: "your own: the widget that you copied this from",
  goals: {
    "32s": {
      text: "Keep one path more, so that half as many pixels are wrong.",
      why: "Cells of 8 pixels put borders where they are; cells of 16 are still wider than a pole.",
    },
    "16s": {
      text: "Twice the boundary IoU.",
      why: "A border is as sharp as the finest scores that are added.",
    },
    "8s": {
      text: "Which path can go at the least cost? Cut it.",
      why: "The two others give the best mIoU that two paths of this network can give.",
    },
    jump: {
      text: "Reach the mIoU of the whole network.",
      why: "So pool4 still has something to say that pool3 does not know.",
    },
    where: {
      text: "Put right some pixels that are wrong now.",
      why: "The deep layer sees most of the street, and decides where its parts look alike.",
    },
  },
  missing: {
    wrong: (have, want) => `${count(have)} wrong, at most ${count(want)}`,
    mean_iou: (have, want) => `mIoU ${score(have)}, wanted ${score(want)}`,
    boundary_iou: (have, want) => `boundary IoU ${score(have)}, wanted ${score(want)}`,
    least: (n) => `at least ${n} paths`,
    most: (n) => `at most ${n} paths`,
    apart: "another network is shown",
  },
  guess: "Guess first, from the picture: what is the mIoU of the whole network?",
  presets: {
    "32s": {
      label: "32s: fc7 alone",
      story: (m, { past }) =>
        past
          ? "At the start, the scores of fc7 alone, one for 32 × 32 pixels, spread out."
          : `Only the scores of fc7, one for 32 × 32 pixels, spread out. ${threes(m)}. Where would a pole fit into these cells? Switch on pool4 and watch the frame.`,
    },
    "16s": {
      label: "16s: + pool4",
      story: (m, { past }) =>
        past
          ? "At the start, fc7 and pool4: scores twice as fine, added before up-sampling."
          : `The scores of pool4 are twice as fine and are added before up-sampling. ${threes(m)}. Which is helped more, a large area or its border? Look at Errors.`,
    },
    "8s": {
      label: "8s: + pool3",
      story: (m, { past }) =>
        past
          ? "At the start, the whole network: what from the deep layer, where from the shallow ones."
          : `The whole network. ${threes(m)}. The idea: what from the deep layer, where from the shallow ones. Which path decides at a border, and which inside? See One pixel.`,
    },
    jump: {
      label: "pool3 without pool4",
      story: (m, { past }) =>
        past
          ? "At the start, the finer skip without the one between."
          : `The finer skip without the one between. ${threes(m)}. Does pool4 still matter once pool3 is there?`,
    },
    where: {
      label: "Skips without fc7",
      story: (m, { past }) =>
        past
          ? "At the start, the two skips without the deep layer."
          : `The two skips without the deep layer. ${threes(m)}. What does fc7 add, and where? Switch it on while Errors is shown.`,
    },
  },
};
