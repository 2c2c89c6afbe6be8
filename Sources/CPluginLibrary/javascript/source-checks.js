/* What can be known about a plugin's entry without running it: (Babel, source) -> facts as JSON text. It is evaluated in the compiler's own context, never in
   a plugin's. Positions are of the author's text, from 1. The rules that judge the facts are not here. */
(function (Babel, source) {
  "use strict";

  const facts = {
    syntax: null, imports: [], exports: [], config: [], attachments: [], configEscapes: null, attachmentsEscape: null,
    jobs: [], jobCalls: [], globals: [], unusual: [], failure: null,
  };
  let types;

  const place = (node) => ({ line: node.loc ? node.loc.start.line : null, column: node.loc ? node.loc.start.column + 1 : null });
  const keyOf = (node, computed) => {
    if (!computed && node.type === "Identifier") return node.name;
    if (node.type === "StringLiteral") return node.value;
    if (node.type === "NumericLiteral") return String(node.value);
    if (node.type === "TemplateLiteral" && node.expressions.length === 0) return node.quasis[0].value.cooked;
    return null;
  };
  const isFunction = (node) => Boolean(node) && /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ObjectMethod|ClassMethod)$/.test(node.type);

  /* What an expression is in the end: names are followed to where they are set once. */
  const resolved = (path) => {
    for (let steps = 0; steps < 8 && path && path.node; steps++) {
      if (/^TS(As|Satisfies|NonNull)Expression$/.test(path.node.type) || path.node.type === "TypeCastExpression") {
        path = path.get("expression");
      } else if (path.node.type === "Identifier") {
        const binding = path.scope.getBinding(path.node.name);
        if (!binding || !binding.constant) return path;
        if (binding.path.isVariableDeclarator() && binding.path.node.init && binding.path.node.id.type === "Identifier") path = binding.path.get("init");
        else if (binding.path.isFunctionDeclaration() || binding.path.isClassDeclaration()) return binding.path;
        else return path;
      } else {
        return path;
      }
    }
    return path;
  };

  /* Whether a function gives something back anywhere; nested functions are not asked. */
  const returnsValue = (path) => {
    if (!isFunction(path.node)) return null;
    if (path.node.body.type !== "BlockStatement") return true;
    let found = false;
    path.get("body").traverse({
      Function(inner) { inner.skip(); },
      ReturnStatement(inner) {
        if (inner.node.argument) { found = true; inner.stop(); }
      },
      ThrowStatement(inner) { if (inner.parentPath.node === path.node.body) { found = true; inner.stop(); } },
    });
    return found;
  };

  const addExport = (name, destination, node, path) => {
    const value = path ? resolved(path) : null;
    const known = value && value.node;
    const kind = isFunction(known) ? "function" : known && /^(ObjectExpression|ArrayExpression|StringLiteral|NumericLiteral|BooleanLiteral|NullLiteral|TemplateLiteral|ClassDeclaration|ClassExpression)$/.test(known.type) ? "value" : "unknown";
    const entry = Object.assign({ name, destination, kind, returns: kind === "function" ? returnsValue(value) : null, parameters: kind === "function" ? known.params.length : null }, place(node));
    facts.exports.push(entry);
    if (name === "jobs" && known && known.type === "ObjectExpression") {
      for (const member of value.get("properties")) {
        if (member.node.type === "SpreadElement") { facts.jobs.push(Object.assign({ name: null }, place(member.node))); continue; }
        facts.jobs.push(Object.assign({ name: keyOf(member.node.key, member.node.computed) }, place(member.node)));
      }
    }
  };

  const addMembers = (path, destination) => {
    const value = resolved(path);
    if (!value || !value.node) return;
    if (value.node.type === "ObjectExpression") {
      for (const member of value.get("properties")) {
        if (member.node.type === "SpreadElement") { facts.exports.push(Object.assign({ name: null, destination, kind: "unknown", returns: null, parameters: null }, place(member.node))); continue; }
        const name = keyOf(member.node.key, member.node.computed);
        addExport(name, destination, member.node, member.node.type === "ObjectMethod" ? member : member.get("value"));
      }
    } else if (value.node.type === "NewExpression") {
      const made = resolved(value.get("callee"));
      const body = made && made.node && made.node.body && made.node.body.body;
      if (!body) return;
      for (const member of made.get("body.body")) {
        if (member.node.type === "ClassMethod" && member.node.kind === "method" && !member.node.static) addExport(keyOf(member.node.key, member.node.computed), destination, member.node, member);
      }
    } else {
      facts.exports.push(Object.assign({ name: null, destination, kind: isFunction(value.node) ? "bare-function" : "unknown", returns: null, parameters: null }, place(path.node)));
    }
  };

  const addImport = (name, node, how, names) => facts.imports.push(Object.assign({ name, how, names: names || [] }, place(node)));

  const topLevel = (program) => {
    for (const statement of program.get("body")) {
      const node = statement.node;
      switch (node.type) {
        case "ImportDeclaration":
          addImport(node.source.value, node, "import", node.specifiers.map((one) => one.type === "ImportSpecifier" ? (one.imported.name || one.imported.value) : one.type === "ImportDefaultSpecifier" ? "default" : "*"));
          break;
        case "ExportAllDeclaration": addImport(node.source.value, node, "export"); break;
        case "ExportNamedDeclaration":
          if (node.exportKind === "type") break;
          if (node.source) addImport(node.source.value, node, "export");
          if (node.declaration) declared(statement.get("declaration"), "exports");
          for (const one of statement.get("specifiers")) {
            const exported = one.node.exported.name || one.node.exported.value;
            if (exported === "default" && !node.source) addMembers(one.get("local"), "default");
            else addExport(exported, "exports", one.node, node.source ? null : one.get("local"));
          }
          break;
        case "ExportDefaultDeclaration": addMembers(statement.get("declaration"), "default"); break;
        case "FunctionDeclaration": case "VariableDeclaration": declared(statement, "global"); break;
        case "ExpressionStatement": assigned(statement.get("expression")); break;
      }
    }
  };

  const declared = (path, destination) => {
    const node = path.node;
    if (node.type === "FunctionDeclaration") addExport(node.id.name, destination, node, path);
    else if (node.type === "ClassDeclaration") addExport(node.id.name, destination, node, path);
    else if (node.type === "VariableDeclaration") {
      for (const one of path.get("declarations")) {
        const where = destination === "global" && node.kind !== "var" ? "hidden" : destination;
        if (one.node.id.type === "Identifier") addExport(one.node.id.name, where, one.node, one.node.init ? one.get("init") : null);
        else for (const name of Object.keys(types.getBindingIdentifiers(one.node.id))) addExport(name, where, one.node, null);
      }
    }
  };

  const assigned = (path) => {
    if (path.node.type !== "AssignmentExpression" || path.node.left.type !== "MemberExpression") return;
    const left = path.node.left;
    const name = keyOf(left.property, left.computed);
    if (left.object.type === "Identifier" && left.object.name === "exports" && name) {
      if (name === "default") addMembers(path.get("right"), "default");
      else addExport(name, "exports", left, path.get("right"));
    } else if (left.object.type === "Identifier" && left.object.name === "module" && name === "exports") {
      addMembers(path.get("right"), "module");
    } else if (left.object.type === "MemberExpression" && left.object.object.type === "Identifier" && left.object.object.name === "module" && name) {
      addExport(name, "module", left, path.get("right"));
    } else if (left.object.type === "Identifier" && (left.object.name === "global" || left.object.name === "globalThis") && name) {
      addExport(name, "global", left, path.get("right"));
    }
  };

  /* Reads of the config and the attachments, wherever they come from the meta argument. */
  const kinds = { config: "config", attachments: "attachments" };
  const escapes = { config: "configEscapes", attachments: "attachmentsEscape" };

  const fromPattern = (kind, pattern) => {
    if (pattern.type === "AssignmentPattern") pattern = pattern.left;
    if (pattern.type !== "ObjectPattern") return false;
    for (const one of pattern.properties) {
      if (one.type === "RestElement") { escapes[kind] && (facts[escapes[kind]] = facts[escapes[kind]] || place(one)); continue; }
      const key = keyOf(one.key, one.computed);
      if (key === null) facts[escapes[kind]] = facts[escapes[kind]] || place(one);
      else facts[kinds[kind]].push(Object.assign({ key, written: false }, place(one)));
    }
    return true;
  };

  const parameterOf = (call, argument) => {
    const index = call.node.arguments.indexOf(argument.node);
    const callee = resolved(call.get("callee"));
    if (index < 0 || !callee || !isFunction(callee.node)) return null;
    return callee.node.params[index] || null;
  };

  /* One place in which the whole config stands. */
  const used = (kind, path) => {
    const parent = path.parentPath;
    const node = path.node;
    if (/^TS(As|Satisfies|NonNull)Expression$/.test(parent.node.type)) return used(kind, parent);
    if ((parent.isMemberExpression() || parent.isOptionalMemberExpression()) && parent.node.object === node) {
      const key = keyOf(parent.node.property, parent.node.computed);
      if (key === null) { facts[escapes[kind]] = facts[escapes[kind]] || place(node); return; }
      if (key === "hasOwnProperty") return;
      const above = parent.parentPath;
      const written = above.isAssignmentExpression() && above.node.left === parent.node;
      facts[kinds[kind]].push(Object.assign({ key, written }, place(parent.node.property)));
      return;
    }
    if (parent.isVariableDeclarator() && parent.node.init === node) {
      if (fromPattern(kind, parent.node.id)) return;
      if (parent.node.id.type === "Identifier") { followed(kind, parent.scope.getBinding(parent.node.id.name)); return; }
    }
    if (parent.isAssignmentExpression() && parent.node.right === node && fromPattern(kind, parent.node.left)) return;
    if (parent.isAssignmentExpression() && parent.node.left === node) return;
    if (parent.isLogicalExpression() || parent.isConditionalExpression()) { if (parent.isConditionalExpression() && parent.node.test === node) return; return used(kind, parent); }
    if (parent.isUnaryExpression() || parent.isIfStatement()) return;
    if (parent.isBinaryExpression() && parent.node.operator === "in" && parent.node.right === node) {
      const key = keyOf(parent.node.left, true);
      if (key !== null) { facts[kinds[kind]].push(Object.assign({ key, written: false }, place(parent.node.left))); return; }
    }
    if (parent.isCallExpression()) {
      const parameter = parameterOf(parent, path);
      if (parameter && (parameter.type === "ObjectPattern" || parameter.type === "AssignmentPattern") && fromPattern(kind, parameter)) return;
      /* A parameter of the same name is looked at where it is used. */
      if (parameter && parameter.type === "Identifier" && parameter.name === kind) return;
    }
    if (parent.isObjectProperty() && parent.node.value === node && keyOf(parent.node.key, parent.node.computed) === kind) {
      /* Handed on as a member of that name, in a meta argument of the plugin's own making say. */
      return;
    }
    facts[escapes[kind]] = facts[escapes[kind]] || place(node);
  };

  const seen = new Set();
  const followed = (kind, binding) => {
    if (!binding || seen.has(binding)) return;
    seen.add(binding);
    for (const reference of binding.referencePaths) used(kind, reference);
  };

  /* `config` as a parameter or in a parameter's or a variable's pattern. */
  const pattern = (path) => {
    for (const one of path.node.properties) {
      if (one.type === "RestElement") continue;
      const name = keyOf(one.key, one.computed);
      if (name === "jobs") {
        if (one.value.type === "Identifier") jobUses(path.scope.getBinding(one.value.name));
        continue;
      }
      if (!kinds[name]) continue;
      let value = one.value;
      if (value.type === "AssignmentPattern") value = value.left;
      if (value.type === "ObjectPattern") fromPattern(name, value);
      else if (value.type === "Identifier") followed(name, path.scope.getBinding(value.name));
    }
  };

  const jobUses = (binding) => {
    if (!binding || seen.has(binding)) return;
    seen.add(binding);
    for (const reference of binding.referencePaths) jobUse(reference);
  };
  const jobUse = (path) => {
    const parent = path.parentPath;
    if ((parent.isMemberExpression() || parent.isOptionalMemberExpression()) && parent.node.object === path.node) {
      const name = keyOf(parent.node.property, parent.node.computed);
      if (name !== null) facts.jobCalls.push(Object.assign({ name }, place(parent.node.property)));
    }
  };

  const isMeta = (node, scope) => {
    if (node.type === "ThisExpression") return true;
    if (node.type === "MemberExpression") return keyOf(node.property, node.computed) === "meta";
    if (node.type !== "Identifier") return false;
    const binding = scope.getBinding(node.name);
    return /meta/i.test(node.name) || Boolean(binding && binding.kind === "param");
  };

  const reads = (program) => program.traverse({
    ObjectPattern(path) {
      const parent = path.parentPath;
      const isParameter = parent.isFunction() || (parent.isAssignmentPattern() && parent.parentPath.isFunction());
      const isVariable = parent.isVariableDeclarator() && parent.node.init && /^(Identifier|MemberExpression|ThisExpression)$/.test(parent.node.init.type) && isMeta(parent.node.init, path.scope);
      if (isParameter || isVariable) pattern(path);
    },
    Function(path) {
      for (const parameter of path.node.params) {
        const name = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
        if (name.type === "Identifier" && kinds[name.name]) followed(name.name, path.scope.getBinding(name.name));
      }
    },
    "MemberExpression|OptionalMemberExpression"(path) {
      const name = keyOf(path.node.property, path.node.computed);
      if (name === null || !isMeta(path.node.object, path.scope)) return;
      if (kinds[name]) used(name, path);
      else if (name === "jobs") jobUse(path);
    },
    CallExpression(path) {
      const callee = path.node.callee;
      if (callee.type === "Import") { addImport(path.node.arguments[0] && path.node.arguments[0].type === "StringLiteral" ? path.node.arguments[0].value : null, path.node, "dynamic"); return; }
      if (callee.type === "Identifier" && callee.name === "require" && path.node.arguments.length === 1) {
        const argument = path.node.arguments[0];
        addImport(argument.type === "StringLiteral" ? argument.value : null, path.node, "require");
      }
    },
    AwaitExpression(path) {
      if (!path.getFunctionParent()) facts.unusual.push(Object.assign({ what: "top-level-await" }, place(path.node)));
    },
    MetaProperty(path) {
      if (path.node.meta.name === "import") facts.unusual.push(Object.assign({ what: "import.meta" }, place(path.node)));
    },
  });

  /* Names that nothing in the file declares. One that is asked for with typeof is known to be missing. */
  const undeclared = (program) => {
    const found = new Map();
    const asked = new Set();
    program.traverse({
      ReferencedIdentifier(path) {
        const name = path.node.name;
        if (path.scope.hasBinding(name, true)) return;
        if (path.parentPath.isUnaryExpression({ operator: "typeof" })) { asked.add(name); return; }
        if (name === "require" && path.parentPath.isCallExpression() && path.parentPath.node.callee === path.node) return;
        if (!found.has(name)) found.set(name, place(path.node));
      },
      AssignmentExpression(path) {
        if (path.node.left.type === "Identifier" && !path.scope.hasBinding(path.node.left.name, true)) asked.add(path.node.left.name);
        const left = path.node.left;
        if (left.type === "MemberExpression" && left.object.type === "Identifier" && /^(global|globalThis)$/.test(left.object.name)) asked.add(keyOf(left.property, left.computed));
      },
    });
    for (const [name, at] of found) if (!asked.has(name)) facts.globals.push(Object.assign({ name }, at));
  };

  const visitor = {
    visitor: {
      Program: {
        exit(program) {
          try {
            program.scope.crawl();
            topLevel(program);
            reads(program);
            undeclared(program);
          } catch (error) {
            /* A mistake of these checks is none of the plugin's. */
            facts.failure = String(error && error.message);
          }
        },
      },
    },
  };

  try {
    Babel.transform(source, { envName: "production", code: false, babelrc: false, configFile: false, filename: "index.ts", presets: ["typescript"], plugins: [(babel) => { types = babel.types; return visitor; }] });
  } catch (error) {
    const first = String(error && error.message).split("\n")[0].replace(/^(unknown|\/?index\.ts): /, "").replace(/ \(\d+:\d+\)$/, "");
    facts.syntax = { message: first, line: error && error.loc ? error.loc.line : null, column: error && error.loc ? error.loc.column + 1 : null };
  }
  return JSON.stringify(facts);
})
