extension DemoProfile {
    /// The rolling PostHog of November 2023, with ClickHouse.
    package static let posthog2023_11 = DemoProfile(
        name: "2023-11", epoch: DemoInstant(microseconds: 1_699_099_200_000_000),
        // From reference: the version that plugins are measured by stopped here.
        version: "1.43.1",
        endpoints: [.plugins, .configs, .logs, .appMetrics, .activity, .pluginSource, .unusedPlugins, .jobs, .frontend],
        fields: AnswerFields(
            preflight: [
                "django", "redis", "plugins", "celery", "clickhouse", "kafka", "db", "initiated", "cloud", "demo", "realm",
                "region", "available_social_auth_providers", "can_create_org", "email_service_available", "slack_service",
                "object_storage",
            ],
            user: [
                "date_joined", "uuid", "distinct_id", "first_name", "email", "pending_email", "email_opt_in",
                "is_email_verified", "notification_settings", "anonymize_data", "toolbar_mode", "has_password", "is_staff",
                "is_impersonated", "team", "organization", "organizations", "events_column_config", "is_2fa_enabled",
                "has_social_auth", "has_seen_product_intro_for", "scene_personalisation",
            ],
            organization: [
                "id", "name", "slug", "created_at", "updated_at", "membership_level", "plugins_access_level", "teams",
                "available_features", "available_product_features", "is_member_join_email_enabled", "metadata",
                "customer_id", "enforce_2fa",
            ],
            organizationInList: ["id", "name", "slug", "membership_level"],
            project: [
                "id", "uuid", "organization", "api_token", "app_urls", "name", "slack_incoming_webhook", "created_at",
                "updated_at", "anonymize_ips", "completed_snippet_onboarding", "ingested_event", "test_account_filters",
                "test_account_filters_default_checked", "path_cleaning_filters", "is_demo", "timezone", "data_attributes",
                "person_display_name_properties", "correlation_config", "autocapture_opt_out",
                "autocapture_exceptions_opt_in", "autocapture_exceptions_errors_to_ignore", "capture_console_log_opt_in",
                "capture_performance_opt_in", "session_recording_opt_in", "session_recording_sample_rate",
                "session_recording_minimum_duration_milliseconds", "session_recording_linked_flag",
                "effective_membership_level", "access_control", "week_start_day", "has_group_types", "primary_dashboard",
                "live_events_columns", "recording_domains", "person_on_events_querying_enabled",
                "groups_on_events_querying_enabled", "inject_web_apps", "extra_settings", "has_completed_onboarding_for",
                "surveys_opt_in",
            ],
            projectInList: [
                "id", "uuid", "organization", "api_token", "name", "completed_snippet_onboarding",
                "has_completed_onboarding_for", "ingested_event", "is_demo", "timezone", "access_control",
            ],
            plugin: [
                "id", "plugin_type", "name", "description", "url", "icon", "config_schema", "tag", "latest_tag", "is_global",
                "organization_id", "organization_name", "capabilities", "metrics", "public_jobs",
            ],
            config: [
                "id", "plugin", "enabled", "order", "config", "error", "team_id", "plugin_info", "delivery_rate_24h",
                "created_at",
            ],
            log: [
                "id", "team_id", "plugin_id", "plugin_config_id", "timestamp", "source", "type", "message", "instance_id",
            ]),
        rendersHTML: false,
        plugins: PluginPolicy(
            order: .byID, listsForeignPluginsInUse: true, keepsRootAddress: false, installTellsLatest: true,
            readsArchives: true),
        configs: ConfigPolicy(
            path: "plugin_configs", heedsProjectInPath: true, tokenNarrowsReads: true, creation: .replaces),
        logs: LogPolicy(
            checksMembership: true, searchesPattern: true, filtersByType: true, takesEmptyDates: true))
}
