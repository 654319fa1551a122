// The scorecard: rows that open in place, a link for each, search, columns, terms. It asks the server for nothing;
// only a meeting (meeting_room.js) records.
const listeners = new WeakMap()

const read = new TextDecoder()

export default function({ data: sent, parentElement, setTriggerValue }) {
    const data = JSON.parse(read.decode(sent))
    const root = parentElement.querySelector(".m-root")
    listeners.get(root)?.abort()
    const stop = new AbortController()
    listeners.set(root, stop)
    const room = roomOf(root)
    if (root.dataset.version !== data.version && !room.isOpen()) { // a meeting keeps its order to its end
        root.innerHTML = data.page + data.meeting.room
        root.dataset.version = data.version
    }
    const listen = (place, name, act, how) => place.addEventListener(name, act, { ...how, signal: stop.signal })
    const row = (name) => root.querySelector(`[data-measure="${CSS.escape(name)}"]`)
    const button = (measure) => measure.querySelector(".m-open")
    const opened = () => root.querySelector(".m-measure.m-is-open")?.dataset.measure ?? ""
    const asked = () => decodeURIComponent(location.hash.slice(1))

    // An address that has a # is left alone by Streamlit when one goes back to it: nothing is drawn anew.
    function note(how, name) {
        const kept = how === "pushState" ? { concord: "row" } : history.state
        history[how](kept, "", `${location.pathname}${location.search}#${name}`)
    }

    function show(name) {
        for (const measure of root.querySelectorAll(".m-measure")) {
            const here = measure.dataset.measure === name, under = measure.querySelector(".m-under")
            measure.classList.toggle("m-is-open", here)
            button(measure).setAttribute("aria-expanded", String(here))
            under.hidden = !here
            if (here && !under.firstChild.firstChild) under.firstChild.innerHTML = data.evidence[name] ?? ""
            if (here) decided(measure, name)
        }
    }

    function decided(measure, name) {
        const past = measure.querySelector(".m-past")
        if (past) past.innerHTML = data.meeting.past[name] ?? ""
    }

    function toggle(name) {
        const before = opened()
        if (before === name) {
            if (history.state?.concord === "row") return history.back()
            note("replaceState", CLOSED)
            return show("")
        }
        if (!before) note("replaceState", CLOSED)
        note(before ? "replaceState" : "pushState", name)
        show(name)
    }

    function follow() {
        const name = asked()
        if (!room.follow(name)) show(row(name) ? name : "")
    }

    function find(words) {
        const wanted = words.trim().toLowerCase()
        let left = 0
        for (const measure of root.querySelectorAll(".m-measure")) {
            measure.hidden = !button(measure).textContent.toLowerCase().includes(wanted)
            left += !measure.hidden
        }
        root.querySelector(".m-found").textContent = wanted ? `${left} found` : ""
    }

    // Which columns are off stands in the address, so that a link shows the same.
    function columns(keep) {
        const boxes = [...root.querySelectorAll(".m-column")], query = new URLSearchParams(location.search)
        if (!keep) {
            const off = (query.get("without") ?? "").split(",")
            for (const box of boxes) box.checked = !off.includes(box.value)
        }
        const off = boxes.filter((box) => !box.checked).map((box) => box.value)
        for (const box of boxes) root.querySelector("table").classList.toggle(`m-without-${box.value}`, !box.checked)
        if (keep) {
            if (off.length) query.set("without", off.join(","))
            else query.delete("without")
            const asked = String(query)
            history.replaceState(history.state, "", location.pathname + (asked && `?${asked}`) + location.hash)
        }
    }

    async function copy(pressed) {
        const words = pressed.textContent
        try {
            await navigator.clipboard.writeText(location.href)
            pressed.textContent = "Link copied"
        } catch {
            pressed.textContent = "Copy it from the address bar"
        }
        setTimeout(() => { pressed.textContent = words }, 2500)
    }

    // A term's note stands below the term, within the screen.
    function place(note) {
        const pressed = root.querySelector(`[popovertarget="${note.id}"]:focus, [popovertarget="${note.id}"]`)
        const at = pressed.getBoundingClientRect(), wide = note.offsetWidth, tall = note.offsetHeight
        note.style.left = `${Math.max(8, Math.min(at.left, innerWidth - wide - 8))}px`
        note.style.top = `${at.bottom + tall + 12 > innerHeight ? Math.max(8, at.top - tall - 4) : at.bottom + 4}px`
    }

    listen(root, "click", (event) => {
        const pressed = event.target.closest(".m-copy")
        if (pressed) return void copy(pressed)
        const closest = event.target.closest(".m-row")
        if (!closest || event.target.closest("button:not(.m-open), input, a, [popover]")) return
        if (!String(getSelection())) toggle(closest.parentElement.dataset.measure)
    })
    listen(root, "keydown", (event) => {
        const measure = event.target.closest(".m-measure")
        if (!measure || room.isOpen()) return
        if (event.key === "Escape" && opened()) {
            const name = opened()
            toggle(name)
            return button(row(name)).focus()
        }
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
        if (!step || !event.target.matches(".m-open")) return
        const all = [...root.querySelectorAll(".m-measure:not([hidden])")]
        const next = all[all.indexOf(measure) + step]
        if (next) {
            event.preventDefault()
            button(next).focus()
        }
    })
    listen(root, "input", (event) => {
        if (event.target.matches(".m-find")) find(event.target.value)
        if (event.target.matches(".m-column")) columns(true)
    })
    for (const note of root.querySelectorAll("[popover]"))
        listen(note, "toggle", (event) => event.newState === "open" && place(note))
    listen(window, "popstate", follow)
    room.listenWith(listen)
    room.update(data, setTriggerValue)
    columns(false)
    if (room.isOpen()) {
        if (asked() !== room.address()) note("replaceState", room.address())
    } else if (opened() && row(opened())) {
        if (asked() !== opened()) note("replaceState", opened()) // the server has written the address anew
    } else follow()
    return () => stop.abort()
}
