/// The contents around a step go when it is settled: only what is still open is ever held against the remote again.
enum Migration006 {
    static let sql: StaticString = """
        UPDATE journal SET before_json = NULL, expected_json = NULL
        WHERE state NOT IN ('sent', 'unknown') AND (before_json IS NOT NULL OR expected_json IS NOT NULL);
        """
}
