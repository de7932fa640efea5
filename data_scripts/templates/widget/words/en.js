export const strings = {
  title: "My widget",
  prompt: "Where must the threshold lie for half of the values to be above it?",
  t: "threshold",
  share: "share above",
  announce: (share) => `Share above: ${share}.`,
};
