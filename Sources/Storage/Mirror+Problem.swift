package import Models

/// The same transactions for drivers, whose failures go to a person.
extension Mirror {
    /// `write`, its failure as the person meets it; nothing of it is stored then.
    @discardableResult
    package func writing<T: Sendable>(
        _ durability: Durability = .immediate, _ body: @Sendable (MirrorTransaction) throws -> T
    ) async throws(Problem) -> T {
        do {
            return try await write(durability, body)
        } catch {
            throw error.problem
        }
    }

    /// `read`, its failure as the person meets it.
    package func reading<T: Sendable>(
        _ body: @Sendable (MirrorTransaction) throws -> T
    ) async throws(Problem) -> T {
        do {
            return try await read(body)
        } catch {
            throw error.problem
        }
    }
}
