// Durations as the desk shows them.
export function clockFace(seconds) {
  const whole = Math.floor(seconds);
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}

export function minutesBetween(start, end) {
  return Math.max(0, Math.floor((end - Date.parse(start)) / 60000));
}
