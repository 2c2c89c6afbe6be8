// What @posthog/plugin-scaffold has at run time: the rest of it is types.
(function (native, host, library) {
"use strict";

// Until scaffold 1.0.3 a bare subclass; from then on it has a name and counts its attempts.
class BareRetryError extends Error {}
Object.defineProperty(BareRetryError, "name", { value: "RetryError" });

class RetryError extends Error {
  constructor(message) {
    super(message);
    this._attempt = undefined;
    this._maxAttempts = undefined;
    this.name = "RetryError";
  }

  get nameWithAttempts() { return this._attempt && this._maxAttempts ? `${this.name} (attempt ${this._attempt}/${this._maxAttempts})` : this.name; }

  toString() { return this.message ? `${this.nameWithAttempts}: ${this.message}` : this.nameWithAttempts; }
}

const MetricsOperation = Object.freeze({ Sum: "sum", Min: "min", Max: "max" });

return { RetryError: host.bareRetryError ? BareRetryError : RetryError, MetricsOperation };
})
