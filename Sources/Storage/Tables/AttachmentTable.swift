package import Models

/// What is known of the files that edits attach: names, types and sizes; never their contents.
package struct AttachmentTable {
    let transaction: MirrorTransaction

    /// Describes the file of an edit that is stored already.
    func put(_ file: WaitingFile) throws(MirrorError) {
        try transaction.execute(
            "INSERT INTO attachment (reference, name, content_type, size_bytes) VALUES (?1, ?2, ?3, ?4)",
            SQLiteValue(file.reference), SQLiteValue(file.name), SQLiteValue(file.contentType), SQLiteValue(file.sizeBytes))
    }

    /// Forgets the file, before its edit gets another value.
    func remove(_ reference: String) throws(MirrorError) {
        try transaction.execute("DELETE FROM attachment WHERE reference = ?1", SQLiteValue(reference))
    }

    /// Every file that waits, by reference.
    package func all() throws(MirrorError) -> [WaitingFile] {
        try transaction.rows("SELECT * FROM attachment ORDER BY reference") { (row) throws(SQLiteError) in
            WaitingFile(
                reference: try row.text("reference"), name: try row.text("name"), contentType: try row.text("content_type"),
                sizeBytes: try row.integer("size_bytes"))
        }
    }
}
