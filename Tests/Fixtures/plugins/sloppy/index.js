function setupPlugin({ config, global }) {
  config.extra = 'ignored'
  global.limit = parseInt(config.limit)
  if (global.limit < 0) throw 'limit must not be negative'
}

async function processEvent(event, meta) {
  total = (typeof total === 'undefined' ? 0 : total) + 1
  switch (event.event) {
    case 'null property': return { ...event, properties: { ...event.properties, x: event.properties.user.name } }
    case 'wrong method': return event.properties.n.toUpperCase()
    case 'undeclared': return missingHelper(event)
    case 'text': throw 'just text'
    case 'rejection': return Promise.reject(new RangeError('rejected'))
    case 'json': return JSON.parse('{"a": ')
    case 'fetch': {
      const response = await fetch('https://denied.example/x', { method: 'POST', body: 'b' })
      return response.json()
    }
    case 'unawaited':
      fetch('https://denied.example/y')
      return event
    default:
      event.properties.total = total
      event.properties.extra = meta.config.extra
      return event
  }
}
