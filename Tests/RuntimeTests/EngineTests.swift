@testable import Runtime
import Testing
