// Lets the service worker keep what a screen needs to say, without any network, whose it is and that it waits for the connection.
// Browsers have service workers on https and on localhost only; anywhere else a screen goes without.
export async function keepShell(branch) {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register("/display/sw.js", { scope: "/display" }).catch(() => null);
  if (!registration) return;
  await document.fonts.ready;
  const { active } = await navigator.serviceWorker.ready;
  const used = performance.getEntriesByType("resource").map(({ name }) => new URL(name)).filter(({ origin }) => origin === location.origin);
  active.postMessage({ keep: used.map(({ pathname }) => pathname), waiting: `/display/${branch}/waiting?lang=${document.documentElement.lang}` });
}
