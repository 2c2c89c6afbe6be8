// The engine's messages in V8's words. A rule gives null where it can't tell; then the engine's words stay.
(function (native, host, library) {
"use strict";

const { read, shown, keyOf } = library("dialect-expression");
const at = library("dialect-place");

const older = () => (host.nodeVersion || 18) < 16;
const toObject = "Cannot convert undefined or null to object";
const symbolLoad = "(cannot read property Symbol(Symbol.iterator))";

// A key that isn't written as such: the compiled code keeps the last one that it looked up.
function keptKey() {
  const key = host.lastKey?.();
  return key === null || (typeof key !== "object" && typeof key !== "function" && key !== undefined) ? String(key) : null;
}

function reading(kind, given) {
  const key = given ?? keptKey();
  if (older()) return key === null ? `Cannot read property of ${kind}` : `Cannot read property '${key}' of ${kind}`;
  return key === null ? `Cannot read properties of ${kind}` : `Cannot read properties of ${kind} (reading '${key}')`;
}

function setting(kind, key) {
  if (older()) return key === null ? `Cannot set property of ${kind}` : `Cannot set property '${key}' of ${kind}`;
  return key === null ? `Cannot set properties of ${kind}` : `Cannot set properties of ${kind} (setting '${key}')`;
}

// `text` is what was evaluated when `kind` (undefined or null) turned up.
function noObject(kind, text, place) {
  const node = read(text);
  if (node) {
    switch (node.kind) {
      case "member": return walkedMember(node, text, kind, place) ?? reading(kind, keyOf(node));
      case "new": if (node.callee.kind === "member") return reading(kind, keyOf(node.callee)); break;
      case "assignment":
        if (node.target.kind !== "member") break;
        // Only where nothing on the right looked a key up meanwhile, or the compiled code has kept this one after it.
        return setting(kind, keyOf(node.target) ?? (/^(?:name|number|string)$/.test(node.value.kind) || /, __left\)$/.test(text) ? keptKey() : null));
      case "postfix": case "unary":
        if (node.value.kind === "member") return node.operator === "delete" ? { message: toObject, place: at.deletion(place) } : reading(kind, keyOf(node.value));
        break;
      case "call": return walkedCall(node, text, kind, place) ?? toObject;
      case "array": return walkedPattern(kind, place);
    }
    if (node.kind !== "binary") return `${shown(node)} is not iterable`;
  }
  const loop = loopOf(text, kind, place);
  if (loop) return loop;
  if (/^\[/.test(text)) return walkedPattern(kind, place);
  return null;
}

// `x of list`: the list isn't iterable; with a pattern for `x`, an item of it.
function loopOf(text, kind, place) {
  const loop = /^(?:(?:var|let|const)\s+)?(\S[^]*?)\s+of\s+([^]+)$/.exec(text);
  if (!loop) return null;
  if (/^[[{]/.test(loop[1])) return ".for is not iterable";
  const node = read(loop[2]);
  if (!node) return null;
  if (/\bfor await \([^()]*$/.test(at.context(place, text)?.before ?? "")) {
    return kind === "object" ? `${shown(node)} is not async iterable` : reading(kind, "Symbol(Symbol.asyncIterator)");
  }
  if (node.kind === "call") return `${shown(node.callee)} is not a function or its return value is not iterable`;
  // Where the object of the member isn't there either can't be told; it is more often the last step that is missing.
  return `${shown(node)} is not iterable`;
}

// A member that a loop or a pattern was to walk: the engine doesn't tell this from reading the member of nothing.
function walkedMember(node, text, kind, place) {
  const found = at.context(place, text);
  if (!found) return null;
  if (/\bof\s+$/.test(found.before) && /^\s*\)/.test(found.after)) return `${shown(node)} is not iterable`;
  return at.endsInPattern(found.before) && /^\s*[;,\n})]/.test(`${found.after}\n`) ? `${kind === "null" ? "object null" : kind} is not iterable ${symbolLoad}` : null;
}

// The same for what a call has given back.
function walkedCall(node, text, kind, place) {
  const found = at.context(place, text);
  if (!found) return null;
  const isAwaited = node.callee.kind === "name" && node.callee.name === "__asyncGuard";
  const what = isAwaited ? "(intermediate value) is not iterable" : `${shown(node.callee)} is not a function or its return value is not iterable`;
  if (/(?:\bof|\.\.\.)\s*(?:await\s+)?$/.test(found.before)) return what;
  if (!at.endsInPattern(found.before)) return null;
  return isAwaited ? what : `${kind === "null" ? "object null" : kind} is not iterable ${symbolLoad}`;
}

// Where the engine lost the text: an assignment to a member nearly always.
function noObjectAt(kind, place) {
  const target = at.assigned(place);
  return target && "member" in target ? setting(kind, target.member) : null;
}

// In the initialiser of a class's field the engine shows nothing of the text.
function noObjectNear(kind, place) {
  const found = /^\s*\??\.\s*([A-Za-z_$#][\w$]*)/.exec(at.around(place)?.after ?? "");
  return found ? reading(kind, found[1]) : null;
}

function walkedPattern(kind, place) {
  const found = at.pattern(place, "[");
  if (found?.kind === "value" && found.source) return `${shown(found.source)} is not iterable`;
  if (found?.kind === "loop") return ".for is not iterable";
  return `${kind === "null" ? "object null" : kind} is not iterable ${symbolLoad}`;
}

// A plain member's value, without running anything.
function memberOf(object, name) {
  return typeof object === "object" && object !== null ? Object.getOwnPropertyDescriptor(object, name)?.value : undefined;
}

function notDestructured(place) {
  const found = at.pattern(place, "{");
  if (!found) return null;
  // Of nested patterns it is the inner one that meets nothing: what a plugin takes apart is there, its members may not be.
  const taken = found.kind === "value" ? host.lastKey?.() : undefined;
  if (found.nested) return { message: reading(memberOf(taken, found.nested.of) === null ? "null" : "undefined", found.nested.property), place: at.placeAt(place, found.nested.offset) };
  const source = found.kind === "value" && found.source ? found.source : null;
  const kind = taken === null || (source?.kind === "name" && source.name === "null") ? "null" : "undefined";
  if (found.kind === "element") return { message: reading("undefined", found.property), place: at.placeAt(place, found.offset) };
  const of = found.kind === "loop" ? ".for" : source ? shown(source) : "undefined";
  const message = found.property === null
    ? `Cannot destructure '${of}' as it is ${kind}.` : `Cannot destructure property '${found.property}' of '${of}' as it is ${kind}.`;
  return { message, place: at.placeAt(place, found.offset) };
}

// The engine says only that something near a text is no function: it looked for an iterator, or for a tag.
function nearText(text, place) {
  const loop = loopOf(text, "object", place);
  if (loop) return loop;
  if (/^\[/.test(text)) return walkedPattern("object", place);
  const node = read(text);
  if (node?.kind === "call" && node.tagged) return `${shown(node.callee)} is not a function`;
  return node ? `${shown(node)} is not a function` : null;
}

// Whether what a call gives is walked where it stands: by a list pattern, a loop or a spread.
function isWalkedHere(call, place) {
  const found = at.context(place, call);
  if (!found) return false;
  if (/(?:\bof\s+|\.\.\.)$/.test(found.before)) return /^\s*[),\]}]/.test(found.after);
  return at.endsInPattern(found.before) && /^\s*[;,\n})]/.test(`${found.after}\n`);
}

