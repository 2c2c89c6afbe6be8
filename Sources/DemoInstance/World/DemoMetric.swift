package import Models

/// A row of the table of figures; what every answer asks for is read from it once.
package struct DemoMetric: Sendable {
    package let row: JSONObject
    let projectID: Int64?
    let configID: Int64?
    let category: String?
    /// 1970 where the row has none.
    let time: DemoInstant

    /// Takes a row with the server's column names.
    package init(_ row: JSONObject) {
        self.row = row
        projectID = row["team_id"]?.int
        configID = row["plugin_config_id"]?.int
        category = row["category"]?.string
        time = row["timestamp"]?.string.flatMap { DemoInstant($0) } ?? DemoInstant(microseconds: 0)
    }

    /// The value of one column.
    package subscript(column: String) -> JSONValue? { row[column] }
}
