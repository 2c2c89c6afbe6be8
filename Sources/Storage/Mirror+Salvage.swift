package import Models

extension Mirror {
    /// The edits that can still be read from a mirror that does not work any more, in no order; changes nothing.
    ///
    /// Stops at the first row that can't be read. A new secret or file is known by its reference, and is beside the mirror.
    package static func salvageEdits(
        directory: String, environment: MirrorEnvironment = MirrorEnvironment()
    ) -> [Edit] {
        let file = MirrorFile(directory: directory, environment: environment)
        var edits: [Edit] = []
        do {
            let connection = try file.connect(.read)
            try connection.withStatement(
                """
                SELECT edit.*, name, content_type, size_bytes FROM edit LEFT JOIN attachment ON reference = secret_reference
                """, []
            ) { (statement) throws(SQLiteError) in
                while try statement.step() { edits.append(try Edit(Row(statement))) }
            }
        } catch {
            // Whatever is wrong was said when the mirror was opened; here only what could be read counts.
            return edits
        }
        return edits
    }
}
