import Testing
@Suite struct DemoInstancePlaceholder {}