function notCallable(text, call, place) {
  const loop = /^(?:(?:var|let|const)\s+)?\S[^]*?\s+of\s+([^]+)$/.exec(text);
  const walked = loop && read(loop[1]);
  if (walked) return walked.kind === "await" ? "(intermediate value) is not iterable" : `${shown(walked)} is not a function or its return value is not iterable`;
  const node = read(text);
  const what = `${node ? shown(node) : text} is not a function`;
  return isWalkedHere(call, place) ? `${what} or its return value is not iterable` : what;
}

function notConstructor(text) {
  const node = read(text);
  return node?.kind === "new" ? `${shown(node.callee)} is not a constructor` : null;
}

const primitiveText = (value) => value === null || (typeof value !== "object" && typeof value !== "function") ? String(value) : null;

function inOperator(text) {
  if (/__right = /.test(text)) {
    const [left, right] = host.lastSides().map(primitiveText);
    if (left !== null && right !== null) return `Cannot use 'in' operator to search for '${left}' in ${right}`;
  }
  const node = read(text);
  if (node?.kind !== "binary" || node.operator !== "in") return null;
  const key = node.left.kind === "string" ? node.left.value : node.left.kind === "number" ? shown(node.left) : null;
  // A variable's value isn't told; it is undefined nearly always.
  const value = node.right.kind === "string" ? node.right.value : /^(number|name)$/.test(node.right.kind) && /^(\d.*|undefined|null|true|false)$/.test(shown(node.right)) ? shown(node.right) : "undefined";
  return key === null ? null : `Cannot use 'in' operator to search for '${key}' in ${value}`;
}

