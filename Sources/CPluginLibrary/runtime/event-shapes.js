// The shapes in which later stages of ingestion hand an event to plugins.
(function (native, host, library) {
"use strict";

const clock = library("clock");
const { settings } = native;
const Instant = Date;

const universal = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

// When an event happened, as ingestion writes it: in universal time, and at its arrival where the event does not say, or not readably.
function isoTime(event) {
  const { timestamp, now } = event;
  if (timestamp) {
    const time = new Instant(timestamp);
    if (Number.isNaN(time.getTime())) return new Instant(clock.now()).toISOString();
    return universal.test(timestamp) ? timestamp : time.toISOString();
  }
  const arrival = new Instant(now ?? NaN);
  return (Number.isNaN(arrival.getTime()) ? new Instant(clock.now()) : arrival).toISOString();
}

// For onEvent and exportEvents of the servers since 2022.
function processed(event) {
  if (!settings.hasProcessedShape) return event;
  const { properties } = event;
  return {
    distinct_id: event.distinct_id,
    ip: settings.hidesAddress ? null : event.ip ?? null,
    team_id: event.team_id,
    event: event.event,
    properties,
    timestamp: isoTime(event),
    $set: properties?.$set ?? event.$set,
    $set_once: properties?.$set_once ?? event.$set_once,
    uuid: event.uuid,
    elements: event.elements ?? [],
  };
}

// For composeWebhook: the only shape with a real date.
function webhook(event) {
  return {
    uuid: event.uuid, event: event.event, team_id: event.team_id, distinct_id: event.distinct_id, properties: event.properties,
    timestamp: new Instant(isoTime(event)),
  };
}

return { processed, webhook };
})
