// The shapes in which later stages of ingestion hand an event to plugins.
(function (native, host, library) {
"use strict";

const clock = library("clock");
const { settings } = native;
const { VirtualDate: Instant } = clock;

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

// What was clicked, in the server's form, from the form in which browsers send it.
function extracted(sent) {
  return sent.map((each) => {
    const classes = each.attr__class;
    const element = {
      text: each.$el_text?.slice(0, 400), tag_name: each.tag_name, href: each.attr__href?.slice(0, 2048),
      attr_class: !classes ? undefined : Array.isArray(classes) ? classes : classes.split(" "),
      attr_id: each.attr__id, nth_child: each.nth_child, nth_of_type: each.nth_of_type,
      attributes: Object.fromEntries(Object.entries(each).filter(([key]) => key.startsWith("attr__"))),
    };
    return settings.storesElements ? stored(element) : element;
  }).map((element, order) => settings.storesElements ? { ...element, order } : named(element));
}

// What is left of an element once it has been a text in the database: no empty members, and attributes are texts.
function stored(element) {
  const quoted = (value) => String(value).replaceAll('"', '\\"');
  const attributes = Object.entries(element.attributes).map(([key, value]) => [quoted(key), quoted(value)]).filter(([, value]) => value !== "");
  const result = { attributes: Object.fromEntries(attributes.sort(([left], [right]) => left.localeCompare(right))) };
  if (element.tag_name) result.tag_name = element.tag_name;
  if (element.attr_class) result.attr_class = [...element.attr_class].sort().map((name) => name.replaceAll('"', "")).filter(Boolean);
  if (element.attr_id) result.attr_id = quoted(element.attr_id);
  if (element.href) result.href = quoted(element.href);
  result.nth_child = element.nth_child ?? 0;
  result.nth_of_type = element.nth_of_type ?? 0;
  if (element.text) result.text = quoted(element.text);
  return named(result);
}

// Members that plugins know from before.
function named(element) {
  if (element.attributes.attr__class) element.attr_class = element.attributes.attr__class;
  if (element.text) element.$el_text = element.text;
  return element;
}

// For onEvent and exportEvents of the servers since 2022.
function processed(event) {
  if (!settings.hasProcessedShape) return event;
  const { $elements: sent, ...others } = event.properties ?? {};
  const isClick = Array.isArray(sent) && sent.length > 0;
  const properties = isClick ? others : event.properties;
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
    elements: event.elements ?? (isClick ? extracted(sent) : []),
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
