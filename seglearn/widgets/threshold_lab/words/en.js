import { count, decimal, plural, score } from "../../web/ui/format.js";

export const strings = {
  title: "Thresholds and regions",
  prompt: "Where does the foreground end?",
  stages: { label: "Look at", threshold: "Threshold", growing: "Growing", components: "Components" },
  pictures: { label: "Picture", coins: "Coins", nuclei: "Nuclei", page: "Page", camera: "Camera", own: "Yours" },
  show: { label: "Show", truth: "Against truth", classes: "Result", picture: "Picture" },
  stage: {
    threshold: "Picture, cut by the threshold.",
    growing: "Picture with the region. Click sets or removes a seed; arrow keys move the cursor, Enter does the same.",
    components: "Picture with the components of the mask.",
  },
  cuts: {
    number: "Thresholds",
    label: (i) => `Threshold ${i}`,
    value: (k) => `between grey ${k} and ${k + 1}`,
    otsu: "Otsu",
    otsuHint: "Move the thresholds to where Otsu puts them",
    foreground: "Foreground",
    bright: "bright",
    dark: "dark",
    histogram: (n, cuts) =>
      `Histogram of ${count(n)} pixels, cut at ${cuts}. The line above is Otsu’s criterion for each place of a threshold.`,
    axis: "grey value",
    pixels: "pixels",
    curve: "Otsu’s criterion",
  },
  classes: ["class 0", "class 1", "class 2", "class 3"],
  legend: { classes: "Classes", truth: "Pixels", missed: "missed", both: "both", wrong: "too much" },
  criterion: "Criterion",
  formula: "Otsu’s criterion, the variance between classes",
  terms: { low: "pixels up to the threshold", high: "pixels above the threshold" },
  iou: "IoU",
  reference: "Nobody labelled this page: Sauvola’s rule stands in for the truth.",
  unlabelled: "There is no truth for this picture.",
  growing: {
    tolerance: "Tolerance",
    against: "Against",
    seed: "seeds",
    region: "region",
    clear: "Remove seeds",
    area: "Area",
    iou: "IoU",
    seedTag: (i) => `seed ${i}`,
    plot: "Pixels of the region by tolerance, on a logarithmic scale",
    axis: "tolerance",
    note: (pixels, mean) => `${pixels} pixels, mean ${mean}`,
    none: "Click on the picture to set a seed.",
    seedHint: "A pixel is compared with the mean of the seeds. IoU is with the object under the first seed.",
    regionHint:
      "A pixel is compared with the mean of the region, which drifts as it grows. The dashed line is what comparing with the seeds gives.",
  },
  components: {
    touch: "Touch along",
    four: "sides (4)",
    eight: "sides and corners (8)",
    area: "Smallest area",
    pixels: (n) => `${count(n)} px`,
    sizes: "Areas of the components, the largest first, on a logarithmic scale",
    count: "components",
    dropped: "dropped",
    matched: (n) => `of ${count(n)} objects matched`,
    matchedHint: "Outlines are the objects. Matched: one component covers it with an IoU above 0.5.",
    touchHint: "A component is a set of pixels of the foreground that touch.",
  },
  announce: (state, m) =>
    `Criterion ${decimal((100 * m.criterion) / (m.highest || 1), 1)} percent of the highest, IoU ${score(m.iou)}. Region: ${count(m.region_area)} pixels. ${count(m.n_components)} ${plural(m.n_components, { one: "component", other: "components" })}.`,
  pythonOwn: "# lab is this widget\nimage = lab.image",
  ask: "Coins on a cloth, cut at Otsu’s threshold. Pixels that touch are one component. Guess: how many components are there?",
  distances: {
    cuts: "what counts is this preset’s picture, with as many thresholds",
    seeds: "what counts is this preset’s seed, and tolerance against it",
    otsu: "what counts are the coins, cut where Otsu says",
    leaked: "it has leaked",
    more: (by) => `${by} to go`,
    count: (n, wanted) => `${n} now, ${wanted} wanted`,
  },
  goals: {
    coins: {
      text: "Bring Otsu’s criterion to its highest.",
      why: "No truth was needed: the histogram alone says where its two classes lie furthest apart.",
    },
    nuclei: {
      text: "Find the cut with the highest IoU.",
      why: "Otsu’s threshold lies half-way between the two means; a few very bright nuclei pull it up, and dim ones are lost.",
    },
    page: {
      text: "Find the best single threshold.",
      why: "Ink in the light is as bright as paper in the shadow: no single number can tell them apart.",
    },
    camera: {
      text: "Bring the criterion of three classes to its highest.",
      why: "Each threshold depends on the other: both have to move, in turn.",
    },
    leak: {
      text: "Find the largest tolerance before the region leaks.",
      why: "One weak spot in the border is enough: a step further, and the region runs into the cloth.",
    },
    count: {
      text: "Filter until exactly as many components stay as there are coins.",
      why: "A right count is not a right segmentation: see how many are matched.",
    },
  },
  presets: {
    coins: {
      label: "Coins",
      story: (m) =>
        `Whatever is brighter than the threshold is called coin. IoU is ${score(m.iou)}. Drag the threshold to the top of the curve: which cloth is still called coin?`,
    },
    nuclei: {
      label: "Nuclei",
      story: (m) =>
        `Otsu’s threshold on nuclei, which shine on a dark ground. IoU is ${score(m.iou)}. Is there a better one?`,
    },
    page: {
      label: "Page",
      story: (m) =>
        `A page that is lit from the right, cut where Otsu says. IoU of the ink is ${score(m.iou)}. How good can one threshold be?`,
    },
    camera: {
      label: "Three classes",
      story: () => "Coat, grass and sky: two thresholds make three classes. Where do both of them belong?",
    },
    leak: {
      label: "Leak",
      story: (m) =>
        `A region grows from the cross while pixels are like the seed. It has ${count(m.region_area)} pixels. How far can the tolerance go?`,
    },
    count: {
      label: "Count",
      story: (m) =>
        `Otsu’s cut of the coins has ${count(m.n_components)} components. Raise the smallest area until as many stay as there are coins: is each of them a coin?`,
    },
  },
};
