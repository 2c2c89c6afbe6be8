/// Which contract an instance's plugins run under, from what its API shows.
///
/// After October 2023 no server says how old it is; what plugins of it can do is the only trace then.
/// - Source: docs/cli.md, "Eras".
package struct EraGuess: Sendable, Equatable {
    /// What the mirror knows of the instance.
    package struct Facts: Sendable, Equatable {
        /// Configs lie below a project in the path (1.29 and later).
        package var isNested = true
        /// Plugins are a list of their own, outside organizations (before 1.20).
        package var isOldest = false
        /// A plugin's code is a field of it (1.19 to 1.35).
        package var keepsCodeInField = false
        /// Configs say when they were made (1.41 and later).
        package var configsHaveCreation = false
        /// Configs can be deleted softly (November 2023 and later).
        package var configsHaveDeletion = false
        /// Methods that the plugin server has found in plugins.
        package var methods: Set<String> = []

        package init() {}
    }

    package let era: Era
    /// Whether the instance itself told, so that nothing was assumed.
    package let isCertain: Bool

    package init(_ facts: Facts) {
        if facts.isOldest {
            (era, isCertain) = (.december2020, false)
        } else if !facts.isNested || facts.keepsCodeInField {
            (era, isCertain) = (.october2021, true)
        } else if !facts.configsHaveCreation, !facts.configsHaveDeletion {
            (era, isCertain) = (.august2022, true)
        } else if !facts.configsHaveDeletion || facts.methods.contains("exportEvents") || facts.methods.contains("onSnapshot") {
            // A server of December 2023 would have taken these methods out of what it found.
            (era, isCertain) = (.november2023, !facts.configsHaveDeletion)
        } else {
            (era, isCertain) = (.december2023, false)
        }
    }
}
