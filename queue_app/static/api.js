// Calls to the API with this browser's session. Refusals come as ApiError with the contract's code and translated message.
export class ApiError extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.details = error.details ?? {};
  }
}

const TIMEOUT_MS = 8000;

export async function call(method, path, body) {
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: {
      Accept: "application/json",
      "Accept-Language": document.documentElement.lang,
      "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.ok) return response.json(); // rejects where the answer was cut off on the way: half an answer is none
  throw await refusal(response);
}

// What a refused answer says, also one that is not the API's own.
export async function refusal(response) {
  const answer = await response.json().catch(() => ({ error: { code: "no_answer", message: response.statusText } }));
  return new ApiError(response.status, answer.error);
}

// One id for one touch: the same request sent twice (a double tap, a retry after a lost answer) is done once.
export function requestId() {
  return crypto.randomUUID ? crypto.randomUUID() : Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}
