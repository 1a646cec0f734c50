// What the server told this page of its screen from the first moment on.
export const facts = JSON.parse(document.getElementById("screen").textContent);
