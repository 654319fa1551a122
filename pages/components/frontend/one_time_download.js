const fetched = new Set()
export default function({ data }) {
    if (fetched.has(data.url)) return
    fetched.add(data.url)
    const link = document.createElement("a")
    link.href = data.url
    link.download = data.name
    link.click()
}
