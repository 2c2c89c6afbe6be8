internal import CJavaScriptCore

extension EngineValue {
    /// A copy of the bytes of an ArrayBuffer or of any view on one; nil for other values.
    package var bytes: [UInt8]? {
        withBytes { Array($0) }
    }

    /// Calls `body` with the bytes in place; nil for values that are no ArrayBuffer and no view.
    ///
    /// The script must not run meanwhile: it could detach the buffer.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result? {
        guard let object else { return nil }
        var exception: JSValueRef?
        switch JSValueGetTypedArrayType(engine.context, reference, &exception) {
        case kJSTypedArrayTypeNone: return nil
        case kJSTypedArrayTypeArrayBuffer:
            let start = JSObjectGetArrayBufferBytesPtr(engine.context, object, &exception)
            let count = JSObjectGetArrayBufferByteLength(engine.context, object, &exception)
            return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
        default:
            // The pointer is that of the buffer's first byte, not of the view's.
            let offset = JSObjectGetTypedArrayByteOffset(engine.context, object, &exception)
            let start = JSObjectGetTypedArrayBytesPtr(engine.context, object, &exception)?.advanced(by: offset)
            let count = JSObjectGetTypedArrayByteLength(engine.context, object, &exception)
            return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
        }
    }
}

extension Engine {
    /// A Uint8Array with a copy of these bytes.
    package func make(_ bytes: some Collection<UInt8>) -> EngineValue {
        var exception: JSValueRef?
        let array = JSObjectMakeTypedArray(context, kJSTypedArrayTypeUint8Array, bytes.count, &exception)
        if let array, let start = JSObjectGetTypedArrayBytesPtr(context, array, &exception) {
            UnsafeMutableRawBufferPointer(start: start, count: bytes.count).copyBytes(from: bytes)
        }
        return EngineValue(array, in: self)
    }
}
