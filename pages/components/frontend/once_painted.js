// Says that the browser has painted what stands on the page now: after the next frame.
export default function({ data, setTriggerValue }) {
    requestAnimationFrame(() => setTimeout(() => setTriggerValue("painted", data.chosen), 0))
}
