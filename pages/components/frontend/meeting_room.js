// The meeting: one measure at a time over the whole screen, with a form that records what is decided. It shows what the
// rows of the scorecard hold, and speaks with the server only to record.
const CLOSED = "measures", MEETING = "meeting", GENERAL = "general", PATIENCE = 15000
const rooms = new WeakMap()

function roomOf(root) {
    if (!rooms.has(root)) rooms.set(root, meetingRoom(root))
    return rooms.get(root)
}

function meetingRoom(root) {
    const part = (name) => root.querySelector(`.m-meeting .${name}`)
    const dialog = () => root.querySelector(".m-meeting")
    const isOpen = () => Boolean(dialog()?.open)
    const form = () => part("m-decide")
    const drafts = new Map() // measure -> what was typed and is not recorded yet
    let data = {}, tell = () => {}, names = [], at = 0, step = null, waiting = null, full = false, wanted = null

    const here = () => names[at] ?? GENERAL
    const row = (name) => root.querySelector(`[data-measure="${CSS.escape(name)}"]`)
    const address = () => `${MEETING}:${here()}`

    // What a row says, larger; then its evidence.
    function slide(name) {
        const heads = [...root.querySelectorAll("thead th")].map((head) => head.textContent)
        const shown = part("m-shown"), facts = document.createElement("div")
        facts.className = "m-facts"
        ;[...row(name).querySelector(".m-row").children].forEach((cell, n) => {
            if (cell.matches(".m-of-measure")) return
            const fact = facts.appendChild(document.createElement("div"))
            fact.className = `m-fact ${cell.className.replace("m-cell", "").replace("m-of-", "m-fact-of-")}`
            fact.innerHTML = `<p class="m-small"></p>${cell.innerHTML}`
            fact.firstChild.textContent = heads[n]
        })
        shown.innerHTML = data.evidence[name] ?? ""
        shown.prepend(facts)
    }

    function draw() {
        const name = here(), measure = row(name), place = `${at + 1} of ${names.length}`
        part("m-place").textContent = measure ? place : "Minutes"
        part("m-title").textContent = measure ? measure.querySelector(".m-open").textContent : "What we decided"
        if (measure) slide(name)
        told()
        part("m-back").disabled = at === 0
        part("m-next").disabled = at === names.length
        dialog().classList.toggle("m-is-minutes", !measure)
        ask({ kind: "made" }, drafts.get(name) ?? { owner: data.meeting.owners[name] ?? "" })
    }

    // What was decided: of the measure, or all of it at the end.
    function told() {
        part("m-beside").querySelector(".m-past").innerHTML = data.meeting.past[here()] ?? ""
        if (!row(here())) part("m-shown").innerHTML = data.meeting.minutes
    }

    const ASKS = { made: "What do we decide?", revised: "Change this decision", done: "What came of it?",
        dropped: "Why do we drop it?" }

    // The one form, for a new decision or for a step of one that is there.
    function ask(of, values) {
        if (!form()) return
        step = of
        form().dataset.kind = of.kind
        part("m-asks").textContent = of.kind === "made" && !row(here()) ? "What else do we decide?" : ASKS[of.kind]
        part("m-about-it").textContent = ["done", "dropped"].includes(of.kind) ? of.words : ""
        for (const field of form().elements) if (field.name) field.value = values[field.name] ?? ""
        fault("")
    }

    function typed() {
        return Object.fromEntries(new FormData(form()))
    }

    function fault(words) {
        part("m-fault").textContent = words
        if (words) part("m-kept").textContent = ""
    }

    function keep() {
        if (form() && step?.kind === "made") drafts.set(here(), typed())
    }

    function show(n, focus = true) {
        keep()
        at = Math.max(0, Math.min(n, names.length))
        if (form()) part("m-kept").textContent = ""
        draw()
        dialog().scrollTo(0, 0)
        if (focus) part("m-title").focus({ preventScroll: true })
        note("replaceState", address(), history.state)
    }

    // A wall shows what everyone may see: who sees more is sent that first.
    function open(name) {
        if (!data.meeting.everyone) {
            wanted = name
            return tell("shared", "begins")
        }
        wanted = null
        names = [...root.querySelectorAll(".m-measure")].map((measure) => measure.dataset.measure)
        dialog().showModal()
        step = null
        show(name === GENERAL ? names.length : Math.max(0, names.indexOf(name)))
    }

    function note(how, name, state) {
        history[how](state, "", `${location.pathname}${location.search}#${name}`)
    }

    function start() {
        note("replaceState", CLOSED, history.state) // to which one Back returns, and Streamlit leaves alone
        note("pushState", MEETING, { concord: MEETING })
        full = false
        document.documentElement.requestFullscreen?.().then(() => { full = true }).catch(() => {})
        open("")
    }

    function close() {
        const was = isOpen() || data.meeting.shared
        wanted = null
        if (isOpen()) {
            keep()
            dialog().close()
            if (document.fullscreenElement) document.exitFullscreen()
        }
        if (was) tell("shared", "ends") // whoever runs it gets their own view back, and the order of now
    }

    function end() {
        if (history.state?.concord === MEETING) return history.back()
        note("replaceState", CLOSED, history.state)
        close()
    }

    // The address says whether there is a meeting, and where it is.
    function follow(asked) {
        if (!asked.startsWith(MEETING)) {
            close()
            return false
        }
        if (!isOpen() && wanted === null) open(asked.slice(MEETING.length + 1))
        return true
    }

    function record() {
        if (waiting) return
        const asked = Math.random().toString(36).slice(2), { kind, decision, step: seen } = step
        const timer = setTimeout(() => answered("No answer came. Press again."), PATIENCE)
        waiting = { asked, name: here(), kind, timer }
        fault("")
        part("m-kept").textContent = "Recording …"
        tell("wanted", { asked, kind, decision, step: seen, measure: here(), ...typed() })
    }

    function answered(words) {
        clearTimeout(waiting.timer)
        const { name, kind } = waiting
        waiting = null
        if (words) return here() === name && fault(words)
        if (kind === "made") drafts.delete(name)
        if (here() !== name) return
        ask({ kind: "made" }, drafts.get(name) ?? { owner: data.meeting.owners[name] ?? "" })
        part("m-kept").textContent = "Recorded."
    }

    function update(now, say) {
        data = now
        tell = say
        if (wanted !== null && data.meeting.everyone) open(wanted)
        if (!isOpen()) return
        told()
        if (waiting && data.meeting.answer?.asked === waiting.asked) answered(data.meeting.answer.fault)
    }

    function act(button) {
        const { decision, step: seen, words, owner, due } = button.closest("[data-decision]").dataset
        keep()
        ask({ kind: button.dataset.kind, decision, step: seen, words }, { words, owner, due })
        form().querySelector(button.dataset.kind === "revised" ? "[name=words]" : "[name=reason]").focus()
    }

    function key(event) {
        const typing = event.target.matches("textarea, input")
        if (event.key === "Escape") {
            event.preventDefault()
            return typing ? part("m-title").focus() : end()
        }
        const turns = { PageDown: 1, PageUp: -1 } // a clicker sends these, whoever types meanwhile
        if (!typing) Object.assign(turns, { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 })
        if (!typing && !event.target.matches("button, a")) turns[" "] = event.shiftKey ? -1 : 1
        const turn = event.ctrlKey || event.altKey || event.metaKey ? 0 : turns[event.key]
        const scrolls = event.key.startsWith("Arrow") && dialog().scrollHeight > dialog().clientHeight + 1
        if (!turn || (scrolls && /Up|Down/.test(event.key))) return
        event.preventDefault()
        show(at + turn)
    }

    // Listens as long as the table does: the dialog may be drawn anew within it.
    function listenWith(listen) {
        listen(root, "click", (event) => {
            const pressed = (name) => event.target.closest(`.m-meeting .${name}`)
            if (event.target.closest(".m-start")) return start()
            if (pressed("m-next")) show(at + 1, false)
            else if (pressed("m-back")) show(at - 1, false)
            else if (pressed("m-end")) end()
            else if (pressed("m-act")) act(pressed("m-act"))
            else if (pressed("m-leave")) ask({ kind: "made" }, drafts.get(here()) ?? {})
        })
        listen(root, "submit", (event) => {
            event.preventDefault()
            record()
        })
        listen(root, "keydown", (event) => isOpen() && event.target.closest(".m-meeting") && key(event))
        listen(root, "cancel", (event) => event.target === dialog() && event.preventDefault(), { capture: true })
        listen(document, "fullscreenchange", () => {
            // The browser takes the Esc that leaves its full screen for itself.
            if (document.fullscreenElement || !full || !isOpen()) return
            full = false
            if (!document.activeElement.matches("textarea, input")) end()
        })
    }

    return { isOpen, follow, update, listenWith, address }
}

