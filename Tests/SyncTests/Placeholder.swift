import Testing
@Suite struct SyncPlaceholder {}
