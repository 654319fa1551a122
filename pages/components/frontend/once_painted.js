// Says that the browser has painted what stands on the page now: two frames on, after the charts' own work.
export default function({ data, setTriggerValue }) {
    requestAnimationFrame(() => setTimeout(() => setTriggerValue("painted", data.chosen), 0))
}
