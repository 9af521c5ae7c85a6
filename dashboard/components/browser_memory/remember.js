// Keeps one word under one name in this browser, and tells the page which word is kept. Nothing else.
export default function ({ data, setStateValue }) {
  let kept = ""
  try {
    if (data.keep) localStorage.setItem(data.name, data.keep)
    kept = localStorage.getItem(data.name) ?? ""
  } catch {
    // A browser that keeps nothing is one in which nothing was kept.
  }
  setStateValue("kept", kept)
}
