import { count, plural, score } from "../../web/ui/format.js";

/** Words on the scores, where there is a truth to measure against. */
const withTruth = (m, words) =>
  m.boundary_recall == null ? "" : words(score(m.boundary_recall), score(m.undersegmentation_neubert_protzel));
const recallOf = (m) => withTruth(m, (recall) => `Recall is ${recall}. `);

export const strings = {
  title: "Superpixel lab",
  prompt: "Press Play.",
  tabs: { label: "Look at", regions: "Regions", steps: "Steps", scores: "Scores", compare: "Compare 7" },
  error: "Under-segmentation error by",
  ue: (by) => `UE, ${by}`,
  mean: "mean",
  pictures: { label: "Picture", coffee: "Coffee", camera: "Tripod", given: "Given", own: "Yours" },
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
  scrub: "Position in the run",
  finished: "Finished",
  position: (stage, iteration) => (iteration ? `${stage} ${iteration} of 10` : stage),
  show: { label: "Show", borders: "Borders", means: "Mean colours" },
  stage: "Superpixels. Arrow keys move the probed pixel, with Shift by ten; Enter keeps it.",
  probe: (row, col) => `pixel (${row}, ${col})`,
  panel: {
    seeds: "k seeds in a grid. Each looks only into its dashed 2S × 2S window.",
    nudge: "Each seed moves to the flattest of nine pixels.",
    assign: "Centres whose dashed window holds the pixel compete; the smallest D wins.",
    update: "Each centre goes to the mean of its pixels, in colour and in place.",
    connect: "",
  },
  connected: (n) => `${n} loose pieces joined the neighbour most alike: point here. D is from the last Assign.`,
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
  nudged: (moves) => (moves ? "It moves to the framed pixel." : "It stays: no neighbour is flatter."),
  moved: (here, mean) => `It moves ${here} px, all move ${mean} px on average:`,
  before: "before",
  after: "after",
  residuals: "Mean shift of each iteration, in pixels",
  region: {
    label: "Superpixel under the pointer",
    none: "No pixel is assigned yet.",
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
      "Neubert & Protzel",
      "↓",
      () =>
        "Where a superpixel crosses an outline, the smaller of inside and outside is charged, on both sides. Striped orange leaks.",
    ],
    undersegmentation_bleeding: [
      "bleeding, 1 − ASA",
      "↓",
      () => "All of a superpixel but its largest part is charged, once.",
    ],
    undersegmentation_levinshtein: [
      "Levinshtein et al.",
      "↓",
      () =>
        "A superpixel is charged whole to every region that it touches, as a share of the region; then the mean. Striped orange is charged.",
    ],
    undersegmentation_achanta: [
      "Achanta et al.",
      "↓",
      () => "A superpixel is charged whole to every region with more than 5\u202f% of it. Striped orange is charged.",
    ],
    achievable_accuracy: [
      "ASA",
      "↑",
      () => "Achievable segmentation accuracy: with the best label for each superpixel, only striped orange is wrong.",
    ],
    compactness: ["Compactness", "", () => "Area over squared outline; a square has 0.785."],
    noTruth: "There is no truth here.",
    count: (n) => `${count(n)} ${plural(n, { one: "superpixel", other: "superpixels" })}`,
  },
  compare: {
    label: "Seven methods",
    titles: {
      slic: "SLIC",
      ncut: "Normalized cuts",
      turbopixels: "TurboPixels",
      quickshift: "Quick shift",
      felzenszwalb: "Graph based",
      "graphcut-compact": "Graph cut a (compact)",
      "graphcut-constant": "Graph cut b (constant intensity)",
    },
    live: "live",
    recorded: "recorded",
    short: ["Recall", "UE", "ASA"],
    count: (n) => `, n\u00a0=\u00a0${n}`,
    note: "SLIC follows m. No noise, no blur. The best is underlined.",
  },
  announce: (m) =>
    m.n_segments === null
      ? "No pixel is assigned yet."
      : `${m.n_segments} superpixels. ${withTruth(m, (recall, ue) => `Boundary recall ${recall}, under-segmentation error ${ue}, ASA ${score(m.achievable_accuracy)}.`)}`,
  pythonOwn: "# lab is this widget\nimage, truth = lab.image, lab.truth",
  ask: "On the clean cup, boundary recall is 0.98. Guess: how much does noise leave?",
  unfair: "only the last step of this preset counts",
  short: { recall: "boundary recall", error: "error", compactness: "compactness" },
  toGo: (name, far) => `${name}: ${far} to go`,
  goals: {
    start: {
      text: "Bring boundary recall above 0.985.",
      why: "More regions, more borders; what is missed has one colour on both sides.",
    },
    few: {
      text: "Halve the error of Neubert and Protzel, to 0.121.",
      why: "Smaller regions that cross an outline have less to lose.",
    },
    squares: {
      text: "With at most 150 superpixels, bring boundary recall to 0.95.",
      why: "Below m = 20 colour decides at the outlines; roundness is the price.",
    },
    ragged: {
      text: "Compactness above 0.5, with boundary recall still 0.975.",
      why: "Smaller ones can be round and follow the outline.",
    },
    thin: {
      text: "Bring boundary recall on the tripod to 0.95.",
      why: "Cells of the grid must be about as narrow as the legs.",
    },
    noisy: {
      text: "Blur until boundary recall is back at 0.93.",
      why: "A little blur averages noise away; more of it smears the outlines.",
    },
  },
  presets: {
    start: {
      label: "Start",
      story: (m) =>
        `Thousands of pixels have become ${count(m.n_segments ?? 0)} regions. ${withTruth(m, (recall) => `Their borders run along ${recall} of the true outline. `)}Press Play to see them grow. Where is the rest of the outline?`,
    },
    few: {
      label: "Too few",
      story: (m) =>
        `${count(m.n_segments ?? 0)} regions cannot follow every outline: striped orange leaks. ${withTruth(m, (_, ue) => `Under-segmentation error is ${ue}. `)}How many superpixels halve it?`,
    },
    squares: {
      label: "Squares",
      story: (m) =>
        `m = 100: place outweighs colour. ${recallOf(m)}Point at a pixel on an outline: which term of D decides? Lower m until it is the other one.`,
    },
    ragged: {
      label: "Ragged",
      story: (m) =>
        `m = 1: colour decides nearly alone. ${recallOf(m)}Compactness is ${score(m.compactness)}. Can regions be round and still follow the outline?`,
    },
    thin: {
      label: "Thin structure",
      story: (m) =>
        `The tripod’s legs are far narrower than a cell of the grid. ${recallOf(m)}How many superpixels give the legs their own?`,
    },
    noisy: {
      label: "Noise",
      story: (m) =>
        `Noise makes neighbours differ, and D believes it. ${recallOf(m)}Raise the blur a little, then a lot. Which σ is best?`,
    },
  },
};
