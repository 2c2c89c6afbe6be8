import { Plugin, PluginMeta } from '@posthog/plugin-scaffold'
import fetch from 'node-fetch'

type RatePlugin = Plugin<{
    config: { apiKey: string; target: string }
    global: { rates: Record<string, number> }
}>

async function loadRates({ config, global, cache }: PluginMeta<RatePlugin>): Promise<void> {
    const known = await cache.get('rates', null)
    if (known) {
        global.rates = known as Record<string, number>
        return
    }
    const response = await fetch(`https://rates.example/latest?base=${config.target}&key=${config.apiKey}`)
    if (!response.ok) {
        throw new Error(`rates answered ${response.status} ${response.statusText}`)
    }
    global.rates = (await response.json()).rates
    await cache.set('rates', global.rates, 60 * 60)
    console.info('loaded rates for', Object.keys(global.rates))
}

export const setupPlugin: RatePlugin['setupPlugin'] = async (meta) => {
    await loadRates(meta)
}

export const processEvent: RatePlugin['processEvent'] = (event, { config, global }) => {
    const { amount, currency } = event.properties ?? {}
    if (typeof amount !== 'undefined' && currency) {
        const rate = global.rates[currency as string]
        if (!rate) {
            throw new Error(`No rate for ${currency}`)
        }
        event.properties![`amount_${config.target.toLowerCase()}`] = Math.round((Number(amount) / rate) * 100) / 100
    }
    return event
}

export async function runEveryHour(meta: PluginMeta<RatePlugin>) {
    await loadRates(meta)
}
