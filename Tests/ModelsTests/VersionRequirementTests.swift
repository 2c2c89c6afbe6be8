import Models
import Testing

@Suite struct VersionRequirementTests {
    @Test(arguments: [
        (">= 1.24.0", "1.24.0", true), (">= 1.24.0", "1.23.9", false), (">=1.25.0", "1.43.0", true), ("< 2.0.0", "1.99.1", true),
        ("<2.0.0", "2.0.0-rc1", false), ("~1.25.0", "1.25.7", true), ("~1.25.0", "1.26.0", false), ("^1.25.0", "1.99.0", true),
        ("^1.25.0", "2.0.0", false), ("^0.3.1", "0.4.0", false), ("==1.2.*", "1.2.9", true), ("1.2.*", "1.3.0", false),
        ("!= 1.2.3", "1.2.3", false), (">=1.2.0,<1.4.0", "1.3.9", true), (">=1.2.0, <1.4.0", "1.4.0", false), ("*", "9.9.9", true),
        ("<=1.2.3", "1.2.3", true), (">1.2.3", "1.2.3", false), (">1.2", "1.2.9", false), (">=1.0.0-alpha", "1.0.0-alpha.1", true),
    ])
    func comparesAsTheServerDoes(text: String, version: String, allowed: Bool) {
        #expect(VersionRequirement(text)?.allows(version) == allowed, "\(text) \(version)")
    }

    @Test(arguments: ["", ">=", "latest", "1.2.3.4", ">= 1.a.0", "1.*.3", "|| 1.0.0"])
    func refusesWhatTheServerCanNotRead(text: String) {
        #expect(VersionRequirement(text) == nil)
    }

    @Test func refusalsPrintTheTextAsItWasWritten() {
        #expect(VersionRequirement.unreadable(">= x") == "Invalid PostHog semantic version requirement \">= x\"!")
        #expect(
            VersionRequirement(">= 2.0.0")?.refusal(of: "1.43.0")
                == "Currently running PostHog version 1.43.0 does not match this plugin's semantic version requirement \">= 2.0.0\".")
    }
}
