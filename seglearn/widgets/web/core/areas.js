/** Areas of two masks and the scores made of them. Every division of zero by zero is null: undefined, not 0 or 1. */

/**
 * A share; null where there is nothing to divide by.
 * @param {number} over
 * @param {number} under
 * @returns {Score}
 */
export const ratio = (over, under) => (under === 0 ? null : over / under);

/**
 * Pixel counts of truth (A), prediction (B) and what they share; masks are Uint8Arrays of equal length.
 * @param {ArrayLike<number>} truth zero or not, one number a pixel
 * @param {ArrayLike<number>} prediction the same, of the same length
 * @returns {Areas}
 */
export function areas(truth, prediction) {
  let both = 0;
  let truthOnly = 0;
  let predictionOnly = 0;
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] && prediction[i]) both++;
    else if (truth[i]) truthOnly++;
    else if (prediction[i]) predictionOnly++;
  }
  return { both, truthOnly, predictionOnly };
}

/**
 * Intersection over union.
 * @param {Areas} areas
 * @returns {Score}
 */
export const iou = ({ both, truthOnly, predictionOnly }) => ratio(both, both + truthOnly + predictionOnly);
/**
 * Dice, which is F1.
 * @param {Areas} areas
 * @returns {Score}
 */
export const dice = ({ both, truthOnly, predictionOnly }) => ratio(2 * both, 2 * both + truthOnly + predictionOnly);
/**
 * The share of the prediction that is right.
 * @param {Areas} areas
 * @returns {Score}
 */
export const precision = ({ both, predictionOnly }) => ratio(both, both + predictionOnly);
/**
 * The share of the truth that is found.
 * @param {Areas} areas
 * @returns {Score}
 */
export const recall = ({ both, truthOnly }) => ratio(both, both + truthOnly);

/**
 * Dice is a function of IoU alone: 2 IoU / (1 + IoU).
 * @param {Score} x an IoU
 * @returns {Score}
 */
export const diceOfIou = (x) => (x == null ? null : (2 * x) / (1 + x));
