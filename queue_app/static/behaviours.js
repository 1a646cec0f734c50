// Attaches one behaviour a file to the elements that name it: <main data-behaviour="kiosk/kiosk"> imports the module of that
// address below and calls its default export with the element.
const PLACES = { kiosk: "/kiosk/static/", display: "/display/static/", app: "/static/" };

for (const element of document.querySelectorAll("[data-behaviour]")) {
  const [place, name] = element.dataset.behaviour.split("/");
  import(`${PLACES[place]}${name}.js`).then((module) => module.default(element));
}
