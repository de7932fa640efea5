import { score } from "../../web/ui/format.js";

/** Words on the scores, where there is a truth to measure against. */
const withTruth = (m, words) =>
  m.boundary_recall == null ? "" : words(score(m.boundary_recall), score(m.undersegmentation_neubert_protzel));
const recallOf = (m) => withTruth(m, (recall) => `Recall is ${recall}. `);

export const strings = {
  title: "Superpixel lab",
  prompt: "Press Play.",
  tabs: { label: "View", steps: "SLIC step by step", compare: "Compare 7" },
  pictures: { label: "Picture", coffee: "Coffee", camera: "Tripod" },
  sliders: { n_segments: "Superpixels", compactness: "Compactness m", sigma: "Blur σ", noise: "Noise" },
  units: { n_segments: String, compactness: String, sigma: (n) => `${n} px`, noise: (n) => (n ? `± ${n}` : "none") },
  stages: {
    label: "Steps of SLIC",
    seeds: "Seeds",
    nudge: "Gradient nudge",
    assign: "Assign",
    update: "Update",
    connect: "Connect",
  },
  next: "Step",
  play: "Play",
  pause: "Pause",
  scrub: "Position in the run",
  position: (stage, iteration) => (iteration ? `${stage} ${iteration} of 10` : stage),
  show: { label: "Show", borders: "Borders", means: "Mean colours" },
  stage: "Picture with superpixels. Arrow keys move the probed pixel, with Shift by ten; Enter keeps it.",
  probe: (row, col) => `pixel (${row}, ${col})`,
  panel: {
    seeds: [
      "Seeds on a grid",
      "k seeds, the nearest grid to the number asked for. None ever looks beyond its dashed 2S × 2S window.",
    ],
    nudge: ["Off the edge", "Each seed moves to the flattest of nine pixels; the colour of an edge is nobody’s."],
    assign: ["Who gets the pixel?", "Only centres whose dashed window holds the pixel compete; the smallest D wins."],
    update: ["Centres move", "Each goes to the mean of its pixels, in colour and in place."],
    connect: ["Crumbs join a neighbour", ""],
  },
  connected: (n) =>
    `${n} loose pieces joined the neighbour most alike: point here to see them. D is from the last Assign.`,
  terms: {
    dlab: "distance in CIELAB",
    dxy: "distance in pixels",
    S: "step of the grid",
    m: "compactness",
    found: "true outline with a border nearby",
    missed: "true outline with none nearby",
    leak: "smaller side of a true outline",
  },
  candidates: {
    label: "Centres that compete for the pixel",
    head: [["Centre"], ["d", "lab"], ["d", "xy"], ["D"]],
  },
  nudged: (moves) => (moves ? "The seed moves to the framed pixel." : "The seed stays: no neighbour is flatter."),
  moved: (here, mean) => `This one moves ${here} px, the mean of all is ${mean} px:`,
  before: "before",
  after: "after",
  residuals: "Mean shift in each iteration, in pixels",
  region: {
    label: "Superpixel under the pointer",
    title: (id) => `Superpixel ${id}`,
    size: (n, times, pieces) => `${n} px${times ? `, ${times} S²` : ""}${pieces > 1 ? `, in ${pieces} pieces` : ""}`,
    mean: (l, a, b) => `L ${l}, a ${a}, b ${b}`,
    fields: { size: "Size", mean: "Mean colour", neighbours: "Neighbours", truth: "Truth" },
  },
  scores: {
    label: "Quality, and what to draw of it",
    none: "Draw none",
    boundary_recall: [
      "Boundary recall",
      "↑",
      (r) => `Share of the true outline with a border within ${r} px. Green is found, striped blue is missed.`,
    ],
    undersegmentation_neubert_protzel: [
      "UE",
      "↓",
      () =>
        "Under-segmentation error: where a superpixel crosses an outline, its smaller part is charged on both sides. Striped orange leaks.",
    ],
    achievable_accuracy: [
      "ASA",
      "↑",
      () => "Achievable segmentation accuracy: with the best label for each superpixel, only striped orange is wrong.",
    ],
    compactness: [
      "Compactness",
      "",
      () => "Area over squared outline; a square has 0.785. What does it cost in recall?",
    ],
    noTruth: "There is no truth to measure against.",
    count: (n) => `${n} superpixels`,
  },
  compare: {
    label: "Seven methods",
    live: "live",
    recorded: "recorded",
    short: ["Recall", "UE", "ASA"],
    note: "SLIC is computed here and follows m. The other six were recorded in Python, without noise or blur. ▲ is the best of seven.",
  },
  announce: (m) =>
    m.n_segments === null
      ? "Nothing is assigned yet."
      : `${m.n_segments} superpixels. ${withTruth(m, (recall, ue) => `Boundary recall ${recall}, under-segmentation error ${ue}, ASA ${score(m.achievable_accuracy)}.`)}`,
  pythonOwn:
    "# lab is the widget; its image has the noise and the blur that are set\nimage, truth = lab.image, lab.truth",
  presets: {
    start: {
      label: "Start",
      story: (m) =>
        `Tens of thousands of pixels have become ${m.n_segments} regions. ${withTruth(m, (recall) => `Their borders run along ${recall} of the true outline. Where is the rest? `)}Press Play to see them grow; point at a pixel to see who competes for it.`,
    },
    few: {
      label: "Too few",
      story: (m) =>
        `${m.n_segments} regions cannot follow every outline at once. ${withTruth(m, (recall, ue) => `Under-segmentation error is ${ue}: choose it to see what leaks. `)}How many superpixels halve it?`,
    },
    squares: {
      label: "Squares",
      story: (m) =>
        `m = 100: place outweighs colour, and the regions are nearly squares. ${recallOf(m)}Point at a pixel on an outline: which term of D decides? Lower m until it is the other one.`,
    },
    ragged: {
      label: "Ragged",
      story: (m) =>
        `m = 1: colour decides nearly alone, and borders follow every grain. ${recallOf(m)}Compactness is ${score(m.compactness)}. Which regions would you rather work with?`,
    },
    thin: {
      label: "Thin structure",
      story: (m) =>
        `The tripod’s legs are far narrower than a cell of the grid. ${recallOf(m)}Point at a leg: what colour has its centre? How many superpixels give the legs their own?`,
    },
    noisy: {
      label: "Noise",
      story: (m) =>
        `Noise makes neighbours differ, and D believes it. ${recallOf(m)}Raise the blur a little, then a lot. Which σ is best, and what goes missing beyond it?`,
    },
  },
};
