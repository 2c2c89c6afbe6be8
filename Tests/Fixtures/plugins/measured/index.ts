export const metrics = { events: 'sum', largest: 'MAX', ignored: 5 }

export async function processEvent(event: any, { metrics }: any) {
    metrics.events.increment(1)
    metrics.largest.max(JSON.stringify(event).length)
    if (event.event === 'bad') metrics.nothing.increment(1)
    return event
}
