// @posthog/plugin-contrib: a buffer that is flushed when it is full or old, and when an event happened.
(function (native, host, library) {
"use strict";

function createBuffer(options) {
  const buffer = {
    _buffer: [],
    _timeout: null,
    _points: 0,
    _options: { limit: 10, timeoutSeconds: 60, ...options },

    add(object, points = 1) {
      const { limit, timeoutSeconds } = buffer._options;
      if (buffer._points && buffer._points + points > limit) void buffer.flush();
      buffer._points += points;
      buffer._buffer.push(object);
      if (buffer._points > limit) void buffer.flush();
      else if (!buffer._timeout) buffer._timeout = host.setTimer(() => buffer.flush(), timeoutSeconds * 1000);
    },

    async flush() {
      if (buffer._timeout) {
        host.clearTimer(buffer._timeout);
        buffer._timeout = null;
      }
      if (buffer._buffer.length === 0 && buffer._points === 0) return;
      const objects = buffer._buffer, points = buffer._points;
      buffer._buffer = [];
      buffer._points = 0;
      await buffer._options.onFlush?.(objects, points);
    },
  };
  return buffer;
}

function getTimestampFromEvent(event) {
  return event.timestamp || event.data?.timestamp || event.properties?.timestamp || event.now || event.sent_at;
}

return { createBuffer, getTimestampFromEvent };
})
