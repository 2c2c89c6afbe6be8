import { URLSearchParams } from 'url'

export const setupPlugin = ({ config, global }: any): void => {
    global.wanted = new Set<string>((config.parameters as string).split(',').map((each) => each.trim()).filter(Boolean))
    global.pattern = /^(?<head>[a-z]+)-(?<tail>\d+)$/u
}

export const processEvent = (event: any, { global, config }: any): any => {
    const address = event.properties?.$current_url
    if (!address) return event
    const url = new URL(address)
    const parameters = new URLSearchParams([...url.searchParams].map(([key, value]) => [key.toLowerCase(), value] as [string, string]))
    for (const name of global.wanted) {
        const value = parameters.get(name)
        if (value) {
            event.properties[`${config.prefix ?? ''}${name}`] = value
            const groups = global.pattern.exec(value)?.groups
            if (groups) event.properties[`${name}_parts`] = { ...groups }
        }
    }
    event.properties.$set_once = { ...event.properties.$set_once, first_host: url.hostname, first_path: decodeURIComponent(url.pathname) }
    return event
}
