import { createBuffer } from '@posthog/plugin-contrib'
import type { PluginEvent, PluginMeta } from '@posthog/plugin-scaffold'

interface Batch { events: PluginEvent[]; tries: number }

export const jobs = {
    send: async (batch: Batch, { jobs, global }: PluginMeta): Promise<void> => {
        if (batch.tries >= 3) {
            console.error(`giving up after ${batch.tries}`)
            return
        }
        try {
            const response = await fetch('https://sink.example/', { method: 'POST', body: JSON.stringify(batch.events) })
            if (!response.ok) throw new Error(`status ${response.status}`)
            console.log('sent', batch.events.length, 'in try', batch.tries + 1)
        } catch (error) {
            console.warn(String(error))
            await jobs.send({ ...batch, tries: batch.tries + 1 }).runIn(2 ** batch.tries * 3, 'seconds')
        }
    },
}

export function setupPlugin({ global, jobs }: PluginMeta): void {
    global.buffer = createBuffer({
        limit: 1024,
        timeoutSeconds: 30,
        onFlush: async (events: PluginEvent[]) => {
            await jobs.send({ events, tries: 0 }).runNow()
        },
    })
}

export async function onEvent(event: PluginEvent, { global }: PluginMeta): Promise<void> {
    global.buffer.add(event, JSON.stringify(event).length)
}

export async function teardownPlugin({ global }: PluginMeta): Promise<void> {
    await global.buffer.flush()
}
