package import Models

/// What the mirror knows of one config's figures in one category.
package struct MetricSeriesRow: Sendable, Equatable {
    /// The config that was counted.
    package let configID: PluginConfigID
    /// "processEvent", …: as the server counts it.
    package let category: String
    /// Everything up to then is stored, or known to be nothing.
    package let knownAt: Timestamp
    /// The server didn't know the category when it was asked.
    package let isRefused: Bool
    /// The latest day that was served; nil when none was.
    package let lastDay: String?
    /// Whether anything but zeros was ever served.
    package let hasFigures: Bool

    package init(
        configID: PluginConfigID, category: String, knownAt: Timestamp, isRefused: Bool, lastDay: String?, hasFigures: Bool
    ) {
        self.configID = configID
        self.category = category
        self.knownAt = knownAt
        self.isRefused = isRefused
        self.lastDay = lastDay
        self.hasFigures = hasFigures
    }
}

/// The figures of configs, bucket by bucket, exactly as served: a zero that was served is a row, a gap is none.
package struct MetricTable {
    let transaction: MirrorTransaction

    /// Stores what the server said of a series, and that it is known up to `time`.
    ///
    /// - Returns: How many buckets are new or have changed.
    @discardableResult
    package func store(
        _ metrics: [Metric], config: PluginConfigID, category: String, at time: Timestamp
    ) throws(MirrorError) -> Int {
        let changed = try store(metrics, config: config, category: category)
        try markKnown(config, category, isRefused: false, at: time)
        return changed
    }

    /// Stores what the server said of a part of a series.
    ///
    /// - Returns: How many buckets are new or have changed.
    @discardableResult
    package func store(_ metrics: [Metric], config: PluginConfigID, category: String) throws(MirrorError) -> Int {
        var changed = 0
        for metric in metrics {
            changed += try transaction.execute(
                """
                INSERT INTO metric (config_id, category, granularity, bucket, successes, successes_on_retry, failures)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                ON CONFLICT (config_id, category, granularity, bucket) DO UPDATE
                SET successes = ?5, successes_on_retry = ?6, failures = ?7
                WHERE successes <> ?5 OR successes_on_retry <> ?6 OR failures <> ?7
                """, SQLiteValue(config.rawValue), SQLiteValue(category), SQLiteValue(metric.granularity.rawValue),
                SQLiteValue(metric.bucket), SQLiteValue(metric.successes), SQLiteValue(metric.successesOnRetry),
                SQLiteValue(metric.failures))
        }
        return changed
    }

    /// Records that the series is known up to `time`, or that the server doesn't know the category.
    package func markKnown(
        _ config: PluginConfigID, _ category: String, isRefused: Bool = false, at time: Timestamp
    ) throws(MirrorError) {
        try transaction.execute(
            """
            INSERT INTO metric_series (config_id, category, known_at, is_refused) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (config_id, category) DO UPDATE SET known_at = ?3, is_refused = ?4
            """, SQLiteValue(config.rawValue), SQLiteValue(category), SQLiteValue(time), SQLiteValue(isRefused))
    }

    /// All series that were ever asked for, by config and category.
    package func series() throws(MirrorError) -> [MetricSeriesRow] {
        try transaction.rows(
            """
            SELECT config_id, category, known_at, is_refused,
                (SELECT max(substr(bucket, 1, 10)) FROM metric
                    WHERE metric.config_id = metric_series.config_id AND metric.category = metric_series.category) AS last_day,
                EXISTS (SELECT 1 FROM metric
                    WHERE metric.config_id = metric_series.config_id AND metric.category = metric_series.category
                        AND (successes <> 0 OR successes_on_retry <> 0 OR failures <> 0)) AS has_figures
            FROM metric_series ORDER BY config_id, category
            """
        ) { (row) throws(SQLiteError) in
            MetricSeriesRow(
                configID: PluginConfigID(try row.integer("config_id")), category: try row.text("category"),
                knownAt: try row.time("known_at"), isRefused: try row.bool("is_refused"),
                lastDay: try row.optionalText("last_day"), hasFigures: try row.bool("has_figures"))
        }
    }
}

