// The values that imports are bound to.
(function (native, host, library) {
"use strict";

const makers = {
  "node-fetch": () => (host.tracksFetch ? library("fetch").trackedFetch : library("fetch").fetch),
  "crypto": () => library("crypto"),
  "zlib": () => library("zlib"),
  "url": () => library("url"),
  "stream": () => library("stream"),
  "generic-pool": () => library("generic-pool"),
  "jsonwebtoken": () => library("jsonwebtoken"),
  "@posthog/plugin-scaffold": () => library("plugin-scaffold"),
  "@posthog/plugin-contrib": () => library("plugin-contrib"),
  "faker": () => library("faker"),
};
for (const name of ["aws-sdk", "snowflake-sdk", "@google-cloud/bigquery", "@google-cloud/storage", "@google-cloud/pubsub", "pg", "ethers"]) {
  makers[name] = () => library("vendor").make(name);
}

const made = new Map();

// One value per module, however often it is asked for; undefined for a module that isn't here.
function find(name) {
  if (!Object.hasOwn(makers, name)) return undefined;
  if (!made.has(name)) made.set(name, makers[name]());
  return made.get(name);
}

return { find, names: Object.keys(makers) };
})
