// The usual event: processEvent is all that it leads to, and it comes to its end. Most of a run are such events, so nothing is made anew for
// each. A call that is given up may still settle later; from then on events go the long way, where each has handlers of its own.
(function (native, host, library) {
"use strict";

const clock = library("clock");
const { then, resolve } = library("primordials");
const { timedOut, milliseconds } = library("guard");
const { settings } = native;
const { apply } = Reflect;
const NativePromise = Promise;
const { hasGuards, keepsTeam, clonesResults, notesPlugins } = settings;
const { isPlain, encodePlain, encodeForms } = library("values");
const { deadline, setDeadline } = clock;
const { returned, returnedPlain } = native;

// `parts` are the driver's: what it does for every event, whichever way it goes.
function prepare(parts) {
  const { note, addNotes, shown } = parts;
  let given = null, current = null, team, own, meta;
  let isOpen = false;

  function fail(error) {
    if (error === null || error === undefined) {
      // The server's own error handler fails on these, and the event is lost.
      parts.emit("failed", "null", parts.describe(error));
      return parts.finish();
    }
    if (current !== null) note(given, true);
    parts.emitError(error, shown(current));
    parts.finish();
  }

  function onValue(result) {
    if (!isOpen) return;
    isOpen = false;
    deadline.action = null;
    try {
      current = result || null;
      if (current !== null && keepsTeam && current.team_id !== team) parts.changedTeam(current, team);
    } catch (error) {
      return fail(error);
    }
    if (current === null) parts.emit("dropped", "null");
    else {
      // As `note` does it; what is added is as plain as anything, so the value is looked at before it grows.
      let lists = null, properties;
      if (notesPlugins) {
        ({ properties } = given);
        lists = { ...properties };
        given.properties = lists;
      }
      const isPlainValue = !clonesResults && isPlain(current);
      if (notesPlugins) addNotes(lists, properties, false);
      const text = isPlainValue ? encodePlain(current) : null;
      if (text === null || !returnedPlain(text)) returned(clonesResults ? shown(current) : encodeForms(current));
    }
    parts.finish();
  }

  function onError(error) {
    if (!isOpen) return;
    isOpen = false;
    deadline.action = null;
    fail(error);
  }

  // What an async function returns needs no `resolve`, which would give it back. Only a promise by birth passes the engine's own check.
  function follow(promise) {
    try {
      if (typeof promise === "object" && promise !== null && promise.constructor === NativePromise) {
        then.call(promise, onValue, onError);
        return;
      }
    } catch {
      // It only looked like one, or does not let itself be looked at.
    }
    then.call(apply(resolve, NativePromise, [promise]), onValue, onError);
  }

  function onDeadline() {
    parts.leaveOpen();
    onError(timedOut("processEvent"));
  }

  return {
    // What every event is handed to.
    aim(method, metaOfPlugin) {
      own = method;
      meta = metaOfPlugin;
    },
    start(event) {
      given = event;
      current = event;
      team = event.team_id;
      let promise;
      try {
        promise = own(event, meta);
      } catch (error) {
        return fail(error);
      }
      isOpen = true;
      if (hasGuards) setDeadline(milliseconds, onDeadline);
      follow(promise);
    },
    // The host waits no longer for the call that is open.
    giveUp() {
      if (isOpen) parts.leaveOpen();
      isOpen = false;
    },
  };
}

return { prepare };
})
