import Models

/// Looks addresses up in a MaxMind database.
struct GeoIPReader {
    /// nil when the bytes are no such database.
    init?(_ bytes: UnsafeRawBufferPointer) { return nil }

    /// The City model as the server's library shapes it; nil when the address is unknown or none.
    func locate(_ address: String) -> JSONValue? { nil }
}
