// The configuration of a branch as the API has it, with the revision by which it is noticed that somebody else saved meanwhile.
import { refusal } from "./api.js";

const TIMEOUT_MS = 20000;

export function makeConfig(branch) {
  let revision = null; // of what was read last

  async function send(method, body, headers = {}) {
    const response = await fetch(`/api/v1/branches/${branch}/config`, {
      method,
      headers: {
        Accept: "application/json",
        "Accept-Language": document.documentElement.lang,
        "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content,
        ...(body ? { "Content-Type": "application/json" } : {}),
        ...headers,
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw await refusal(response);
    return [await response.json(), response.headers.get("ETag")];
  }

  return {
    async read() {
      const [document, now] = await send("GET");
      revision = now;
      return document;
    },
    // What holds now, and the way to save on top of it.
    async look() {
      const [document, now] = await send("GET");
      return { document, accept: () => { revision = now; } };
    },
    // stranding: also where visitors wait for what goes.
    async write(document, { stranding = false } = {}) {
      const [plan] = await send("PUT", { document, accept_stranding: stranding }, { "If-Match": revision });
      return plan;
    },
  };
}
