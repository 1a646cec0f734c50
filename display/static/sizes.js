// How large letters must be, and from how far they can be read. Pure.
const CAPITAL_PER_DISTANCE = 0.0122; // EN 301 549, 5.1.4: the least height of a capital letter
export const CAPITAL_EM = 0.727; // a capital letter of Inter

const USUAL_BODY = 3.4; // % of the height
const LARGEST_BODY = 5; // beyond this, what stands around the numbers would take their room
const USUAL_ROW = 12.6;

// The least type size, in % of the picture's height, that can be read from the layout's distance.
export function leastType({ distance_metres, height_centimetres }) {
  return (CAPITAL_PER_DISTANCE * distance_metres * 100 * 100) / height_centimetres / CAPITAL_EM;
}

// The type size of what stands around the numbers, in % of the height: as large as the distance wants, where that leaves the numbers their room.
export function bodyType(layout) {
  return Math.min(LARGEST_BODY, Math.max(USUAL_BODY, leastType(layout)));
}

// The type size that the rows of a list aim at, in % of the height; their room may allow less.
export function rowType(layout) {
  return Math.max(USUAL_ROW, leastType(layout));
}

// From how far a picture can be read whose smallest type is `numbers` (calls and counters) and `everything`, both in % of its height:
// {everything, numbers: whether the layout's distance is within it, everything_metres, numbers_metres: the farthest that is}.
export function fits({ distance_metres, height_centimetres }, { numbers, everything }) {
  const metres = (type) => (type / 100) * CAPITAL_EM * (height_centimetres / 100) / CAPITAL_PER_DISTANCE;
  const round = (value) => Math.floor(value * 10) / 10;
  return {
    everything: metres(everything) >= distance_metres,
    numbers: metres(numbers) >= distance_metres,
    everything_metres: round(metres(everything)),
    numbers_metres: round(metres(numbers)),
  };
}
