// Opens another page of the kiosk, or this one anew, only when the server answers: a kiosk whose line is cut must never end on
// the browser's own error page.
let work = Promise.resolve();

// A slip that is being printed is not left behind: the page changes when it is done.
export function stayFor(promise) {
  work = Promise.allSettled([work, promise]);
}

export async function openPage(address) {
  await work;
  try {
    const answer = await fetch(address, { method: "HEAD", signal: AbortSignal.timeout(5000) });
    if (!answer.ok) return;
    location.replace(address);
    // An address that differs in its hash alone, or not at all, does not load by itself.
    if (new URL(address, location.href).pathname + new URL(address, location.href).search === location.pathname + location.search) location.reload();
  } catch {
    // It stays as it is; the ribbon says why.
  }
}
