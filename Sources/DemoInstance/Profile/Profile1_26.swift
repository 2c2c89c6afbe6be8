extension DemoProfile {
    /// PostHog 1.26.0 of June 2021, with Postgres only.
    package static let posthog1_26 = DemoProfile(
        name: "1.26", epoch: DemoInstant(microseconds: 1_623_931_200_000_000), version: "1.26.0",
        endpoints: [.plugins, .configs, .logs, .legacyUser, .personalAPIKeys, .instanceStatus, .health, .events, .capture],
        fields: AnswerFields(
            preflight: ["django", "redis", "plugins", "celery", "db", "initiated", "cloud", "available_social_auth_providers"],
            user: [
                "date_joined", "uuid", "distinct_id", "first_name", "email", "email_opt_in", "anonymize_data", "toolbar_mode",
                "has_password", "is_staff", "is_impersonated", "team", "organization", "organizations", "events_column_config",
            ],
            organization: [
                "id", "name", "created_at", "updated_at", "membership_level", "personalization", "setup",
                "plugins_access_level", "teams", "available_features",
            ],
            organizationInList: ["id", "name"],
            project: [
                "id", "uuid", "organization", "api_token", "app_urls", "name", "slack_incoming_webhook", "created_at",
                "updated_at", "anonymize_ips", "completed_snippet_onboarding", "ingested_event", "test_account_filters",
                "is_demo", "timezone", "data_attributes", "session_recording_opt_in", "session_recording_retention_period_days",
            ],
            projectInList: [
                "id", "uuid", "organization", "api_token", "name", "completed_snippet_onboarding", "ingested_event", "is_demo",
                "timezone",
            ],
            plugin: [
                "id", "plugin_type", "name", "description", "url", "config_schema", "tag", "source", "latest_tag", "is_global",
                "organization_id", "organization_name", "capabilities",
            ],
            config: ["id", "plugin", "enabled", "order", "config", "error", "team_id"],
            log: ["id", "team_id", "plugin_id", "timestamp", "source", "type", "message", "instance_id"]),
        rendersHTML: true,
        plugins: PluginPolicy(
            order: .byChange, listsForeignPluginsInUse: false, keepsRootAddress: true, installTellsLatest: false,
            readsArchives: false),
        configs: ConfigPolicy(
            path: "plugin-configs", heedsProjectInPath: false, tokenNarrowsReads: false, creation: .adds),
        logs: LogPolicy(
            checksMembership: false, searchesPattern: false, filtersByType: false, takesEmptyDates: false))
}
