import { decimal, percent, score } from "../../web/ui/format.js";

export const strings = {
  title: "Noise lab",
  prompt: "Choose a noise and a filter, and swipe over the picture.",
  stagesLabel: "Look at",
  stages: { picture: "Picture", scores: "Scores", network: "Network" },
  gain: "PSNR: how near to the clean picture",
  noise: "Noise",
  filter: "Filter",
  strength: "Strength",
  setting: "Setting",
  salt: "of them salt",
  law: "What the noise does to a value x",
  probability: "\u2002with probability\u2002",
  either: "0 or 1",
  noises: {
    gaussian: "Gaussian",
    salt: "Salt",
    pepper: "Pepper",
    "salt-and-pepper": "Salt & pepper",
    poisson: "Poisson",
    speckle: "Speckle",
  },
  strengths: {
    gaussian: (v) => `σ = ${v}`,
    salt: (v) => `a = ${v}`,
    pepper: (v) => `a = ${v}`,
    "salt-and-pepper": (v) => `a = ${v}`,
    poisson: (v) => `N = ${v}`,
    speckle: (v) => `σ = ${v}`,
  },
  parameters: { gaussian: "σ", salt: "a", pepper: "a", "salt-and-pepper": "a", poisson: "N", speckle: "σ" },
  filters: {
    none: "None",
    mean: "Mean",
    gaussian: "Gaussian",
    median: "Median",
    "adaptive-median": "Adaptive median",
    bilateral: "Bilateral",
    "non-local-means": "Non-local means",
    "total-variation": "Total variation",
  },
  short: {
    none: "–",
    mean: "mean",
    gaussian: "Gaussian",
    median: "median",
    "adaptive-median": "adaptive",
    bilateral: "bilateral",
    "non-local-means": "non-local",
    "total-variation": "total var.",
  },
  settings: {
    none: () => "",
    mean: (v) => `${v} × ${v}`,
    gaussian: (v) => `σ ${v} px`,
    median: (v) => `${v} × ${v}`,
    "adaptive-median": (v) => `up to ${v} × ${v}`,
    bilateral: (v) => `σ ${v}`,
    "non-local-means": (v) => `h ${v}`,
    "total-variation": (v) => `weight ${v}`,
  },
  ideas: {
    none: "The noise stays.",
    mean: "The average of the window.",
    gaussian: "An average; near pixels weigh more.",
    median: "The middle value of the window.",
    "adaptive-median": "The median, but only where an impulse is.",
    bilateral: "An average of what is near and of like colour.",
    "non-local-means": "An average of what looks alike nearby.",
    "total-variation": "The flattest picture that is not far off.",
  },
  pictures: {
    label: "Picture",
    camera: "Photographer",
    cup: "Cup",
    scene: "Street scene",
    cards: "Grey cards",
    given: "Given",
    own: "Yours",
  },
  pairs: {
    label: "Compare",
    "noisy-filtered": "noisy | filtered",
    "clean-filtered": "clean | filtered",
    "clean-noisy": "clean | noisy",
    taken: "removed",
  },
  parts: {
    clean: "clean",
    noisy: "noisy",
    filtered: "filtered",
    noise: "noise: noisy − clean",
    taken: "removed: noisy − filtered",
    error: "error |x − y|, three times as bright",
    ssim: "SSIM, bright where alike",
  },
  computing: (part) => `${part}: computing …`,
  terms: {
    mse: "mean squared error",
    clean: "the clean picture",
    filtered: "the filtered picture",
    noise: "the noise",
  },
  nothingTaken: "No filter is chosen, so nothing was removed. Choose one to see what it takes away.",
  meanOf: "mean of\u2002",
  stage:
    "Two pictures with a divider. Drag the divider, or move it with the slider below. Arrow keys move a probed pixel, with Shift by ten.",
  swipe: "Divider",
  probe: (row, col, clean, noisy, filtered, window) =>
    `Pixel (${row}, ${col}): clean ${clean}, noisy ${noisy}, filtered ${filtered}.${window ? " The square is what the filter looks at." : ""}`,
  hint: "Drag to swipe. Point at a pixel to read its values, or at a term of a formula to see it.",
  scores: { label: "How near each picture is to the clean one", formula: "Peak signal-to-noise ratio" },
  histogram: {
    label: "Histogram",
    values: "values",
    errors: "errors",
    note: "Very tall bars are cut.",
    words: (kind, noisy, filtered) =>
      `Histogram of ${kind}. Root mean squared error ${score(noisy)} before the filter, ${score(filtered)} after it.`,
  },
  network: {
    title: "And what does a segmenter make of it?",
    about: (n) =>
      `Measured beforehand on ${n} held-out street scenes with a U-Net that was trained on clean ones. Click a cell to set the lab to it.`,
    here: (iou, clean, exact) =>
      `Here: mean IoU ${exact ? "" : "about "}${iou}, on clean scenes ${clean}.${exact ? "" : " (Between two measured points.)"}`,
    uneven: "Measured with as much salt as pepper only.",
    repair: "Set salt to 50\u202f%",
    best: (filter, dB, iou, other, otherDb, otherIou, same) =>
      same
        ? `Here the best picture is also the best for the network: ${filter}, ${dB}, ${iou}.`
        : `Best picture: ${filter}, ${dB}, mean IoU ${iou}. Best for the network: ${other}, ${otherDb}, mean IoU ${otherIou}.`,
  },
  map: {
    label: "Number in the cells",
    mean_iou: "mean IoU",
    psnr: "PSNR",
    grid: "Strength of the noise against filter and setting. Arrow keys choose another cell.",
    "by-psnr": "best PSNR",
    "by-iou": "best mean IoU",
    now: "set now",
    units: { mean_iou: "\u202f%", psnr: "\u202fdB" },
    cell: (strength, filter, what, value) => `strength ${strength}, ${filter}: ${what} ${value}`,
  },
  plot: {
    x: "PSNR in dB: cleaner →",
    y: "mean IoU in %",
    clean: "clean scenes",
    words: (psnr, iou) =>
      `Every filter and setting at this noise: PSNR against mean IoU. Best PSNR: ${psnr}. Best mean IoU: ${iou}.`,
  },
  kernel: {
    ask: "Measure this point again",
    waiting: (n) => `The kernel puts noise and filter on ${n} scenes and runs the network …`,
    answer: (dB, iou) => `Just now, on this machine: ${dB}, mean IoU ${iou}. It is the cross.`,
    scene: "Choose the street scene as the picture to see what the network says of it.",
    none: "In JupyterLab a button measures this point again. This page has no kernel to ask.",
  },
  labels: { truth: "truth", noisy: "network on noisy", filtered: "network on filtered" },
  announce: (m) =>
    m.psnr === undefined
      ? "Computing …"
      : `PSNR ${m.psnr === null ? "infinite" : `${decimal(m.psnr, 1)} decibels`}, SSIM ${score(m.ssim)}.${m.mean_iou === null ? "" : ` Mean IoU ${decimal(100 * m.mean_iou, 1)} percent.`}`,
  pythonOwn: "# lab is the widget; its picture without the noise\nclean = lab.clean",
  pythonNote: "# NumPy draws other random numbers than the browser, so the last digits differ",
  ask: "Gaussian noise of a tenth of full scale. You still see what is what. On clean scenes the network has 71 % mean IoU. Guess: how much is left?",
  toGo: {
    decibels: (far) => `${far}\u202fdB to go`,
    points: (far) => `${far} points to go`,
    between: "between two measured points",
    other: (psnr) => `${psnr}\u202fdB, but by the adaptive median`,
    gaussian: "choose Gaussian noise",
    back: "back to the picture and noise of this preset",
  },
  goals: {
    start: {
      text: "Reach 20 dB with another filter than the adaptive median.",
      why: "Six in ten pixels still tell the truth: their median does, too. An average mixes the lost ones in.",
    },
    grain: {
      text: "Bring the network back to 66 % mean IoU.",
      why: "Total variation makes regions even, as in the clean scenes it learned from.",
    },
    wrong: {
      text: "Reach 28 dB.",
      why: "The adaptive median replaces a pixel only where an impulse is; every other keeps its value.",
    },
    photons: {
      text: "Give Gaussian noise the same PSNR, 20.9 dB.",
      why: "σ² = 0.5/50: it is as strong on average. But it hits all cards alike, and photons spare the darkest.",
    },
    "best-psnr": {
      text: "Reach 46 % mean IoU under this noise.",
      why: "The error is as large, but it lies evenly over each region instead of in blotches.",
    },
    "best-iou": {
      text: "Now halve the noise, to σ = 0.4, and reach 56 % mean IoU.",
      why: "Less noise asks for less smoothing: what the filter takes away beyond it were small things.",
    },
  },
  presets: {
    start: {
      label: "Four in ten lost",
      story: (m) =>
        `Four pixels in ten are gone. The filter on the right of the divider never saw the clean picture, and still brings ${decimal(m.noisy_psnr, 0)} dB to ${m.psnr == null ? "…" : decimal(m.psnr, 0)}. How can it know? Which others can do that, and which only smear?`,
    },
    grain: {
      label: "A little grain",
      story: (m) =>
        `Gaussian noise of a tenth of full scale. You still see what is what. The network, trained on clean scenes, falls to ${percent(m.mean_iou, 0)} mean IoU. Which filter brings most of its score back?`,
    },
    wrong: {
      label: "The wrong filter",
      story:
        "Non-local means, so good against grain, leaves salt and pepper nearly untouched: a grain looks like nothing around it and trusts itself alone. Turn the setting up until the grains go. What goes with them? Which filter does better?",
    },
    photons: {
      label: "Few photons",
      story:
        "Five flat grey cards with Poisson noise: it spreads more where there is more light. Switch to Gaussian, then to speckle. Which of the three leaves the darkest card nearly alone?",
    },
    "best-psnr": {
      label: "Best PSNR",
      story:
        "The strongest speckle. Of all settings this one has the best PSNR over the scenes, but it leaves coloured blotches, and the network takes them for people. What does the square in the plot do, straight above the diamond?",
    },
    "best-iou": {
      label: "Best mean IoU",
      story:
        "The same noise, on those scenes the same PSNR within a tenth of a decibel, and the network scores eleven points more. Swipe: the errors are as large as before, but each region is even. What if there is less noise?",
    },
    seed: {
      label: "Throw the dice again",
      story: "The same noise with other luck. Which of the numbers change, and by how much?",
    },
  },
};
