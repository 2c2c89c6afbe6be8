const location = {
  processEvent: async (event, { geoip, cache }) => {
    const ip = event.properties?.$ip || event.ip
    if (!ip) return event
    let found = await cache.get(`geo/${ip}`, null)
    if (!found) {
      found = await geoip.locate(ip)
      await cache.set(`geo/${ip}`, found ?? {}, 60)
    }
    for (const [index, part] of (found?.subdivisions ?? []).entries()) event.properties[`part_${index + 1}`] = part.names?.en
    event.properties = { ...event.properties, city: found?.city?.names?.en, latitude: found?.location?.latitude }
    return event
  },
}
module.exports = location
