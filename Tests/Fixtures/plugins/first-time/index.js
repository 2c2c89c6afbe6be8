export async function processEvent(event, { config, cache, storage }) {
  const tracked = config.events.split(',')
  if (!tracked.includes(event.event)) return event
  event.properties['is_first_ever'] = false
  const seen = await storage.get(event.event, null)
  if (!seen) {
    event.properties['is_first_ever'] = true
    await storage.set(event.event, { at: event.timestamp, by: event.distinct_id })
  }
  const count = await cache.incr(`${event.distinct_id}/${event.event}`)
  await cache.expire(`${event.distinct_id}/${event.event}`, 3600)
  event.properties['nth_for_person'] = count
  return event
}
