async function setupPlugin({ config, global, storage }) {
  global.cursor = await storage.get('cursor', 0)
  if (!config.repository) throw new Error('no repository')
}

async function runEveryMinute({ config, global, storage }) {
  for (let page = 1; ; page++) {
    const response = await fetch(`https://api.example/${config.repository}/stars?page=${page}`, { headers: { Accept: 'application/json' } })
    const stars = await response.json()
    if (stars.length === 0) break
    for (const star of stars) {
      if (star.id <= global.cursor) continue
      posthog.capture('starred', { user: star.user, timestamp: star.at, distinct_id: star.user })
      global.cursor = star.id
    }
  }
  await storage.set('cursor', global.cursor)
}
