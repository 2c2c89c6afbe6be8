import Models

/// Texts of plugin code, each stored once under its SHA-256, for as long as a side, an edit or a version has it.
struct SourceTextTable {
    let transaction: MirrorTransaction

    /// - Returns: The text's digest.
    func put(_ text: String) throws(MirrorError) -> String {
        let digest = SourceForm.digest(text)
        try transaction.execute(
            "INSERT INTO source_text (digest, text) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING", SQLiteValue(digest),
            SQLiteValue(text))
        return digest
    }

    /// Removes texts that nothing has any more, out of the log too: a person may have typed a secret into one.
    func sweep() throws(MirrorError) {
        let removed = try transaction.execute(
            """
            DELETE FROM source_text WHERE NOT EXISTS (SELECT 1 FROM source_file WHERE source_file.digest = source_text.digest)
                AND NOT EXISTS (SELECT 1 FROM source_edit WHERE source_edit.digest = source_text.digest)
                AND NOT EXISTS (SELECT 1 FROM source_version_file WHERE source_version_file.digest = source_text.digest)
            """)
        if removed > 0 { transaction.hasScrubbed = true }
    }
}
