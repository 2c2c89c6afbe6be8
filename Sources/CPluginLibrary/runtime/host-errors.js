// Errors of the server's own.
(function (native, host, library) {
"use strict";

class IllegalOperationError extends Error {
  name = "IllegalOperationError";
}

return { IllegalOperationError };
})
