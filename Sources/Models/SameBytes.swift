extension String {
    /// Whether both are the same UTF-8. `==` takes different spellings of a letter for equal; comparing byte by byte through
    /// the views took a tenth of a pull.
    package func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        // What the standard library takes for different has other bytes; it finds that out in one comparison of memory.
        guard self == other else { return false }
        let answer = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in left.elementsEqual(right) }
        }
        // Text that Swift did not make itself may lie in pieces.
        return (answer ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}