function readOnly(place) {
  const constant = "Assignment to constant variable.";
  const target = at.assigned(place);
  if (!target || "variable" in target) {
    const found = at.constantAssigned(place);
    return found ? { message: constant, place: found } : constant;
  }
  // A method of a list that can't grow: which index it wanted isn't told.
  if (target.member !== null && at.hasGetter(target.member)) return `Cannot set property ${target.member} of #<Object> which has only a getter`;
  if (target.member === null || /^(push|sort|reverse|unshift|splice|pop|shift|setPrototypeOf|defineProperty|assign)$/.test(target.member)) return null;
  return `Cannot assign to read only property '${target.member}' of object '${/^\d+$/.test(target.member) ? "[object Array]" : "#<Object>"}'`;
}

// For Object.defineProperty and its like, whose key the source tells.
function notDefined(place) {
  const name = propertyArgument(place);
  return name && `Cannot define property ${name}, object is not extensible`;
}

const valueNames = { number: (node) => `number ${shown(node)}`, object: () => "object", array: () => "object", name: (node) => /^(?:true|false)$/.test(node.name) ? `boolean ${node.name}` : "object" };

// What was given to a class of collections and can't be walked.
function notWalked(place, name) {
  const node = at.firstArgument(place);
  const entry = node?.kind === "array" && /Map$/.test(name) ? node.items.find((item) => /^(?:number|string)$/.test(item.kind)) : undefined;
  if (entry) return `Iterator value ${entry.value ?? shown(entry)} is not an entry object`;
  return `${(valueNames[node?.kind] ?? valueNames.object)(node)} is not iterable ${symbolLoad}`;
}

const nativeName = (stack) => /^([A-Za-z]*)@\[native code\]/m.exec(stack ?? "")?.[1] ?? "";

// The engine has one message for many mistakes; the method that complained tells them apart.
function typeError(place, stack) {
  const name = nativeName(stack);
  if (/^(?:Weak)?(?:Map|Set)$|^AggregateError$/.test(name)) return notWalked(place, name);
  if (/^(?:get|set)(?:UTC)?(?:Time|Date|Day|FullYear|Month|Hours|Minutes|Seconds|Milliseconds|Year|TimezoneOffset)$/.test(name)) return "this is not a Date object.";
  const owner = /\b([A-Z][A-Za-z]+)\.prototype(?:\.\w+)*$/.exec(at.around(place)?.before ?? "")?.[1] ?? null;
  if (/^(?:trim|trimStart|trimEnd|includes|startsWith|endsWith|indexOf|toLowerCase|toUpperCase|charAt|charCodeAt|concat|slice|substring|substr|at|padStart|padEnd)$/.test(name)) return `String.prototype.${name} called on null or undefined`;
  if (owner === "String" || owner === "Boolean") return `${owner}.prototype.${name} requires that 'this' be a ${owner}`;
  return name === "" ? null : `Method ${owner ?? "Object"}.prototype.${name} called on incompatible receiver ${receiver(place)}`;
}

// What `call` was given in the place of `this`.
function receiver(place) {
  const node = at.firstArgument(place);
  switch (node?.kind) {
    case "object": return "#<Object>";
    case "array": return "[object Array]";
    case "number": return shown(node);
    case "string": return node.value;
    default: return node?.kind === "name" && node.name === "null" ? "null" : "undefined";
  }
}

