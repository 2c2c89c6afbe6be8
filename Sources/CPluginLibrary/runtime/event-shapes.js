// The shapes in which later stages of ingestion hand an event to plugins.
(function (native, host, library) {
"use strict";

const clock = library("clock");
const { settings } = native;
const Instant = Date;

const milliseconds = (text) => new Instant(text).getTime();

// When an event happened, as ingestion decides it: by the server's clock where it also knows when the event was sent.
function happened(event) {
  const now = milliseconds(event.now ?? NaN);
  const base = Number.isNaN(now) ? clock.now() : now;
  if (!event.timestamp) return event.offset ? base - event.offset : base;
  const told = milliseconds(event.timestamp);
  if (Number.isNaN(told)) return clock.now();
  const sent = event.sent_at && !Number.isNaN(now) ? milliseconds(event.sent_at) : NaN;
  return Number.isNaN(sent) ? told : now + (told - sent);
}

function isoTime(event) {
  const time = new Instant(happened(event));
  return Number.isNaN(time.getTime()) ? new Instant(clock.now()).toISOString() : time.toISOString();
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
