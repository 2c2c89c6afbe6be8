// Compiles an entry the way the plugin server does. Runs in an engine of its own, beside Babel; no plugin code runs there.
// "Instrumented" code is the server's output plus insertions that never add a line: positions of the one can be told from the other.
(function (native) {
"use strict";

const suffix = (seconds) => seconds === 1 ? "" : "s";
const placeOf = (node) => node && node.loc ? { line: node.loc.start.line, column: node.loc.start.column } : null;

// An error that names the place in the author's file, as parse errors do by themselves.
function errorAt(node, message) {
  const error = new Error(message);
  error.phsyncPlace = placeOf(node);
  return error;
}

function importReplacement(allowed, used) {
  return ({ types: t }) => {
    const hostModule = (name) => t.memberExpression(t.identifier("__pluginHostImports"), t.stringLiteral(name), true);

    function check(name, node) {
      if (!allowed.has(name)) {
        throw errorAt(node, `Cannot import '${name}'! This package is not provided by PostHog in plugins.`);
      }
      used.add(name);
    }

    function declarator(specifier, name) {
      if (!t.isImportSpecifier(specifier)) return t.variableDeclarator(t.identifier(specifier.local.name), hostModule(name));
      const imported = t.isStringLiteral(specifier.imported) ? specifier.imported.value : specifier.imported.name;
      return t.variableDeclarator(
        t.identifier(specifier.local.name), t.memberExpression(hostModule(name), t.stringLiteral(imported), true));
    }

    return {
      visitor: {
        ImportDeclaration: {
          exit(path) {
            const name = path.node.source.value;
            check(name, path.node);
            path.replaceWith(t.variableDeclaration("const", path.node.specifiers.map((each) => declarator(each, name))));
          },
        },
        CallExpression: {
          exit(path) {
            const { callee, arguments: given } = path.node;
            if (!t.isIdentifier(callee, { name: "require" }) || given.length !== 1) return;
            const name = t.isStringLiteral(given[0]) ? given[0].value : undefined;
            check(name, path.node);
            path.replaceWith(hostModule(name));
          },
        },
      },
    };
  };
}

function loopGuard(seconds) {
  return ({ types: t }) => {
    const now = () => t.callExpression(t.memberExpression(t.identifier("Date"), t.identifier("now")), []);

    function guard(path) {
      const place = placeOf(path.node);
      if (!place) return;
      const started = path.scope.generateUidIdentifier("LP");
      const text = `Script execution timed out after looping for ${seconds} second${suffix(seconds)} on line ${place.line}:${place.column}`;
      const isLate = t.binaryExpression(">", t.binaryExpression("-", now(), started), t.numericLiteral(seconds * 1000));
      const check = t.ifStatement(isLate, t.throwStatement(t.newExpression(t.identifier("Error"), [t.stringLiteral(text)])));
      const body = path.get("body");
      if (!body.isBlockStatement()) body.replaceWith(t.blockStatement([body.node]));
      path.insertBefore(t.variableDeclaration("const", [t.variableDeclarator(started, now())]));
      // Not path.get("body"): under an "if" without braces the path has become the block around the loop.
      body.unshiftContainer("body", check);
    }

    return { visitor: { WhileStatement: guard, ForStatement: guard, DoWhileStatement: guard } };
  };
}

// `saysWhere`: later servers pass the place; older ones a second copy of the callee, which is evaluated again.
function promiseGuard(saysWhere) {
  return ({ types: t }) => {
    const done = new WeakSet();

    function guarded(value, otherwise, what, node) {
      if (!saysWhere) return t.callExpression(t.identifier("__asyncGuard"), otherwise ? [value, otherwise] : [value]);
      const place = placeOf(node);
      // Nodes that other transforms made have no place; the server fails on them with these words.
      if (!place) throw new TypeError("Cannot read properties of undefined (reading 'start')");
      return t.callExpression(t.identifier("__asyncGuard"), [value, t.stringLiteral(`${what} on line ${place.line}:${place.column}`)]);
    }

    return {
      visitor: {
        MemberExpression: {
          exit(path) {
            const { node } = path;
            if (!t.isIdentifier(node.property, { name: "then" }) || done.has(node)) return;
            const replacement = t.memberExpression(guarded(node.object, null, "Promise.then", node), t.identifier("then"));
            done.add(replacement);
            path.replaceWith(replacement);
          },
        },
        AwaitExpression: {
          exit(path) {
            const { node } = path;
            if (done.has(node)) return;
            const replacement = t.awaitExpression(
              guarded(node.argument, node.argument.callee || node.argument, "await", node));
            done.add(replacement);
            path.replaceWith(replacement);
          },
        },
      },
    };
  };
}

function keepKey(path, found) {
  const { property, computed, object } = path.node;
  if (!computed || /^(?:StringLiteral|NumericLiteral|SequenceExpression)$/.test(property.type) || object.type === "Super") return;
  if (property.type === "TemplateLiteral" && property.expressions.length === 0) return;
  if (property.type === "Identifier") {
    const declaration = path.scope.getBinding(property.name)?.path.parentPath;
    if (declaration?.parentPath?.isForStatement()) return;
  }
  found.push([property.start, 0, "__key = "]);
}

// What a pattern takes apart: the engine doesn't say whether it was undefined or null.
function keepValue(target, value, found) {
  if (/Pattern$/.test(target.type) && value && value.type !== "SequenceExpression") found.push([value.start, 0, "__key = "]);
}

// The two sides of `in`, which the engine doesn't tell either.
function keepSides({ operator, left, right }, found) {
  if (operator !== "in" || left.type === "PrivateName") return;
  for (const [side, name] of [[left, "__left"], [right, "__right"]]) found.push([side.start, 0, `(${name} = `], [side.end, 0, ")"]);
}

const tellsItsKey = /^(?:Identifier|NumericLiteral|StringLiteral|BooleanLiteral|NullLiteral|FunctionExpression|ArrowFunctionExpression|ClassExpression)$/;

// A key that is written to is looked up before the value, which may look up others: it is kept once more after that.
function keepWritten({ operator, left, right }, found) {
  if (operator !== "=" || left.type !== "MemberExpression" || !left.computed || tellsItsKey.test(right.type)) return;
  const { property } = left;
  const isPlain = property.type === "Identifier"
    || (property.type === "MemberExpression" && !property.computed && property.object.type === "Identifier" && property.property.type === "Identifier");
  if (!isPlain) return;
  const key = property.type === "Identifier" ? property.name : `${property.object.name}.${property.property.name}`;
  found.push([right.start, 0, "(__left = "], [right.end, 0, `, __key = ${key}, __left)`]);
}

// Where text goes into the server's output: [offset, length of what is replaced, text].
function collectInsertions(found, seconds, code) {
  const isGuard = (node) => {
    const { test, consequent } = node;
    return test.type === "BinaryExpression" && test.operator === ">" && test.left.type === "BinaryExpression"
      && test.left.right.type === "Identifier" && /^_LP\d*$/.test(test.left.right.name) && consequent.type === "ThrowStatement";
  };
  // What `__tick` decides by itself has to be just what stands there: other guards, of code that was compiled before, and other Dates are asked.
  const asksAlways = ({ scope, node: { test: { left, right } } }) =>
    !(right.type === "NumericLiteral" && right.value === seconds * 1000 && left.operator === "-" && isClock(left.left, scope));
  // Each guard looks where the source sets a clock of its own, since the server's would ask the new one from the next turn on, and in a
  // generator, which may be left in its loop and taken up much later.
  const setsClock = /\bDate\s*(?:\.\s*now\s*)?=[^=>]|defineProperty\(\s*(?:global(?:This)?\.)?Date\b/.test(code);
  const looks = (path) => setsClock || path.getFunctionParent()?.node.generator;
  const isClock = ({ type, callee }, scope) => type === "CallExpression" && callee.type === "MemberExpression" && !callee.computed
    && callee.object.name === "Date" && callee.property.name === "now" && !scope.hasBinding("Date", true);
  return () => ({
    visitor: {
      IfStatement(path) {
        const { test } = path.node;
        if (!isGuard(path.node)) return;
        const started = test.left.right.name;
        const call = asksAlways(path) ? `__tick(${started}, 1)` : `__tick(${started})`;
        found.push([test.start, 0, `++__loops ${asksAlways(path) || looks(path) ? "" : "> __look "}&& ${call} && `]);
      },
      VariableDeclarator(path) {
        const { id, init } = path.node;
        if (id.type === "Identifier" && /^_LP\d*$/.test(id.name) && init) {
          found.push([init.start, 0, isClock(init, path.scope) ? "__tick() || " : "__tick(void 0, 1) || "]);
        } else keepValue(id, init, found);
      },
      BinaryExpression(path) { keepSides(path.node, found); },
      AssignmentExpression: {
        enter(path) { keepValue(path.node.left, path.node.right, found); },
        // Of nested assignments the inner one ends first.
        exit(path) { keepWritten(path.node, found); },
      },
      // A key that only its value tells: an error about the object names it. Not in the loops that count through a list.
      MemberExpression(path) { keepKey(path, found); },
      OptionalMemberExpression(path) { keepKey(path, found); },
      CatchClause(path) {
        const { param, body } = path.node;
        if (!param) return;
        if (param.type === "Identifier") {
          found.push([body.start + 1, 0, ` ${param.name} = __dialect(${param.name});`]);
        } else {
          found.push([param.start, param.end - param.start, "__caught"]);
          found.push([body.start + 1, 0, null, param.start, param.end]);
        }
      },
    },
  });
}

function instrumented(Babel, code, seconds) {
  const found = [];
  if (!/\bcatch\b|\b_LP\d*\b|[\w$)\]]\[[^\]"'\d]|[}\]] = |\bin\b/.test(code)) return { code, shifts: [] };
  try {
    Babel.transform(code, {
      code: false, configFile: false, babelrc: false, sourceType: "script", plugins: [collectInsertions(found, seconds, code)],
      parserOpts: { allowReturnOutsideFunction: true },
    });
  } catch {
    // What can't stand in a script, such as a top-level await: the engine will say so when it compiles the same text.
    return { code, shifts: [] };
  }
  found.sort((left, right) => left[0] - right[0]);
  let result = "";
  let from = 0;
  const shifts = [];
  for (const [offset, replaced, text, start, end] of found) {
    const pattern = start === undefined ? null : code.slice(start, end);
    // A pattern over several lines would move the lines below it.
    const insertion = text ?? ` let ${pattern.replace(/\n\s*/g, " ")} = __dialect(__caught);`;
    result += code.slice(from, offset) + insertion;
    from = offset + replaced;
    const before = code.slice(0, offset);
    const line = before.split("\n").length;
    const lines = replaced ? code.slice(offset, from).split("\n").length - 1 : 0;
    shifts.push([line, offset - (before.lastIndexOf("\n") + 1), insertion.length, replaced]);
    if (lines) result += "\n".repeat(lines);
  }
  return { code: result + code.slice(from), shifts };
}

// Some of Babel's errors tell their place only in the picture of the code.
function framed(message) {
  const found = /^> *(\d+) \| .*\n *\| ( *)\^/m.exec(message);
  return found ? { line: Number(found[1]), column: found[2].length } : null;
}

function described(error) {
  const place = error.phsyncPlace || (error.loc && { line: error.loc.line, column: error.loc.column }) || framed(String(error.message));
  return {
    name: String(error.name), message: String(error.message), code: error.code ?? null,
    line: place ? place.line : null, column: place ? place.column + 1 : null,
  };
}

// options: {source, node, seconds, saysWhere, allowed: [module]}
return function compile(Babel, text) {
  const options = JSON.parse(text);
  const used = new Set();
  try {
    const { code, map } = Babel.transform(options.source, {
      envName: "production", code: true, babelrc: false, configFile: false, filename: "index.ts", sourceMaps: true,
      presets: ["typescript", ["env", { targets: { node: options.node } }]],
      plugins: [
        importReplacement(new Set(options.allowed), used), loopGuard(options.seconds), promiseGuard(options.saysWhere),
      ],
    });
    if (!code) throw new Error(`Babel transform gone wrong! Could not process the following code:\n${options.source}`);
    const { code: executed, shifts } = instrumented(Babel, code, options.seconds);
    return JSON.stringify({ code: executed, shifts, mappings: map.mappings, imports: [...used], error: null });
  } catch (error) {
    return JSON.stringify({ code: null, shifts: [], mappings: "", imports: [], error: described(error) });
  }
};
})
