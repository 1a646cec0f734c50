// A picture that the server draws for a wish. It comes as a data URL: that is all the page's policy lets an <img> show.
import { refusal } from "./api.js";

const TIMEOUT_MS = 10000;

export async function fetchPicture(path, wish, signal) {
  const response = await fetch(`/api/v1${path}`, {
    method: "POST",
    headers: {
      Accept: "image/png, application/json",
      "Accept-Language": document.documentElement.lang,
      "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(wish),
    signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
  });
  if (!response.ok) throw await refusal(response);
  const blob = await response.blob();
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });
}