/// A config's figures on one day.
package struct MetricDayRow: Sendable, Equatable {
    /// The config that was counted.
    package let configID: PluginConfigID
    /// "processEvent", …: as the server counts it.
    package let category: String
    /// YYYY-MM-DD, as the server names it.
    package let day: String
    /// Without those that came on a retry.
    package let successes: Int64
    /// What failed at first and then went through.
    package let successesOnRetry: Int64
    /// What was given up.
    package let failures: Int64

    package init(
        configID: PluginConfigID, category: String, day: String, successes: Int64, successesOnRetry: Int64, failures: Int64
    ) {
        self.configID = configID
        self.category = category
        self.day = day
        self.successes = successes
        self.successesOnRetry = successesOnRetry
        self.failures = failures
    }
}

extension MetricTable {
    /// The days from `day` on, by config, category and day; a day without a row was never served.
    ///
    /// Where a day was served only hour by hour, its hours are added up.
    ///
    /// - Parameter config: nil for all.
    package func days(from day: String, config: PluginConfigID? = nil) throws(MirrorError) -> [MetricDayRow] {
        try transaction.rows(
            """
            SELECT config_id, category, substr(bucket, 1, 10) AS day, sum(successes) AS successes,
                sum(successes_on_retry) AS retries, sum(failures) AS failures
            FROM metric
            WHERE (?2 IS NULL OR config_id = ?2) AND bucket >= ?1 AND (granularity = 'day' OR NOT EXISTS (
                SELECT 1 FROM metric AS whole WHERE whole.config_id = metric.config_id
                    AND whole.category = metric.category AND whole.granularity = 'day'
                    AND whole.bucket = substr(metric.bucket, 1, 10)))
            GROUP BY config_id, category, day ORDER BY config_id, category, day
            """, SQLiteValue(day), SQLiteValue(config?.rawValue)
        ) { (row) throws(SQLiteError) in
            MetricDayRow(
                configID: PluginConfigID(try row.integer("config_id")), category: try row.text("category"),
                day: try row.text("day"), successes: try row.integer("successes"),
                successesOnRetry: try row.integer("retries"), failures: try row.integer("failures"))
        }
    }
}

/// A config's figures in one hour or on one day, all categories together.
package struct MetricBucketRow: Sendable, Equatable {
    package let granularity: Metric.Granularity
    /// On the clock of the project.
    package let bucket: String
    package let delivered: Int64
    package let failed: Int64
}

extension MetricTable {
    /// Up to when all of a config's series are known; nil when none was asked for.
    package func knownAt(_ config: PluginConfigID) throws(MirrorError) -> Timestamp? {
        let known = try transaction.first(
            "SELECT min(known_at) AS known_at FROM metric_series WHERE config_id = ?1 AND is_refused = 0", SQLiteValue(config.rawValue)
        ) { (row) throws(SQLiteError) in try row.optionalTime("known_at") }
        return known ?? nil
    }

    /// All hours and days of a config from `day` on, in order.
    package func buckets(of config: PluginConfigID, from day: String) throws(MirrorError) -> [MetricBucketRow] {
        try transaction.rows(
            """
            SELECT granularity, bucket, sum(successes + successes_on_retry) AS delivered, sum(failures) AS failed FROM metric
            WHERE config_id = ?1 AND bucket >= ?2 GROUP BY granularity, bucket ORDER BY bucket
            """, SQLiteValue(config.rawValue), SQLiteValue(day)
        ) { (row) throws(SQLiteError) in
            MetricBucketRow(
                granularity: try row.closed("granularity", Metric.Granularity.init), bucket: try row.text("bucket"),
                delivered: try row.integer("delivered"), failed: try row.integer("failed"))
        }
    }

    /// The configs that had failures on `day` or later.
    package func failing(from day: String) throws(MirrorError) -> [PluginConfigID] {
        try transaction.rows(
            "SELECT DISTINCT config_id FROM metric WHERE bucket >= ?1 AND failures > 0 ORDER BY config_id", SQLiteValue(day)
        ) { (row) throws(SQLiteError) in PluginConfigID(try row.integer("config_id")) }
    }
}
