/// What changed lately in everything: versions by the time they were recorded.
enum Migration008 {
    static let sql: StaticString = """
        CREATE INDEX history_recorded ON history (recorded_at);
        CREATE INDEX source_version_recorded ON source_version (recorded_at);
        """
}
