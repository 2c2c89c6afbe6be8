import { PostHogEvent, Webhook, Meta } from '@posthog/plugin-scaffold'

interface NotifyMeta extends Meta {
    config: { url: string; only: string }
}

const titles: Readonly<Record<string, string>> = Object.freeze({ $pageview: 'A page was seen' })

export function composeWebhook(event: PostHogEvent, { config }: NotifyMeta): Webhook | null {
    if (config.only && !config.only.split(',').map((name) => name.trim()).includes(event.event)) {
        return null
    }
    return {
        url: config.url,
        headers: { 'Content-Type': 'application/json' },
        method: 'PUT',
        body: JSON.stringify({
            title: titles[event.event] ?? event.event,
            at: event.timestamp.toISOString(),
            weekday: event.timestamp.toLocaleDateString('en-GB', { weekday: 'long', timeZone: 'UTC' }),
            who: event.distinct_id,
            properties: event.properties,
        }),
    }
}
