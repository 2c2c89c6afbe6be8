// Prepares a context for a plugin: what its global scope has on the server of the era, and nothing else.
(function (native, host, library) {
"use strict";

const { settings } = native;
const clock = library("clock");
library("primordials");
clock.install(globalThis);
library("host");
const { translate } = library("dialect");
const guard = library("guard");
const facilities = library("facilities");
const stores = library("stores");
const { deepFrozen } = library("values");
const functionText = library("function-text");
const { markHost } = functionText;
const frozen = (value) => Object.freeze(value);

function define(name, value) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
}

// A global whose code is evaluated when somebody first looks; most plugins never do.
function defineLazily(name, make) {
  Object.defineProperty(globalThis, name, {
    get() {
      const value = make();
      define(name, value);
      return value;
    },
    set(value) { define(name, value); },
    configurable: true, enumerable: true,
  });
}

function attachments() {
  const result = {};
  for (const [key, file] of Object.entries(settings.attachments)) {
    const contents = file.hasContents ? library("buffer").Buffer.from(native.attachment(key)) : null;
    result[key] = frozen({ content_type: file.content_type, file_name: file.file_name, contents });
  }
  return frozen(result);
}

function hostMeta(metrics) {
  const meta = { cache: frozen(stores.cache), config: deepFrozen(settings.config), attachments: attachments() };
  if (!settings.compiles) return meta;
  meta.storage = frozen(stores.storage);
  meta.geoip = frozen(facilities.geoip);
  meta.jobs = facilities.jobs();
  if (settings.hasMetrics) meta.metrics = facilities.metrics(metrics);
  meta.utils = frozen({ cursor: frozen(stores.cursor) });
  return meta;
}

function lazily(table, name, make) {
  Object.defineProperty(table, name, { get: make, enumerable: true, configurable: false });
}

function modules() {
  const table = {};
  for (const name of settings.modules) lazily(table, name, () => library("modules").find(name));
  return frozen(table);
}

function google() {
  const cloud = {};
  for (const name of settings.googleModules) lazily(cloud, name, () => library("modules").find(`@google-cloud/${name}`));
  return frozen({ cloud: frozen(cloud) });
}

let fetch;
Object.defineProperty(host, "fetch", {
  get() {
    if (fetch === undefined) {
      fetch = frozen(library("modules").find("node-fetch"));
      markHost(fetch);
    }
    return fetch;
  },
  configurable: true,
});
for (const name of ["global", "GLOBAL", "root"]) define(name, globalThis);
defineLazily("Buffer", () => library("buffer").Buffer);
define("VMError", class VMError extends Error {});
define("console", frozen(facilities.console()));
const posthog = facilities.posthog();
if (posthog.api) frozen(posthog.api);
define("posthog", frozen(posthog));
defineLazily("fetch", () => host.fetch);
if (settings.googleModules.length > 0) define("google", google());
if (settings.compiles) {
  define("__pluginHostImports", modules());
  define("RetryError", library("plugin-scaffold").RetryError);
  defineLazily("URL", () => library("url").URL);
  define("__asyncGuard", guard.asyncGuard);
}
const metrics = {};
native.declareMetrics = (declared) => Object.assign(metrics, declared);
const meta = hostMeta(metrics);
define("__pluginHostMeta", frozen(meta));
guard.countReactions();
library("language").removeUpTo(settings.nodeVersion);
functionText.install();
markHost(console, posthog, posthog.api ?? {}, stores.cache, stores.storage, stores.cursor, facilities.geoip);
const driver = library("driver");
return { driver, meta, tick: clock.tick, dialect: translate };
})