// An option of a locale's formatter that has none of the values which are known.
function badOption(place, name, stack) {
  const value = new RegExp(`\\b${name}\\s*:\\s*["']([^"']*)["']`).exec(at.around(place)?.after ?? "")?.[1];
  const maker = nativeName(stack);
  const owner = /^toLocale/.test(maker) ? `${/^toLocale(?:Date|Time)?String$/.test(maker) ? "Date" : "Number"}.prototype.${maker}` : `Intl.${maker}`;
  return value === undefined || maker === "" ? null : `Value ${value} out of range for ${owner} options property ${name}`;
}

function notExtensible(place) {
  const target = at.assigned(place);
  return target && "member" in target && target.member !== null && !/^(?:defineProperty|defineProperties|assign)$/.test(target.member) ? `Cannot add property ${target.member}, object is not extensible` : notDefined(place);
}

function notDeleted(place) {
  const text = at.around(place);
  const found = text && /(?:\.\s*([A-Za-z_$][\w$]*)|\[\s*['"]?([^'"\]]*)['"]?\s*\])\s*$/.exec(text.before);
  return found ? `Cannot delete property '${found[1] ?? found[2]}' of #<Object>` : null;
}

function badCallback(place) {
  const node = at.firstArgument(place);
  if (!node) return "undefined is not a function";
  switch (node.kind) {
    case "object": return "#<Object> is not a function";
    case "array": return `${node.items.map(shown).join(",")} is not a function`;
    case "string": return `${node.value} is not a function`;
    case "number": return `${shown(node)} is not a function`;
    case "name": return /^(null|true|false)$/.test(node.name) ? `${node.name} is not a function` : "undefined is not a function";
    default: return "undefined is not a function";
  }
}

function spreadOf(place, isMissing) {
  const found = at.spread(place), name = found?.node ? shown(found.node) : "undefined";
  if (found?.isList) {
    const isCall = found.node?.kind === "call";
    return { message: isCall ? `${shown(found.node.callee)} is not a function or its return value is not iterable` : `${name} is not iterable`, place: found.place };
  }
  if (!isMissing) return "Spread syntax requires ...iterable[Symbol.iterator] to be a function";
  return `${name} is not iterable ${symbolLoad}`;
}

const unexpectedEnd = "Unexpected end of input";

