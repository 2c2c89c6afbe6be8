// The usual event: processEvent is all that it leads to, and it comes to its end. Most of a run are such events, so nothing is made anew for
// each. A call that is given up may still settle later; from then on events go the long way, where each has handlers of its own.
(function (native, host, library) {
"use strict";

const clock = library("clock");
const { then, resolve: resolved } = library("primordials");
const { timedOut, milliseconds } = library("guard");
const { settings } = native;
const { apply } = Reflect;
const NativePromise = Promise;
const { hasGuards, keepsTeam } = settings;

// `parts` are the driver's: what it does for every event, whichever way it goes.
function prepare(parts) {
  let given = null, current = null, team;
  let isOpen = false, isLeftOpen = false;

  function fail(error) {
    if (error === null || error === undefined) {
      // The server's own error handler fails on these, and the event is lost.
      parts.emit("failed", "null", parts.describe(error));
      return parts.finish();
    }
    if (current !== null) parts.note(given, true);
    parts.emitError(error, parts.shown(current));
    parts.finish();
  }

  function succeed(result) {
    try {
      current = result || null;
      if (current !== null && keepsTeam && current.team_id !== team) parts.changedTeam(current, team);
    } catch (error) {
      return fail(error);
    }
    if (current === null) parts.emit("dropped", "null");
    else {
      parts.note(given, false);
      native.returned(parts.shown(current));
    }
    parts.finish();
  }

  function close() {
    if (!isOpen) return false;
    isOpen = false;
    clock.clearDeadline();
    return true;
  }

  function onValue(value) { if (close()) succeed(value); }

  function onError(error) { if (close()) fail(error); }

  function onDeadline() {
    isLeftOpen = true;
    onError(timedOut("processEvent"));
  }

  function start(event) {
    given = event;
    current = event;
    team = event.team_id;
    let promise;
    try {
      promise = parts.call(event);
    } catch (error) {
      return fail(error);
    }
    isOpen = true;
    if (hasGuards) clock.setDeadline(milliseconds, onDeadline);
    then.call(apply(resolved, NativePromise, [promise]), onValue, onError);
  }

  return {
    start,
    hasLeftOpen: () => isLeftOpen,
    // The host waits no longer for the call that is open.
    giveUp() {
      if (isOpen) isLeftOpen = true;
      isOpen = false;
    },
  };
}

return { prepare };
})
