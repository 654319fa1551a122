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
    let data = {}, tell = () => {}, chosen = null, asked = null, sending = null, has = null

    const say = (text, kind = "") => { told.textContent = text; told.className = kind }
    const wrong = (text) => say(text, "wrong")

    function draw() {
        const here = box.getRootNode().activeElement, busy = Boolean(chosen), have = !busy && data.have
        if (have) {
            part("#name").textContent = data.have.name
            part("#far").textContent = size(data.have.size)
        }
        part(".file").hidden = !busy && !have
        part("#bar").hidden = part("#stop").hidden = !busy
        part("#choose").hidden = busy
        part("#choose").textContent = have ? "Choose another file" : "Choose a file"
        part("#remove").hidden = !have
        part(".or").hidden = busy || Boolean(have)
        // The keyboard stays with the chooser when what had it is gone.
        if (here && here.hidden) part(busy ? "#stop" : "#choose").focus()
    }

    function choose(file) {
        if (!file) return
        if (file.size > data.most)
            return wrong(`${file.name} has ${size(file.size)}; at most ${size(data.most)} are taken: ${data.smaller}.`)
        if (!file.size) return wrong(`${file.name} is empty: choose another file.`)
        const before = sending
        chosen = file
        sending = null
        asked = Math.random().toString(36).slice(2)
        if (before) before.abort()
        part("#name").textContent = file.name
        part("#bar").value = 0
        part("#far").textContent = size(file.size)
        say(`Sending ${file.name}`, "quiet")
        draw()
        tell("wanted", { name: file.name, size: file.size, asked })
    }

    function send() {
        const file = chosen, started = performance.now()
        const request = sending = new XMLHttpRequest()
        const end = (text, kind) => {
            if (sending !== request) return
            sending = chosen = null
            say(text, kind)
            draw()
        }
        request.upload.onprogress = (event) => {
            if (sending !== request) return
            const share = event.loaded / file.size, seconds = (performance.now() - started) / 1000
            part("#bar").value = Math.floor(100 * share)
            const time = left(seconds / share - seconds)
            part("#far").textContent = `${size(event.loaded)} of ${size(file.size)}${time}`
        }
        request.onload = () => {
            if (sending !== request) return
            // The chooser stays busy until the page has the file.
            if (request.status === 201) return tell("arrived", asked)
            let words = {}
            try { words = JSON.parse(request.responseText) } catch { }
            end(words.message || "The file did not arrive: choose it again.", "wrong")
        }
        request.onerror = () => end("The connection broke. Nothing was kept: choose the file again.", "wrong")
        request.onabort = () => end("Stopped. Nothing was kept.", "")
        request.open("PUT", data.url)
        request.send(file)
    }

    part("#choose").onclick = () => input.click()
    part("#remove").onclick = () => tell("removed", true)
    part("#stop").onclick = () => {
        if (sending) return sending.abort()
        chosen = null
        say("Stopped. Nothing was kept.")
        draw()
    }
    input.onchange = () => { choose(input.files[0]); input.value = "" }
    box.ondragover = (event) => { event.preventDefault(); box.classList.add("over") }
    box.ondragleave = () => box.classList.remove("over")
    box.ondrop = (event) => {
        event.preventDefault()
        box.classList.remove("over")
        if (event.dataTransfer.files.length > 1) return wrong("One file at a time; several can go in one zip file.")
        choose(event.dataTransfer.files[0])
    }

    return (newData, setTriggerValue) => {
        data = newData
        tell = setTriggerValue
        part("#label").textContent = data.label
        part("#hint").textContent = `${data.hint}; up to ${size(data.most)}`
        if (data.have && data.asked === asked) sending = chosen = null
        if (sending && data.asked !== asked) sending.abort()
        if (chosen && !sending && data.asked === asked && data.url) send()
        if (!chosen && data.have && has !== data.url) say(`${data.have.name} has arrived.`, "quiet")
        if (!data.have && has) say("")
        has = data.have ? data.url : null
        draw()
    }
}
