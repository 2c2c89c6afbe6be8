internal import CJavaScriptCore

/// What a Swift closure does when a script calls it; nil returns undefined.
package typealias HostFunction = (_ arguments: [EngineValue]) throws -> EngineValue?

extension Engine {
    /// A function object that calls `body`.
    ///
    /// What `body` throws is thrown into the script: an `EngineError.thrown` as its value, anything else as an `Error` with its description.
    /// The closure must not hold the engine or its values strongly: the engine owns the closure.
    package func makeFunction(_ name: String, _ body: @escaping HostFunction) -> EngineValue {
        let box = FunctionBox(engine: self, body: body)
        let object = JSObjectMake(context, FunctionBox.objectClass, Unmanaged.passRetained(box).toOpaque())
        let function = EngineValue(object, in: self)
        if let object, let prototype = global["Function"]["prototype"].object { JSObjectSetPrototype(context, object, prototype) }
        function.set("name", make(name))
        return function
    }
}

/// Owned by the function object in the engine's heap, released when that is collected.
private final class FunctionBox {
    unowned let engine: Engine
    let body: HostFunction

    init(engine: Engine, body: @escaping HostFunction) {
        self.engine = engine
        self.body = body
    }

    /// One class for all host functions of the process: the engine's classes are immutable once made.
    nonisolated(unsafe) static let objectClass: JSClassRef? = {
        var definition = kJSClassDefinitionEmpty
        definition.callAsFunction = { _, function, _, count, arguments, exception in
            guard let box = JSObjectGetPrivate(function) else { return nil }
            let function = Unmanaged<FunctionBox>.fromOpaque(box).takeUnretainedValue()
            return function.call(UnsafeBufferPointer(start: arguments, count: count), exception)
        }
        definition.finalize = { function in
            if let box = JSObjectGetPrivate(function) { Unmanaged<FunctionBox>.fromOpaque(box).release() }
        }
        return JSClassCreate(&definition)
    }()

    func call(_ arguments: UnsafeBufferPointer<JSValueRef?>, _ exception: UnsafeMutablePointer<JSValueRef?>?) -> JSValueRef? {
        do {
            let result = try body(arguments.map { EngineValue($0, in: engine) })
            return result?.reference ?? JSValueMakeUndefined(engine.context)
        } catch let error as EngineError {
            exception?.pointee = (error.value ?? engine.makeError("\(error)")).reference
        } catch {
            exception?.pointee = engine.makeError("\(error)").reference
        }
        return JSValueMakeUndefined(engine.context)
    }
}
