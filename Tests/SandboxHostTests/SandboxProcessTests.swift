@testable import SandboxHost
import Testing
