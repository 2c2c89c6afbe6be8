// The shapes in which later stages of ingestion hand an event to plugins.
(function (native, host, library) {
"use strict";

const { settings } = native;

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
    timestamp: event.timestamp,
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
    timestamp: new Date(event.timestamp ?? event.now),
  };
}

return { processed, webhook };
})
