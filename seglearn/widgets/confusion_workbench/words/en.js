import { count, percent, plural } from "../../web/ui/format.js";

/** @param {Score} x */
const inPercent = (x) => percent(x, 2);
/** @param {number} n */
const pixels = (n) => `${count(n)} ${plural(n, { one: "pixel", other: "pixels" })}`;

/**
 * A story with its question; once the state has been changed only the question is left, as its numbers are past.
 * @param {(metrics: any) => string} now
 * @param {string} question
 * @returns {(metrics: any, when: { past: boolean }) => string}
 */
const told = (now, question) => (metrics, when) => (when.past ? question : `${now(metrics)} ${question}`);

export const strings = {
  title: "Confusion workbench",
  prompt: "Rows are truth, columns the prediction. Point at a score to see its cells, and at a cell to see its pixels.",
  stages: { pixels: "Pixels", scores: "Scores", rules: "What counts" },
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
    cell: (truth, prediction, n) => `truth ${truth}, predicted ${prediction}: ${pixels(n)}`,
    also: (spoken, written, units) => `${spoken}, ${written}${units === "counts" ? "" : " %"}`,
    typeInto: (truth, prediction) => `Pixels of truth ${truth}, predicted ${prediction}`,
    tags: { agreement: "TP", truth: "FN", prediction: "FP" },
  },
  inspector: {
    less: "One pixel less in this cell",
    more: "One pixel more in this cell",
    cell: (truth, prediction, n) =>
      `${pixels(n)} of ${truth}, ${truth === prediction ? "found" : `predicted as ${prediction}`}`,
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
      `Bug: nothing ever predicts this class, so its IoU is 0. mIoU ${now} instead of ${without}, for the same prediction.`,
    zero: ({ name, now, without }) =>
      `Bug: the ignore label has become ${name}, as when 255 + 1 overflows a byte. What is predicted there is a false alarm. mIoU ${now} instead of ${without}.`,
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
      story: told(
        (m) => `mIoU ${inPercent(m.mean_iou)}, pixel accuracy ${inPercent(m.pixel_accuracy)}.`,
        "Point at a cell to see its pixels: which mistake costs most?",
      ),
    },
    worked: {
      label: "Worked example",
      story: told(
        (m) =>
          `IoU of field: the solid cell over the dashed cross, ${inPercent(m.iou[1])}. An edit moves pixels within a row.`,
        "What do you edit for the recall of field, and what for its precision?",
      ),
    },
    imbalance: {
      label: "Imbalance",
      story: told(
        (m) =>
          `${inPercent(m.pixel_accuracy)} of all pixels are right, yet ${count(m.matrix[1][0])} of the 500 person ` +
          "pixels are taken for road.",
        "Which hundred pixels would raise mean IoU most?",
      ),
    },
    "all-road": {
      label: "Predict all road",
      story: told(
        () => "A network that answers “road” without looking: nearly all pixels are road, so nearly all are right.",
        "Paint what it missed: which of the four numbers take notice?",
      ),
    },
    ignore: {
      label: "Ignored border",
      story: told(
        (m) =>
          `Dotted pixels carry the ignore label: even the annotator could not tell. Left out, mIoU is ${inPercent(m.mean_iou)}.`,
        "Which bug costs more, for the same prediction?",
      ),
    },
    absent: {
      label: "Absent class",
      story: told(
        (m) => `There is no bus, and none is predicted: 0 ÷ 0. Left out of the mean, mIoU is ${inPercent(m.mean_iou)}.`,
        "What does one pixel of bus in the prediction cost?",
      ),
    },
  },
  goals: {
    worked: {
      text: "Bring field to recall 100 % with precision below 60 %.",
      why: "Recall is a row, what is there; precision is a column, what is called field.",
    },
    imbalance: {
      text: "Bring mIoU above 50 % while PA gains less than one point.",
      why: "The pole has 100 pixels: 1 % of the picture, but a third of the mean.",
    },
    "all-road": {
      text: "Bring mIoU above 50 %.",
      why: "PA gained a few points at most. In MPA and mIoU each class counts a third, whatever its size.",
    },
    ignore: {
      text: "Switch on the bug that lowers mIoU more.",
      why: "A class that nothing predicts has IoU 0, and the mean takes it in.",
    },
    absent: {
      text: "Paint one pixel of bus into the prediction, with 0 ÷ 0 left out.",
      why: "One false alarm, and the class counts with IoU 0: as much as if 0 ÷ 0 were 0.",
    },
  },
  distances: {
    one: (name, x) => `${name} ${x}`,
    two: (name, x, other, y) => `${name} ${x}, ${other} ${y}`,
  },
  guesses: { mean_iou: "94 % of the pixels are right, in three classes. What is mIoU?" },
};
