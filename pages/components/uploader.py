"""What the chooser of `streaming` is made of in the browser."""

HTML = """
<div class="box" role="group" aria-labelledby="label">
  <div class="words"><span id="label"></span><span id="hint"></span></div>
  <div class="choose">
    <button type="button" id="choose">Choose a file</button>
    <button type="button" id="remove" hidden>Remove it</button>
    <span class="or">or drop it here</span>
    <input type="file" id="file" tabindex="-1" aria-hidden="true">
  </div>
  <div class="sending" hidden>
    <span id="name"></span>
    <progress id="bar" max="100" value="0" aria-labelledby="label"></progress>
    <span id="far"></span>
    <button type="button" id="stop">Stop</button>
  </div>
  <p id="told" role="status"></p>
</div>
"""

CSS = """
.box { border: 1px dashed var(--c-usual, #6B7784); border-radius: var(--st-base-radius); padding: 1rem;
  font-family: var(--st-font); font-size: 1rem; color: var(--st-text-color); background: var(--c-panel, transparent);
  display: flex; flex-direction: column; gap: .625rem; box-sizing: border-box; }
.box.over { border: 2px solid var(--st-primary-color); padding: calc(1rem - 1px); }
.words { display: flex; flex-direction: column; gap: .125rem; }
#label { font-weight: 650; }
#hint, .or, #far { color: var(--c-muted, inherit); font-size: .875rem; }
.choose, .sending { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; }
[hidden] { display: none !important; }
#file { position: absolute; width: 1px; height: 1px; opacity: 0; pointer-events: none; }
button { font: inherit; font-size: .9375rem; color: inherit; background: var(--st-background-color); cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); padding: .375rem .75rem;
  min-height: 2.5rem; }
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
#name { font-weight: 600; overflow-wrap: anywhere; }
progress { flex: 1 1 9rem; height: .625rem; accent-color: var(--st-primary-color); }
#far { font-variant-numeric: tabular-nums; }
@media (pointer: coarse) { .or { display: none; } }
#told { margin: 0; font-size: .875rem; }
#told:empty { display: none; }
#told.wrong { color: var(--c-worse, inherit); }
"""

JS = """
const choosers = new WeakMap()

export default function ({ parentElement, data, setTriggerValue }) {
    if (!choosers.has(parentElement)) choosers.set(parentElement, chooser(parentElement))
    choosers.get(parentElement)(data, setTriggerValue)
}

function size(bytes) {
    const one = (n) => n.toLocaleString("en", { maximumFractionDigits: 1 })
    if (bytes < 1 << 20) return `${Math.max(1, Math.round(bytes / 1024)).toLocaleString("en")} kB`
    return bytes < 2 ** 30 ? `${one(bytes / (1 << 20))} MB` : `${one(bytes / 2 ** 30)} GB`
}

function left(seconds) {
    if (!isFinite(seconds) || seconds < 2) return ""
    return seconds < 90 ? `, about ${Math.round(seconds)} s left` : `, about ${Math.round(seconds / 60)} min left`
}

function chooser(root) {
    const part = (id) => root.querySelector(id)
    const box = part(".box"), input = part("#file"), told = part("#told")
    let data = {}, tell = () => {}, chosen = null, sending = null, sentTo = null, has = false

    const say = (text, wrong = false) => { told.textContent = text; told.classList.toggle("wrong", wrong) }
    const busy = (on) => {
        part(".choose").hidden = on
        part(".sending").hidden = !on
    }

    function choose(file) {
        if (!file) return
        if (sending) sending.abort()
        if (file.size > data.most)
            return say(`${file.name} has ${size(file.size)}; at most ${size(data.most)}: send it in parts.`, true)
        if (!file.size) return say(`${file.name} is empty: choose another file.`, true)
        chosen = file
        part("#name").textContent = file.name
        part("#bar").value = 0
        part("#far").textContent = size(file.size)
        say("")
        busy(true)
        tell("wanted", { name: file.name, size: file.size })
    }

    function send(url) {
        sentTo = url
        const file = chosen, started = performance.now()
        const request = sending = new XMLHttpRequest()
        const end = (text, wrong) => {
            if (sending !== request) return
            sending = chosen = null
            busy(false)
            say(text, wrong)
            part("#choose").focus()
        }
        request.upload.onprogress = (event) => {
            const share = event.loaded / file.size, seconds = (performance.now() - started) / 1000
            part("#bar").value = Math.floor(100 * share)
            const time = left(seconds / share - seconds)
            part("#far").textContent = `${size(event.loaded)} of ${size(file.size)}${time}`
        }
        request.onload = () => {
            if (request.status !== 201) {
                let words = {}
                try { words = JSON.parse(request.responseText) } catch { }
                return end(words.message || "The file did not arrive: choose it again.", true)
            }
            end("", false)
            tell("arrived", url)
        }
        request.onerror = () => end("The connection broke. Nothing was kept: choose the file again.", true)
        request.onabort = () => end("Stopped. Nothing was kept.", false)
        request.open("PUT", url)
        request.send(file)
    }

    part("#choose").onclick = () => input.click()
    part("#remove").onclick = () => { tell("removed", true); part("#choose").focus() }
    part("#stop").onclick = () => { if (sending) sending.abort(); else { chosen = null; busy(false) } }
    input.onchange = () => { choose(input.files[0]); input.value = "" }
    box.ondragover = (event) => { event.preventDefault(); box.classList.add("over") }
    box.ondragleave = () => box.classList.remove("over")
    box.ondrop = (event) => {
        event.preventDefault()
        box.classList.remove("over")
        if (event.dataTransfer.files.length > 1) return say("One file at a time; several can go in one zip file.", true)
        choose(event.dataTransfer.files[0])
    }

    return (newData, setTriggerValue) => {
        data = newData
        tell = setTriggerValue
        part("#label").textContent = data.label
        part("#hint").textContent = `${data.hint}; up to ${size(data.most)}`
        part("#remove").hidden = !data.have
        part("#choose").textContent = data.have ? "Choose another file" : "Choose a file"
        if (data.have && !chosen) {
            say(`${data.have.name}, ${size(data.have.size)}, has arrived.`)
            has = true
        } else if (has && !chosen) {
            say("")
            has = false
        }
        if (data.url && chosen && !sending && data.url !== sentTo) send(data.url)
    }
}
"""
