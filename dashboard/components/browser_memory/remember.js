// Keeps one word under one name in this browser, and tells the page which word is kept. Nothing else.
// Its place is marked once it has told: the page is then drawn again, and whoever waits for it knows.
export default function ({ data, parentElement, setStateValue }) {
  let kept = ""
  try {
    if (data.keep) localStorage.setItem(data.name, data.keep)
    kept = localStorage.getItem(data.name) ?? ""
  } catch {
    // A browser that keeps nothing is one in which nothing was kept.
  }
  setStateValue("kept", kept)
  const { host } = parentElement.getRootNode()
  host.dataset.told = data.name
}
