// exportEvents: events are buffered by onEvent, handed over in batches, and tried again later when the plugin asks for that.
(function (native, host, library) {
"use strict";

const clock = library("clock");
const { RetryError } = library("plugin-scaffold");
const { settings } = native;
const { stringify } = JSON;
const { then } = library("primordials");

function clamped(text, otherwise, minimum, maximum) {
  const value = parseInt(text);
  return Math.max(minimum, Math.min(maximum, Number.isNaN(value) ? otherwise : value));
}

// The servers start an export and go on: nobody waits for it, so an event is not failed by it. Each attempt tells its own outcome.
function makeBuffer(limit, seconds, onFlush) {
  let objects = [], points = 0, timer = null;
  const started = () => {
    if (timer !== null) {
      clock.clearTimer(timer);
      timer = null;
    }
    if (objects.length === 0 && !settings.flushesEmptyBatches) return undefined;
    const flushed = objects;
    objects = [];
    points = 0;
    const flushing = onFlush(flushed);
    then.call(flushing, undefined, () => {});
    return flushing;
  };
  const buffer = {
    async flush() {
      const flushing = started();
      if (!settings.flushesEmptyBatches) await flushing;
    },
    async add(object, size) {
      if (points > 0 && points + size > limit) started();
      points += size;
      objects.push(object);
      if (points > limit) started();
      else if (timer === null) timer = clock.setTimer(() => { started(); }, seconds * 1000);
    },
  };
  return { buffer, waiting: () => objects.length };
}

// `report` runs each attempt and tells what came of it.
function upgrade(plugin, facilities, report) {
  const { methods, jobs, meta } = plugin;
  const { config } = meta;
  const bytes = clamped(config.exportEventsBufferBytes, settings.exportBytes, 1, 104857600);
  const seconds = clamped(config.exportEventsBufferSeconds, settings.exportSeconds, 1, 600);
  const ignored = config.exportEventsToIgnore ? config.exportEventsToIgnore.split(",").map((name) => name.trim()) : null;
  meta.global.exportEventsToIgnore = new Set(ignored);

  const attempt = async (payload) => {
    try {
      await report(() => methods.exportEvents(payload.batch));
    } catch (error) {
      if (!(error instanceof RetryError)) throw error;
      const retries = payload.retriesPerformedSoFar;
      if (retries >= settings.exportRetries) return;
      const again = { ...payload, retriesPerformedSoFar: retries + 1 };
      await meta.jobs.exportEventsWithRetry(again).runIn(3 * 2 ** (retries + 1), "seconds");
    }
  };
  meta.global.exportEventsWithRetry = attempt;

  const { buffer, waiting } = makeBuffer(bytes, seconds, async (batch) => {
    const batchId = Math.floor(clock.random() * 1000000);
    await meta.global.exportEventsWithRetry({ batch, batchId, retriesPerformedSoFar: 0 }, meta);
  });
  meta.global.exportEventsBuffer = buffer;
  if (settings.retriesExports) jobs.exportEventsWithRetry = (payload) => meta.global.exportEventsWithRetry(payload, meta);

  const { onEvent, teardownPlugin } = methods;
  methods.onEvent = async (event) => {
    if (!meta.global.exportEventsToIgnore.has(event.event)) await meta.global.exportEventsBuffer.add(event, stringify(event).length);
    await onEvent?.(event);
  };
  methods.teardownPlugin = async () => {
    await Promise.all([meta.global.exportEventsBuffer.flush(), teardownPlugin?.()]);
  };
  return { own: { onEvent, teardownPlugin }, waiting };
}

return { upgrade };
})
