var seen = 0
async function setupPlugin({ config }) { seen = Number(config.start) }
async function processEventBatch(events, { cache }) {
  for (const event of events) {
    seen += 1
    event.properties.lower = lowered(event.event)
    event.properties.seen = seen
    posthog.capture('batched', { size: events.length })
  }
  return events.filter((event) => event.event !== 'DROP')
}
