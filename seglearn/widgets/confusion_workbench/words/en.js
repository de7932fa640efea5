const inPercent = (x) => (x == null ? "–" : `${(100 * x).toFixed(2)}\u202f%`);

export const strings = {
  title: "Confusion workbench",
  prompt: "Rows are truth, columns the prediction. Point at a score to see its cells, and at a cell to see its pixels.",
  matrixTitle: "Confusion matrix",
  ignoreClass: "ignored",
  noMore: "No pixel can move.",
  noMaps:
    "No maps: this matrix counts more pixels than can be drawn here. Editing a cell moves pixels within its row all the same.",
  units: { label: "Show the matrix as", counts: "Counts", rows: "Row %", columns: "Column %" },
  mapPane: {
    maps: { truth: "Truth", prediction: "Prediction" },
    stage: {
      truth:
        "Truth map. Arrow keys move the cursor; Space paints, or, with no brush, shows the cell of the pixel; Shift and arrow keys paint a line.",
      prediction:
        "Prediction map. Arrow keys move the cursor; Space paints, or, with no brush, shows the cell of the pixel; Shift and arrow keys paint a line.",
    },
    noIgnoredPrediction: "A prediction has no ignore label; paint it on the truth.",
  },
  brush: { label: "Brush", look: "No brush", ignore: "ignore", size: "Brush size" },
  pixels: (n) => `${n} px`,
  matrix: {
    matrixLabel: "Confusion matrix, rows truth, columns prediction",
    truthAxis: "truth",
    predictionAxis: "predicted as",
    total: "total",
    cell: (truth, prediction, n) => `truth ${truth}, predicted ${prediction}: ${n} ${n === "1" ? "pixel" : "pixels"}`,
    also: (spoken, written, units) => `${spoken}, ${written}${units === "counts" ? "" : " %"}`,
    typeInto: (truth, prediction) => `Pixels of truth ${truth}, predicted ${prediction}`,
    tags: { agreement: "TP", truth: "FN", prediction: "FP" },
  },
  inspector: {
    less: "One pixel less in this cell",
    more: "One pixel more in this cell",
    cell: (truth, prediction, n) =>
      `${n} ${n === "1" ? "pixel" : "pixels"} of ${truth}, ${truth === prediction ? "found" : `predicted as ${prediction}`}`,
    trade: (truth, partner) =>
      `+ and − trade with “${truth} → ${partner}”, so the row keeps its total. Or type, or drag sideways.`,
    never: (name) => `No network predicts “${name}”, so this column stays empty.`,
  },
  formula: "Formula",
  key: { over: "numerator", under: "denominator" },
  scores: {
    perClass: "Scores of each class, in percent",
    overall: "Scores of the whole matrix, in percent",
    inPercent: "in %",
    undefined: "0 ÷ 0, undefined",
    score: (metric, name, value) => `${metric} of ${name}: ${value}`,
    short: {
      iou: "IoU",
      precision: "Precision",
      recall: "Recall",
      f1: "F1",
      pixel_accuracy: "PA",
      mean_accuracy: "MPA",
      mean_iou: "mIoU",
      frequency_weighted_iou: "FWIoU",
    },
    full: {
      pixel_accuracy: "pixel accuracy",
      mean_accuracy: "mean accuracy",
      mean_iou: "mean IoU",
      frequency_weighted_iou: "freq.-weighted",
    },
    terms: {
      tp: "true positives: found",
      fn: "false negatives: missed",
      fp: "false positives: false alarms",
      diagonal: "pixels on the diagonal",
      everything: "all pixels",
    },
  },
  ignore: { label: "Ignored pixels", skip: "left out", class: "as a class", zero: (name) => `as ${name}`, bug: "bug" },
  absent: { label: "0 ÷ 0 in a mean", skip: "– left out", zero: "counts as 0" },
  verdict: {
    class: ({ now, without }) =>
      `Bug: the ignore label is counted as a class of its own. Nothing ever predicts it, so its IoU is 0, and whatever is predicted there is a false alarm. mIoU ${now} instead of ${without}, for the same prediction.`,
    zero: ({ name, now, without }) =>
      `Bug: the ignore label has become ${name}, as when 255 + 1 overflows a byte, or void is taken for background. Every object predicted there is a false alarm. mIoU ${now} instead of ${without}, for the same prediction.`,
    nothing: "No pixel carries the ignore label here, so it makes no difference yet: paint some on the truth.",
  },
  pythonNotes: {
    axes: "rows truth, columns prediction",
    class: "a bug on purpose: ignored pixels are counted as a class of their own",
    zero: "a bug on purpose: ignored pixels are counted as the first class",
  },
  announce: (m) => `Mean IoU ${inPercent(m.mean_iou)}, pixel accuracy ${inPercent(m.pixel_accuracy)}.`,
  presets: {
    given: {
      label: "As given",
      story: (m) =>
        `mIoU ${inPercent(m.mean_iou)}, pixel accuracy ${inPercent(m.pixel_accuracy)}. Rows are truth, columns the prediction. Point at a score to see its cells, at a cell to see its pixels, and edit either side.`,
    },
    worked: {
      label: "Worked example",
      story: (m) =>
        `IoU of water: the solid cell over the dashed cross, ${inPercent(m.iou[0])}. Which scores move if two of the five water pixels taken for field are put right? Guess, then press − twice.`,
    },
    imbalance: {
      label: "Imbalance",
      story: (m) =>
        `${inPercent(m.pixel_accuracy)} of all pixels are right, yet ${m.matrix[1][0]} of the 500 person pixels are taken for road. Mean IoU weighs every class alike and says ${inPercent(m.mean_iou)}. Which number would you want a braking system judged by?`,
    },
    "all-road": {
      label: "Predict all road",
      story: (m) =>
        `A network that answers “road” without looking: ${inPercent(m.pixel_accuracy)} pixel accuracy. Paint one person into the prediction and watch which of the four numbers take notice.`,
    },
    ignore: {
      label: "Ignored border",
      story: (m) =>
        `Dotted pixels carry the ignore label: even the annotator could not tell. Left out, mIoU is ${inPercent(m.mean_iou)}. Switch “Ignored pixels” to each bug: the prediction stays, the score does not.`,
    },
    absent: {
      label: "Absent class",
      story: (m) =>
        `There is no bus, and none is predicted: 0 ÷ 0. Left out of the mean, mIoU is ${inPercent(m.mean_iou)}. What is it if 0 ÷ 0 counts as 0? And what does one pixel of bus in the prediction cost?`,
    },
  },
};
