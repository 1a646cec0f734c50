// The page of a screen that has no connection: tries until the server answers, then goes on by itself. It knows no numbers.
const ASK_MS = 5000;

export default function waiting() {
  const again = () => setTimeout(look, ASK_MS);

  async function look() {
    const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(2 * ASK_MS) }).catch(() => null);
    if (answer && answer.status < 500) location.reload();
    else again();
  }

  window.addEventListener("online", look);
  again();
}