// In the order in which they are tried; a text, or a function of the match and the place.
const rules = [
  [/^(undefined|null) is not an object \(evaluating '([^]*)'\)$/, ([, kind, text], place) => noObject(kind, text, place)],
  [/^(undefined|null) is not an object$/, ([, kind], place) => noObjectAt(kind, place)],
  [/^(undefined|null) is not an object \(near '/, ([, kind], place) => noObjectNear(kind, place)],
  [/^Type error$/, (_, place, stack) => typeError(place, stack)],
  [/^([^]*) is not a function\. \(In '([^]*)', '[^]*' is [^]*\)$/, ([, text, call], place) => notCallable(text, call, place)],
  [/^[^]* is not a function \(near '\.\.\.([^]*)\.\.\.'\)$/, ([, text], place) => nearText(text, place)],
  [/^[^]* is not a constructor \(evaluating 'super\(/, (_, place) => { const name = at.className(place) ?? at.calledName(place); return name ? `Super constructor null of ${name} is not a constructor` : "Super constructor null of anonymous class"; }],
  [/^[^]* is not a constructor \(evaluating '([^]*)'\)$/, ([, text]) => notConstructor(text)],
  [/^Can't find variable: (.*)$/, ([, name]) => `${name} is not defined`],
  [/^Cannot access uninitialized variable\.$/, (_, place) => {
    const used = at.usedEarly(place);
    return used && { message: `Cannot access '${used.name}' before initialization`, place: used.place };
  }],
  [/^Cannot call a class constructor (?:(\S+) )?without \|new\|$/, ([, name], place) => `Class constructor ${[name, place?.entered].find((each) => each && each !== "constructor") ?? at.calledClass(place) ?? ""} cannot be invoked without 'new'`, true],
  [/^Right side of assignment cannot be destructured$/, (_, place) => notDestructured(place)],
  [/^Attempted to assign to readonly property\.$/, (_, place) => readOnly(place)],
  [/^Attempting to define property on object that is not extensible\.$/, (_, place) => notExtensible(place)],
  [/^Unable to delete property\.$/, (_, place) => notDeleted(place)],
  [/^[^]* is not an Object\. \(evaluating '([^]*)'\)$/, ([, text]) => inOperator(text)],
  [/^[^]* is not a function\. \(evaluating '[^]* instanceof [^]*'\)$/, "Right-hand side of 'instanceof' is not callable"],
  [/^Right hand side of instanceof is not an object$/, "Right-hand side of 'instanceof' is not an object"],
  [/^instanceof called on an object with an invalid prototype property\.$/, "Function has non-object prototype 'undefined' in instanceof check"],
  [/^Spread syntax requires \.\.\.iterable\[Symbol\.iterator\] to be a function$/, (_, place) => spreadOf(place, false)],
  [/^Spread syntax requires \.\.\.iterable not be null or undefined$/, (_, place) => spreadOf(place, true)],
  [/^Array\.prototype\.flatMap callback must be a function$/, "flatMap mapper function is not callable"],
  [/^Array\.prototype\.\w+ callback must be a function$/, (_, place) => badCallback(place)],
  [/^Array\.prototype\.(\w+) requires that \|this\| not be null or undefined$/, ([, name]) => `Array.prototype.${name} called on null or undefined`],
  [/^Array\.prototype\.sort requires the comparator argument to be a function or undefined$/, "The comparison function must be either a function or undefined"],
  [/^reduce(Right)? of empty array with no initial value$/, "Reduce of empty array with no initial value"],
  [/^(?:Array length must be a positive integer of safe magnitude\.|Invalid array length)$/, "Invalid array length"],
  [/^Array\.from requires an array-like object - not null or undefined$/, (_, place) => {
    const node = at.firstArgument(place);
    return `${node?.kind === "name" && node.name === "null" ? "object null" : "undefined"} is not iterable ${symbolLoad}`;
  }],
  [/^Maximum call stack size exceeded\.$/, "Maximum call stack size exceeded"],
  [/^String\.prototype\.repeat argument must be/, (_, place) => { const node = at.firstArgument(place); return `Invalid count value: ${node && /^(unary|number|name)$/.test(node.kind) ? shown(node) : "-1"}`; }],
  [/^argument does not match any normalization form$/, "The normalization form should be one of NFC, NFD, NFKC, NFKD."],
  [/^String\.prototype\.(replaceAll|matchAll) argument must not be a non-global regular expression$/, ([, name]) => `String.prototype.${name} called with a non-global RegExp argument`],
  [/^Argument to String\.prototype\.(\w+) cannot be a RegExp$/, ([, name]) => `First argument to String.prototype.${name} must not be a regular expression`],
  [/^String\.raw requires template not be null or undefined$/, toObject],
  [/^Object\.\w+ requires that input parameter not be null or undefined$/, toObject],
  [/^Cannot set prototype of undefined or null$/, "Object.setPrototypeOf called on null or undefined"],
  [/^cyclic __proto__ value$/, "Cyclic __proto__ value"],
  [/^Properties can only be defined on Objects\.$/, "Object.defineProperty called on non-object"],
  [/^(Getter|Setter) must be a function\.$/, ([, which], place) => `${which} must be a function: ${/\b[gs]et\s*:\s*([\w.]+)/.exec(at.around(place)?.after ?? "")?.[1] ?? "undefined"}`],
  [/^Property description must be an object\.$/, (_, place) => `Property description must be an object: ${/^\([^,]*,\s*['"][^'"]*['"]\s*,\s*([\w.]+)\s*\)/.exec(at.around(place)?.after ?? "")?.[1] ?? "undefined"}`],
  [/^Invalid property\.\s+'(?:value|writable)' present on property with getter or setter\.$/, "Invalid property descriptor. Cannot both specify accessors and a value or writable attribute"],
  [/second argument to Function\.prototype\.apply must be an Array-like object|^Reflect\.(?:apply|construct) requires the (?:second|third) argument be an object$/, "CreateListFromArrayLike called on non-object"],
  [/^'arguments', 'callee', and 'caller' cannot be accessed in this context\.$/, "'caller', 'callee', and 'arguments' properties may not be accessed on strict mode functions or the arguments objects for calls to them"],
  [/^Invalid regular expression: [^/]/, (match, place) => { const node = at.firstArgument(place); return node?.kind === "string" ? library("dialect").patternMessage(match.input, node.value, "") : null; }],
  [/^Out of memory$/, (_, place, stack) => /^(?:repeat|padStart|padEnd|join|concat|replaceAll)$/.test(nativeName(stack)) ? "Invalid string length" : null],
  [/^Arguments contain a value that is out of range of code points$/, (_, place) => { const node = at.firstArgument(place); return `Invalid code point ${node && /^(?:number|unary)$/.test(node.kind) ? shown(node) : "NaN"}`; }],
  [/^(\w+) must be (?:either )?"/, ([, name], place, stack) => badOption(place, name, stack)],
  [/^date value is not finite in DateTimeFormat format\(\)$/, "Invalid time value"],
  [/^currency is not a well-formed currency code$/, (_, place) => `Invalid currency code : ${/\bcurrency\s*:\s*["']([^"']*)["']/.exec(at.around(place)?.after ?? "")?.[1] ?? "undefined"}`],
  [/^Computed minimumFractionDigits is larger than maximumFractionDigits$/, "maximumFractionDigits value is out of range."],
  [/^Range consisting of offset and length are out of bounds$/, "offset is out of bounds"],
  [/^(?:Map|Set|WeakMap|WeakSet)\.prototype\.forEach callback must be a function$/, (_, place) => { const node = at.firstArgument(place); return `${node?.kind === "number" ? `number ${shown(node)}` : "undefined"} is not a function`; }],
  [/^TypedArray\.prototype\.\w+ callback must be a function$/, (_, place) => badCallback(place)],
  [/^Array\.from requires that the second argument, when provided, be a function$/, (_, place) => { const found = /^\([^]*,\s*([\w.]+|\{\})\s*\)/.exec(at.around(place)?.after ?? "")?.[1]; return `${found === "{}" ? "#<Object>" : found ?? "undefined"} is not a function`; }],
  [/^(Map|Set) operation called on non-(?:Map|Set) object$/, ([, owner], place, stack) => `Method ${owner}.prototype.${nativeName(stack)} called on incompatible receiver ${receiver(place)}`],
  [/^Called (WeakMap|WeakSet) function on a non-/, ([, owner], place, stack) => `Method ${owner}.prototype.${nativeName(stack)} called on incompatible receiver ${receiver(place)}`],
  [/^thisNumberValue called on incompatible /, (_, place, stack) => `Number.prototype.${nativeName(stack)} requires that 'this' be a Number`],
  [/^String\.prototype\.(\w+) requires that \|this\| not be null or undefined$/, ([, name]) => `String.prototype.${name} called on null or undefined`],
  [/^Attempting to (?:change|configure|redefine)[^]*property/i, (_, place) => { const name = at.firstArgument(place) && propertyArgument(place); return name && `Cannot redefine property: ${name}`; }],
  [/^Reflect\.(construct) requires the first argument be a constructor$/, (_, place) => { const node = at.firstArgument(place); return node && `${shown(node)} is not a constructor`; }],
  [/^Reflect\.(\w+) requires the first argument be an object$/, ([, name]) => `Reflect.${name} called on non-object`],
  [/^A Proxy's '(target|handler)' should be an Object$/, "Cannot create proxy with a non-object as target or handler"],
  [/^calling (\w+) constructor without new is invalid$/, ([, name]) => `Constructor ${name} requires 'new'`],
  [/^Cannot call a constructor without \|new\|$/, (_, place) => { const name = at.calledName(place); return name === "Promise" ? "Promise constructor cannot be invoked without 'new'" : name && `Constructor ${name} requires 'new'`; }],
  [/^Proxy object's '(\w+)' trap returned falsy value for property '([^]*)'$/, ([, trap, name]) => `'${trap}' on proxy: trap returned falsish for property '${name}'`],
  [/^Proxy has already been revoked\./, "Cannot perform 'get' on a proxy that has been revoked"],
  [/^Cannot access invalid private field \(evaluating '([^]*)'\)$/, ([, text]) => {
    const node = read(text), target = node?.kind === "assignment" ? node.target : node;
    const name = target?.kind === "member" ? keyOf(target) : null;
    if (name === null) return null;
    return node.kind === "assignment" ? `Cannot write private member ${name} to an object whose class did not declare it` : `Cannot read private member ${name} from an object whose class did not declare it`;
  }],
  [/^Cannot access private method or acessor/, (_, place) => `Object must be an instance of class ${at.className(place) ?? "anonymous"}`],
  [/^Trying to access an undefined private (setter|getter)$/, ([, half], place) => {
    const name = at.privateName(place);
    if (!name) return null;
    return half === "setter" && at.hasPrivateMethod(name) ? `Private method '${name}' is not writable` : `'${name}' was defined without a ${half}`;
  }],
  [/^'super\(\)' must be called in derived constructor before accessing \|this\| or returning non-object\.$/, "Must call super constructor in derived class before accessing 'this' or returning from derived constructor"],
  [/^'super\(\)' can't be called more than once in a constructor\.$/, "Super constructor may only be called once"],
  [/^Cannot return a non-object type in the constructor of a derived class\.$/, "Derived constructors may only return object or undefined"],
  [/^The superclass is not a constructor\.$/, "Class extends value undefined is not a constructor or null"],
  [/^Promise constructor takes a function argument$/, (_, place) => { const node = at.firstArgument(place); return `Promise resolver ${node?.kind === "object" ? "#<Object>" : node && /^(number|string|name)$/.test(node.kind) ? node.value ?? shown(node) : "undefined"} is not a function`; }],
  [/^Invalid mix of BigInt and other type/, "Cannot mix BigInt and other types, use explicit conversions"],
  [/^Conversion from 'BigInt' to 'number' is not allowed\.$/, "Cannot convert a BigInt value to a number"],
  [/^BigInt does not support >>> operator$/, "BigInts have no unsigned right shift, use >> instead"],
  [/^0 is an invalid divisor value\.$/, "Division by zero"],
  [/^Negative exponent is not allowed$/, "Exponent must be non-negative"],
  [/^JSON\.stringify cannot serialize BigInt\.$/, "Do not know how to serialize a BigInt"],
  [/^Failed to parse String to BigInt$/, (_, place) => { const node = at.firstArgument(place); return node?.kind === "string" ? `Cannot convert ${node.value} to a BigInt` : null; }],
  [/^Not an integer$/, (_, place) => { const node = at.firstArgument(place); return node?.kind === "number" ? `The number ${shown(node)} cannot be converted to a BigInt because it is not an integer` : null; }],
  [/^Invalid argument type in ToBigInt operation$/, (_, place) => { const node = at.firstArgument(place); return node?.kind === "name" ? `Cannot convert ${/^(undefined|null)$/.test(node.name) ? node.name : "undefined"} to a BigInt` : null; }],
  [/^toFixed\(\) argument must be between 0 and 100$/, "toFixed() digits argument must be between 0 and 100"],
  [/^(?:URI error|String contained an illegal UTF-16 sequence\.)$/, "URI malformed"],
  [/^Cannot convert a symbol to a (string|number)$/, ([, type]) => `Cannot convert a Symbol value to a ${type}`],
  [/^(?:No default value|Symbol\.toPrimitive returned an object)$/, "Cannot convert object to primitive value"],
  [/^Invalid Date$/, "Invalid time value"],
  [/^invalid language tag: /, "Incorrect locale information provided"],
  [/^invalid time zone: (.*)$/, ([, zone]) => `Invalid time zone specified: ${zone}`],
  [/^currency must be a string$/, "Currency code is required with currency style."],
  [/^(\w+Digits) is out of range$/, ([, name]) => `${name} value is out of range.`],
  [/^WeakMap keys must be objects/, "Invalid value used as weak map key"],
  [/^WeakSet values must be objects/, "Invalid value used in weak set"],
  [/^Generator is executing$/, "Generator is already running"],
  [/^Out of bounds access$/, "Offset is outside the bounds of the DataView"],
  [/^length (?:cannot be negative|too large)$/, (_, place) => { if (/\bnew\s+ArrayBuffer$/.test(at.around(place)?.before ?? "")) return "Invalid array buffer length"; const node = at.firstArgument(place); return node && /^(number|unary)$/.test(node.kind) ? `Invalid typed array length: ${shown(node)}` : null; }],
  [/^Invalid flags supplied to RegExp constructor\.$/, (_, place) => { const text = at.around(place); const flags = /^\([^,]*,\s*['"]([^'"]*)['"]/.exec(text?.after ?? ""); return flags && `Invalid flags supplied to RegExp constructor '${flags[1]}'`; }],
  [/import call expects|^Unexpected token[^]*import/, "Cannot use import statement outside a module"],
  [/^Unexpected keyword '(\w+)'/, ([, word]) => `Unexpected token ${older() ? word : `'${word}'`}`],
  [/^Parser error$/, () => `Unexpected token ${older() ? "}" : "'}'"}`],
  [/^Class statements must have a name\.$/, () => `Unexpected token ${older() ? "{" : "'{'"}`],
  [/^(?:Object prototype may only be an Object or null\.|Prototype value can only be an object or null)$/, (match, place) => { const node = /^Prototype/.test(match[0]) ? read(/^\([^,]*,\s*([^,()]*)\)/.exec(at.around(place)?.after ?? "")?.[1] ?? "") : at.firstArgument(place); return `Object prototype may only be an Object or null: ${node && /^(number|string)$/.test(node.kind) ? node.value ?? shown(node) : "undefined"}`; }],
  // Of a text that is nested too deeply to be walked again for V8's words.
  [/^JSON Parse error: Unexpected EOF$/, "Unexpected end of JSON input"],
  [/^Unexpected end of script$/, unexpectedEnd],
  [/^Unexpected EOF$/, "Invalid or unexpected token"],
  [/^Cannot declare a (?:\w+ )+twice: '(.*)'\.$/, ([, name]) => `Identifier '${name}' has already been declared`],
  [/^Cannot declare a (?:\w+ )+that shadows[^']*'(.*)'\.$/, ([, name]) => `Identifier '${name}' has already been declared`],
  [/^Can't create duplicate variable[^']*'(.*)'\.?$/, ([, name]) => `Identifier '${name}' has already been declared`],
  [/^Return statements are only valid inside functions\.$/, "Illegal return statement"],
  [/^'break' is only valid inside a switch or loop statement\.$/, "Illegal break statement"],
  [/^'continue' is only valid inside a loop statement\.$/, "Illegal continue statement: no surrounding iteration statement"],
  [/^'with' statements are not valid in strict mode\.$/, "Strict mode code may not include a with statement"],
  [/^Left side of assignment is not a reference\.$/, "Invalid left-hand side in assignment"],
  [/^super is not valid in this context\.$/, "'super' keyword unexpected here"],
  [/^Unexpected token '([^]*?)'\./, ([, sign]) => `Unexpected token ${older() ? sign : `'${sign}'`}`],
  [/^Unexpected token '([^]*)'$/, ([, sign]) => `Unexpected token ${older() ? sign : `'${sign}'`}`],
  [/^Unexpected identifier '(.*?)'/, (match, place) => { const text = at.around(place); return /\bawait\s/.test(text ? text.before.slice(text.before.lastIndexOf("\n")) + text.after.split("\n")[0] : "") ? "await is only valid in async functions and the top level bodies of modules" : "Unexpected identifier"; }],
  [/^Unexpected string literal/, "Unexpected string"],
  [/^Unexpected number/, "Unexpected number"],
  [/^Unexpected template string/, "Unexpected template string"],
  [/^Invalid character/, "Invalid or unexpected token"],
  [/^No identifiers allowed directly after numeric literal$/, "Invalid or unexpected token"],
  [/^import\.meta is only valid inside modules\.$/, "Cannot use 'import.meta' outside a module"],
];

function propertyArgument(place) {
  const text = at.around(place);
  return /^\([^,]*,\s*['"]([^'"]*)['"]/.exec(text?.after ?? "")?.[1] ?? null;
}

// V8's message and, where the engine's place is that of an earlier step, the place; null for a message that stays.
function translated(message, place, stack) {
  for (const [pattern, answer, isEntered] of rules) {
    const match = pattern.exec(message);
    if (!match) continue;
    const result = typeof answer === "string" ? answer : answer(match, place, stack);
    if (typeof result !== "string") return result;
    // V8 refuses before it enters the class.
    if (isEntered) return { message: result, place: null, left: /^Class constructor (\S+)/.exec(result)?.[1] };
    const isWalked = / not (?:async )?iterable/.test(result) && !/^Spread/.test(message);
    return { message: result, place: isWalked ? at.walkedPlace(place) : null };
  }
  return null;
}

return { translated };
})
