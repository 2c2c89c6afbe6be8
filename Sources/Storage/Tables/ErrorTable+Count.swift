import Models

extension ErrorTable {
    /// How many groups the filter takes, and how many of them nobody has looked at; cheaper than reading them.
    package func count(_ filter: ErrorFilter) throws(MirrorError) -> (all: Int, unseen: Int) {
        let ids = try ids(filter)
        let unseen = Set(
            try transaction.rows("SELECT id FROM error_group WHERE state IN ('new', 'came back')") { (row) throws(SQLiteError) in
                ErrorGroupID(try row.integer("id"))
            })
        return (ids.count, ids.count(where: unseen.contains))
    }
}
